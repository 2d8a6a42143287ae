"""Pretraining a language model: text, where C starts, the loop, the artifact scored as it is read back from disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from core.catalog.language_models import KIND
from core.data.corpora import DataError, load_task
from core.data.vocabulary import Vocabulary
from core.errors import UserError
from core.jobs import LanguageModelJob
from core.jobs.reading import FIELDS as READING
from core.machine.device import arithmetic
from core.models.frozen_language_model import FrozenLanguageModel, mean_states
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.models.perplexity import held_out
from core.optim.checkpoint import Origin, claim
from core.pretrained import language_model as frozen
from core.pretrained import vectors
from core.pretrained.parents import find_parent
from core.pretraining import corpus as corpora
from core.pretraining import going_on
from core.pretraining import probe as probes
from core.pretraining.language_loop import LanguageModelTrainer, Settings
from core.pretraining.language_model_scores import BEFORE, HELD_OUT, first_words, kept, score_held_out
from core.pretraining.probe import Probe
from core.pretraining.ranks import Ranks, ranks_of_torchrun
from core.pretraining.sampled_softmax import Noise
from core.runs import events
from core.runs.logger import RunLogger, Stopped, counted, waiting
from core.storage.store import Artifact, Spec, Store

RECIPE = "lm.v1"
ELSEWHERE = frozenset({"data", "text_column", "vocabulary", "threads", "offline"}) | READING | going_on.FIELDS
"""Fields of a job that are not part of what a model is: said by digests and parents, or by the machine."""
KEPT = ("dimension", "hidden", "layers", "dropout", "embedding_dropout", "weight_drop")
"""What a model that goes on has from the one that it goes on from, and so has no part in its key."""
INTERVAL_WORDS = 20_000
"""Held-out words that are scored while training; at the end it is all of them."""


def pretrain(
    job: LanguageModelJob, run: Path, store: Store, logger: RunLogger, ranks: Ranks | None = None
) -> events.Done:
    """Train the language model in its run directory, from its checkpoint on, or find it already trained.

    Of the processes `ranks`, by default those that torchrun started, the first one says and keeps what there is. Raises
    Stopped when the person stops it (the checkpoint stays), DataError, NoVectors, NoParent, PrecisionError, RanksError.
    """
    ranks = ranks or ranks_of_torchrun()
    ranks.check_batch(job.batch_size)
    if not ranks.is_wanted():
        return events.Done()
    try:
        return _pretrain(job, run, store, logger, ranks)
    finally:
        ranks.dismiss()


def _pretrain(job: LanguageModelJob, run: Path, store: Store, logger: RunLogger, ranks: Ranks) -> events.Done:
    if job.threads:
        torch.set_num_threads(job.threads)
    arithmetic(job.precision)
    logger.log(events.Progress(phase="data", step=0, total=0))
    start, base = _find_start(job, store)
    if base is not None:
        job = going_on.keep_sizes(job, {name: getattr(base.model.config, name) for name in KEPT})
    material = going_on.read_material(job, start if base else None, logger)
    text = material.text

    parent = corpora.build(
        store, text, job.vocabulary, counted(logger), waiting(logger), base.vocabulary if base else None
    )
    elsewhere = ELSEWHERE | {"start", *KEPT} if base else ELSEWHERE
    config = {name: value for name, value in asdict(job).items() if name not in elsewhere} | material.settings
    parents = (parent.key, start.key) if start else (parent.key,)
    spec = Spec(KIND, RECIPE, config, text.digest, parents)

    built = False

    def write(folder: Path) -> None:
        nonlocal built
        built = True
        corpus = corpora.load(parent)
        documents = kept(text.held_out, corpus.vocabulary)
        if not documents or len(corpus.ids) < 2 * job.batch_size:
            raise DataError(
                f"{text.name} is too little text to learn a language model from and to hold some of it out",
                "take a larger file, or imdb",
            )
        if ranks.first:
            claim(run / "checkpoints", Origin(text.digest))
        with ranks.together(waiting(logger, "processes")):
            _train(job, corpus, documents, start, base, material, run, folder, logger, ranks)

    if not ranks.first:  # the first one holds the model's place in the store
        write(run)
        return events.Done(artifact=spec.key)
    artifact = store.get_or_build(spec, write, waiting(logger))
    scores = frozen.load(artifact.path).info["scores"]
    return events.Done(artifact=artifact.key, scores=scores, cached=not built)


def initialise(job: LanguageModelJob, vocabulary: Vocabulary, start: Artifact | None) -> tuple[LanguageModel, int]:
    """The model before its first step, and how many rows of C come from the vectors `start`, matched by word."""
    torch.manual_seed(job.seed)
    model = LanguageModel(
        LanguageModelConfig(
            vocabulary=len(vocabulary),
            dimension=job.dimension,
            hidden=job.hidden,
            layers=job.layers,
            dropout=job.dropout,
            embedding_dropout=job.embedding_dropout,
            weight_drop=job.weight_drop,
        )
    )
    if start is None:
        return model, 0
    pretrained = vectors.load(start.path)
    rows = [
        row for row, word in enumerate(vocabulary.words) if row > Vocabulary.UNKNOWN and word in pretrained.vocabulary
    ]
    theirs = [pretrained.vocabulary.index(vocabulary.words[row]) for row in rows]
    with torch.no_grad():
        model.C[rows] = torch.from_numpy(pretrained.matrix[theirs])
    return model, len(rows)


def go_on(base: FrozenLanguageModel, corpus: corpora.Corpus) -> LanguageModel:
    """The model as it was, with rows for all words of a corpus whose vocabulary begins with its own.

    Each new one begins at the mean of C, and with the bias that its frequency gives it.
    """
    model = LanguageModel(replace(base.model.config, vocabulary=len(corpus.vocabulary)))
    weights = {**base.model.state_dict()}
    rows, bias = weights["C"].numpy(), weights["bias"].numpy()
    weights["C"] = torch.from_numpy(going_on.extend_rows(rows, len(corpus.vocabulary)))
    weights["bias"] = torch.from_numpy(going_on.extend_bias(bias, base.vocabulary.counts, corpus.counts))
    model.load_state_dict(weights)
    return model


def _find_start(job: LanguageModelJob, store: Store) -> tuple[Artifact | None, FrozenLanguageModel | None]:
    """What it starts from: vectors, nothing, or a language model, which is read. Raises NoVectors, NoParent."""
    if not job.goes_on:
        return vectors.find(store, "word2vec", job.dimension) if job.start == "word2vec" else None, None

    if job.start != "word2vec":
        raise UserError("What goes on begins with C as it was left: --start says otherwise.", "Leave out --start.")

    def fits(artifact: Artifact) -> bool:
        return bool(artifact.manifest["config"].get("direction") == job.direction)

    found = find_parent(store, KIND, job.goes_on, f"{job.direction} language models", fits)
    return found, frozen.load(found.path)


def _train(
    job: LanguageModelJob,
    corpus: corpora.Corpus,
    held: Sequence[list[int]],
    start: Artifact | None,
    base: FrozenLanguageModel | None,
    material: going_on.Material,
    run: Path,
    folder: Path,
    logger: RunLogger,
    ranks: Ranks,
) -> None:
    backward = job.direction == "backward"
    if base is None:
        model, covered = initialise(job, corpus.vocabulary, start)
        told: dict[str, Any] = {"from": job.start, "vectors": start.key if start else None, "rows": covered}
        before = {}
    else:
        model, covered = go_on(base, corpus), len(base.vocabulary)
        added = going_on.say_added(corpus, covered, job.vocabulary, logger)
        told = {"from": job.goes_on, "rows": covered, "added": added}
        before = {BEFORE: held_out(model, held, backward).fields()}
    model.arithmetic = arithmetic(job.precision)
    probe = Probe(load_task(probes.TASK, offline=job.offline), corpus.vocabulary.encode, job.seed)
    glance = first_words(held, INTERVAL_WORDS)

    def evaluate(step: int, epoch: float) -> None:
        scored = held_out(model, glance, backward)
        logger.log(events.Eval(step=step, epoch=epoch, split="held-out", **scored.fields()))
        logger.log(
            events.Probe(
                step=step, epoch=epoch, **probe.measure(partial(mean_states, model, backward=backward)).fields()
            )
        )

    settings = Settings(job.epochs, job.batch_size, job.bptt, job.learning_rate, job.seed, backward)
    noise = Noise(corpus.counts, job.negatives)
    documents = [document for document in corpus.documents() if len(document)]
    trainer = LanguageModelTrainer(model, documents, noise, settings, run / "checkpoints", evaluate, ranks)
    resumed = trainer.restore()
    logger.log(
        events.Start(
            title=job.title if ranks.count == 1 else f"{job.title} · {ranks.count} processes",
            step=trainer.step,
            total=trainer.total,
            steps_per_epoch=trainer.steps_per_epoch,
            epochs=job.epochs,
            resumed=resumed,
            sizes={"documents": len(documents), "words": trainer.words},
            labels=[],
            parameters=sum(p.numel() for p in model.parameters()),
        )
    )
    if base is not None and not resumed and ranks.first:
        evaluate(0, 0.0)
    if not trainer.fit(logger):
        raise Stopped
    if not ranks.first:
        return
    logger.log(events.Progress(phase="score", step=trainer.step, total=trainer.total))
    frozen.save(folder, model, corpus.vocabulary)
    shipped = frozen.load_weights(folder, model.config)
    scores = score_held_out(shipped, material.text, corpus.vocabulary, backward) | before
    probed = probe.measure(partial(mean_states, shipped, backward=backward)).fields()
    logger.log(events.Eval(step=trainer.step, epoch=job.epochs, split="held-out", final=True, **scores[HELD_OUT]))
    logger.log(events.Probe(step=trainer.step, epoch=job.epochs, final=True, **probed))
    info: dict[str, Any] = {
        "direction": job.direction,
        "config": model.config.to_json(),
        "shapes": model.shapes(),
        "start": told,
        "data": material.text.name,
        "words": trainer.words,
        "processes": ranks.count,
        "scores": {**scores, "probe": {**probed, "data": probes.TASK}},
        "job": asdict(job),
        **material.info,
    }
    frozen.describe(folder, info)
