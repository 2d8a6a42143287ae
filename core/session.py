"""The one door to trained models: predict, running probabilities, neighbours, vectors."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import api
from core.catalog import Catalog, ModelEntry, ModelError
from core.data.lexicon import Lexicon
from core.data.text import Token, tokenize
from core.eras import BY_ID, Reads
from core.extras import NoExtra
from core.inspect import occurrences
from core.inspect.neighbors import VectorSpace, spellings
from core.models import classifier
from core.models.classifier import Classifier
from core.paths import ASSETS
from core.pretraining.encoder import NoEncoder
from core.store import Store

RUNNING_TOKENS = 64
CONTEXT_WORDS = 8
BATCH = 256


@dataclass
class Loaded:
    """A model in memory, with the vector spaces that were asked for so far."""

    entry: ModelEntry
    classifier: Classifier
    static: VectorSpace | None = None
    index: occurrences.Index | None = None


class WordError(Exception):
    """A word cannot be looked up as asked. `message` and `hint` are for a person."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} {hint}")


class Session:
    """Loads models once and answers questions about them. Not for use from several threads at a time."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        self.catalog = catalog or Catalog()
        self._store = Store(self.catalog.home.store, ASSETS / "models")
        self._by_spec: dict[str, Loaded] = {}
        self._by_path: dict[Path, Loaded] = {}

    def rescan(self) -> None:
        """Look again at what models there are; those in memory are kept for the names that still mean them."""
        self.catalog.scan()
        self._by_spec.clear()

    def load(self, spec: str) -> Loaded:
        """The model named by `spec`, in memory. Raises ModelError in plain words."""
        if spec in self._by_spec:
            return self._by_spec[spec]
        entry = self.catalog.resolve(spec)
        loaded = self._by_path.get(entry.path)
        if loaded is None:
            try:
                loaded = Loaded(entry, classifier.load(entry.path, self._store))
            except (NoExtra, NoEncoder) as error:
                raise ModelError(error.message, error.hint) from error
            except (OSError, KeyError, ValueError, RuntimeError) as error:
                raise ModelError(
                    f"The model {spec!r} cannot be read: {error}", "Train it again, or remove it."
                ) from error
            self._by_path[entry.path] = loaded
        self._by_spec[spec] = loaded
        return loaded

    def holds(self, spec: str) -> bool:
        """Whether the model named by `spec` is in memory."""
        return spec in self._by_spec

    def predict(self, texts: Sequence[str], spec: str) -> list[api.Predicted]:
        """One answer a text, in order. Alone or in a batch a text gets the same answer to 1e-5."""
        loaded = self.load(spec)
        tokens = [tokenize(text) for text in texts]
        ids = [loaded.classifier.encode([token.text for token in row]) for row in tokens]
        order = sorted(range(len(texts)), key=lambda row: len(ids[row]))
        answers: dict[int, api.Predicted] = {}
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            began = time.perf_counter()
            probabilities = loaded.classifier.probabilities([ids[row] for row in rows]).tolist()
            milliseconds = (time.perf_counter() - began) * 1000 / len(rows)
            for row, values in zip(rows, probabilities, strict=True):
                answers[row] = self._answer(loaded, spec, tokens[row], values, milliseconds)
        return [answers[row] for row in range(len(texts))]

    def run(self, text: str, spec: str) -> api.Predicted:
        """The answer to one text with the running probabilities after each of its first 64 tokens."""
        loaded = self.load(spec)
        began = time.perf_counter()
        tokens = tokenize(text)
        words = [token.text for token in tokens]
        final = loaded.classifier.probabilities([loaded.classifier.encode(words)])[0].tolist()
        running = loaded.classifier.running(words[:RUNNING_TOKENS]).tolist()
        milliseconds = (time.perf_counter() - began) * 1000
        return self._answer(loaded, spec, tokens, final, milliseconds, tuple(tuple(row) for row in running))

    def neighbors(self, question: api.Neighbors) -> api.NeighborList:
        """Static or contextual neighbours. Raises ModelError or WordError."""
        loaded = self.load(question.model)
        if question.lens == "static":
            return self._static(loaded, question)
        if question.lens == "contextual":
            return self._contextual(loaded, question)
        raise WordError(f"There is no lens called {question.lens!r}.", "It is static or contextual.")

    def vector(self, word: str, spec: str, sentence: str | None = None) -> NDArray[np.float32]:
        """The word's row of C, (d,), or with a sentence its hidden state there, (hidden,). Raises WordError."""
        loaded = self.load(spec)
        if sentence is None:
            return _vector(loaded, _rows(loaded, word))
        words, position = _occurrence(word, sentence, None)
        return _state(loaded, words, position)

    def _answer(
        self,
        loaded: Loaded,
        spec: str,
        tokens: Sequence[Token],
        values: Sequence[float],
        milliseconds: float,
        running: tuple[tuple[float, ...], ...] = (),
    ) -> api.Predicted:
        model = loaded.classifier
        best = max(range(len(values)), key=values.__getitem__)
        return api.Predicted(
            model=spec,
            label=model.labels[best],
            probabilities=dict(zip(model.labels, values, strict=True)),
            tokens=tuple(api.Token(t.text, t.start, t.end, model.vocabulary.reads(t.text)) for t in tokens),
            running=running,
            read=model.read([token.text for token in tokens]),
            milliseconds=milliseconds,
        )

    def _static(self, loaded: Loaded, question: api.Neighbors) -> api.NeighborList:
        vocabulary = loaded.classifier.vocabulary
        word = _normalised(question.word)
        note = _static_note(loaded)
        if not vocabulary.reads(word):
            near = spellings(word, _shown(vocabulary))
            return api.NeighborList(word, question.model, "static", (), known=False, suggestions=near, note=note)
        if loaded.static is None:
            loaded.static = VectorSpace(loaded.classifier.C.numpy())
        rows = vocabulary.rows(word)
        if len(rows) > 1:
            note += f"; the mean of its {len(rows)} pieces"
        exclude = ~vocabulary.whole
        exclude[rows] = True
        hits = loaded.static.nearest(_vector(loaded, rows), question.k, exclude)
        neighbors = tuple(
            api.Neighbor(rank, vocabulary.words[hit], score, int(vocabulary.counts[hit]))
            for rank, (hit, score) in enumerate(hits, 1)
        )
        return api.NeighborList(
            word, question.model, "static", neighbors, count=int(vocabulary.counts[rows].min()), note=note
        )

    def _contextual(self, loaded: Loaded, question: api.Neighbors) -> api.NeighborList:
        words, position = _occurrence(question.word, question.sentence, question.position)
        word, vocabulary = words[position], loaded.classifier.vocabulary
        note = _state_note(loaded)
        if loaded.index is None:
            artifact = occurrences.find(self._store, loaded.entry)
            if artifact is None:
                return api.NeighborList(word, question.model, "contextual", (), missing="index", note=note)
            loaded.index = occurrences.load(artifact)
        index = loaded.index
        neighbors: list[api.Neighbor] = []
        for row, score in index.space.nearest(_state(loaded, words, position), 8 * question.k):
            document, at = int(index.document[row]), int(index.position[row])
            text, source = index.documents[document], f"{index.data}:{index.numbers[document]}"
            # One line a sentence, and never the very sentence that is asked about.
            if text == words or any(other.source == source for other in neighbors):
                continue
            neighbors.append(
                api.Neighbor(
                    rank=len(neighbors) + 1,
                    neighbor=text[at],
                    score=score,
                    count=int(vocabulary.counts[vocabulary.index(text[at])]) if text[at] in vocabulary else 0,
                    left=" ".join(text[max(0, at - CONTEXT_WORDS) : at]),
                    right=" ".join(text[at + 1 : at + 1 + CONTEXT_WORDS]),
                    source=source,
                    label=index.labels[document],
                )
            )
            if len(neighbors) == question.k:
                break
        return api.NeighborList(
            word,
            question.model,
            "contextual",
            tuple(neighbors),
            known=vocabulary.reads(word),
            count=int(vocabulary.counts[vocabulary.index(word)]) if word in vocabulary else 0,
            note=note,
        )


def _shown(vocabulary: Lexicon) -> tuple[str, ...]:
    """The words of its rows that are words, in the order of the rows."""
    return tuple(compress(vocabulary.words, vocabulary.whole))


def _static_note(loaded: Loaded) -> str:
    era = BY_ID[loaded.entry.era]
    start = era.parameter("C").origin
    tuned = "frozen" if "C" in loaded.entry.info["frozen"] else "then tuned"
    return f"C: {start}, {tuned}; centred"


def _state_note(loaded: Loaded) -> str:
    """Whose states they are, and what of the sentence they have read."""
    era, ways = BY_ID[loaded.entry.era], loaded.entry.info.get("directions", [])
    if era.reads is Reads.WORDPIECES:
        return "states of the fine-tuned transformer, having read the words on both sides"
    if era.reads_states:
        whose = "states of frozen language models"
    elif era.fine_tuned and era.pretrained:
        whose = "states of the fine-tuned language model"
    else:
        whose = f"states of the task {loaded.entry.cell.upper()}, trained on the labels"
    read = {("backward",): "from this word on", ("forward", "backward"): "the words on both sides"}
    return f"{whose}, having read {read.get(tuple(ways), 'up to this word')}"


def _normalised(word: str) -> str:
    tokens = tokenize(word)
    if not tokens:
        raise WordError("There is no word in that.", "Type a word.")
    return tokens[0].text


def _rows(loaded: Loaded, word: str) -> list[int]:
    vocabulary = loaded.classifier.vocabulary
    normalised = _normalised(word)
    if not vocabulary.reads(normalised):
        near = ", ".join(spellings(normalised, _shown(vocabulary)))
        hint = f"Nearest spellings: {near}." if near else "No known word is spelled like it."
        raise WordError(f"The model {loaded.entry.spec!r} does not know the word {normalised!r}.", hint)
    return vocabulary.rows(normalised)


def _vector(loaded: Loaded, rows: list[int]) -> NDArray[np.float32]:
    """The mean of rows of C, (d,): of the one that is the word's, or of those of its pieces."""
    vector: NDArray[np.float32] = loaded.classifier.C[rows].mean(dim=0).numpy()
    return vector


def _occurrence(word: str, sentence: str | None, position: int | None) -> tuple[list[str], int]:
    """The sentence's words, and the place meant in them: `position`, or the word's first."""
    words = [token.text for token in tokenize(sentence if sentence is not None else word)]
    if position is not None:
        if not 0 <= position < len(words):
            raise WordError(f"The sentence has no token number {position}.", f"It has {len(words)}.")
        return words, position
    normalised = _normalised(word)
    if normalised not in words:
        raise WordError(f"The word {normalised!r} is not in the sentence.", "Name a word of the sentence.")
    return words, words.index(normalised)


def _state(loaded: Loaded, words: list[str], position: int) -> NDArray[np.float32]:
    state: NDArray[np.float32] = loaded.classifier.states([words])[0][position].numpy()
    return state
