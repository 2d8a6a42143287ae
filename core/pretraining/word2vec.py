"""word2vec (Mikolov et al. 2013): skip-gram or CBOW with negative sampling, trained by gensim on the text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.data.vocabulary import Vocabulary
from core.jobs import PretrainJob
from core.pretrained import vectors
from core.pretraining import corpus as corpora
from core.pretraining import word_vectors
from core.runs import events
from core.runs.logger import Clock, RunLogger, Stopped
from core.storage.store import Store

RECIPE = "word2vec.v1"


class _Sentences:
    """The corpus as gensim wants it: an iterable of lists of words, many times over, that says how far it is."""

    def __init__(self, corpus: corpora.Corpus, epochs: int, logger: RunLogger) -> None:
        self._corpus, self._epochs, self._logger = corpus, epochs, logger
        self.epoch = 0
        self._total = len(corpus.ids) * epochs
        self._clock = Clock(0, self._total)
        self.stopped = False

    def __iter__(self) -> Iterator[list[str]]:
        words = self._corpus.vocabulary.words
        done = self.epoch * len(self._corpus.ids)
        self.epoch += 1
        for document in self._corpus.documents():
            # gensim reads in a thread of its own and would swallow an exception: end the text and say so instead.
            if self._logger.wait_while_paused(done) == "stopped":
                self.stopped = True
                return
            yield [words[i] for i in document.tolist() if i > Vocabulary.UNKNOWN]
            done += len(document)
            if self._logger.progress_is_due():
                speed, left = self._clock.read(done)
                self._logger.log(
                    events.Progress(
                        phase="word2vec",
                        step=done,
                        total=self._total,
                        epoch=done / len(self._corpus.ids),
                        speed=speed,
                        unit="words/s",
                        eta=left,
                    )
                )


def pretrain(job: PretrainJob, _run: Path, store: Store, logger: RunLogger) -> events.Done:
    """Train the vectors, or find them already trained. Raises Stopped when the person stops it: nothing is kept."""
    return word_vectors.build(job, RECIPE, store, logger, _train)


def _train(job: PretrainJob, beginning: word_vectors.Beginning, folder: Path, logger: RunLogger) -> None:
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    corpus = beginning.corpus
    table = corpus.vocabulary
    model = Word2Vec(
        vector_size=job.dimension,
        window=job.window,
        negative=job.negatives,
        sg=int(job.architecture == vectors.SKIPGRAM),
        sample=1e-4,
        seed=job.seed + 1,
        workers=max(1, job.threads),
        min_count=1,
        epochs=job.epochs,
        compute_loss=True,
    )
    met = (np.flatnonzero(corpus.counts[2:]) + 2).tolist()
    words = [table.words[row] for row in met]
    frequencies = {word: int(n) for word, n in zip(words, corpus.counts[met], strict=True)}
    model.build_vocab_from_freq(frequencies, corpus_count=len(corpus))
    matrix = beginning.rows()
    if matrix is None:
        matrix = np.zeros((len(table), job.dimension), dtype=np.float32)
    else:
        # The vectors that words are predicted with are not kept, and begin at nothing, as they always do.
        model.wv.vectors[[model.wv.key_to_index[word] for word in words]] = matrix[met]
    sentences = _Sentences(corpus, job.epochs, logger)
    losses: list[float] = []

    class Epochs(CallbackAny2Vec):  # type: ignore[misc]  # gensim ships no types
        """Reads the loss of each epoch; gensim sums it in 32 bits, so it is set back before it loses digits."""

        def on_epoch_begin(self, model: Any) -> None:
            model.running_training_loss = 0.0

        def on_epoch_end(self, model: Any) -> None:
            losses.append(float(model.running_training_loss) / max(1, len(corpus.ids)))
            step = len(losses) * len(corpus.ids)
            logger.log(events.Eval(step=step, epoch=len(losses), split="train", loss=losses[-1], n=len(corpus.ids)))

    logger.log(
        events.Start(
            title=job.title,
            step=0,
            total=len(corpus.ids) * job.epochs,
            steps_per_epoch=len(corpus.ids),
            epochs=job.epochs,
            resumed=False,
            sizes={"documents": len(corpus)},
            labels=[],
            parameters=len(table) * job.dimension,
        )
    )
    model.train(
        sentences,
        total_examples=len(corpus),
        total_words=int(corpus.counts[2:].sum()),
        epochs=job.epochs,
        callbacks=[Epochs()],
        compute_loss=True,
    )
    if sentences.stopped:
        raise Stopped
    matrix[met] = np.stack([model.wv[word] for word in words])
    beginning.save(folder, matrix, job, losses)
