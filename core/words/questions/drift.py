"""What fine-tuning did to C: the same words before and after."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core import api
from core.catalog.language_models import DIRECTIONS
from core.data.vocabulary import Vocabulary
from core.finetuning import embedding_snapshots
from core.pretrained import language_model as frozen
from core.pretrained import vectors
from core.storage.store import Artifact, Store
from core.words.centering import Matrix, scaled
from core.words.sources import Sources
from core.words.word_models import WordError, WordModel

PAIRS = (("good", "bad"), ("great", "terrible"), ("love", "hate"), ("funny", "boring"), ("film", "movie"))
CHUNK = 1_024
NO_WAY = "Ask for another epoch, or for none: the finished model is whole."


@dataclass(frozen=True)
class Start:
    """What C was before it was tuned: (V, d), a row a word, and what that was."""

    matrix: Matrix
    vocabulary: Vocabulary
    note: str


def find_origin(word_model: WordModel, store: Store) -> tuple[Artifact, str] | None:
    """What a classifier's C came from and its name; None where it was random, never tuned, or is no longer here."""
    entry = word_model.entry
    if entry is None or "C" in entry.info.frozen:
        return None
    if (key := entry.info.vectors) and (artifact := store.find(key)):
        return artifact, str(artifact.manifest["config"].get("objective", "pretrained vectors"))
    keys = entry.info.language_models
    if not entry.info.starts or not keys:
        return None
    # With both directions the forward model's C is what is shown of the classifier.
    direction = next(direction for direction in DIRECTIONS if direction in keys)
    return (artifact, f"the {direction} language model") if (artifact := store.find(keys[direction])) else None


def _load_start(artifact: Artifact, name: str) -> Start:
    if artifact.kind == vectors.KIND:
        found = vectors.load(artifact.path)
        return Start(found.matrix, found.vocabulary, name)
    model = frozen.load(artifact.path)
    return Start(model.model.C.detach().numpy(), model.vocabulary, name)


def measure_drift(question: api.Drift, sources: Sources) -> api.DriftList:
    """Compare C before and after. Raises ModelError, and WordError where there is nothing to compare."""
    word_model = sources.word_models.get(question.model)
    if (origin := find_origin(word_model, sources.word_models.store)) is None:
        tuned = word_model.entry is not None and "C" not in word_model.entry.info.frozen
        why = "started from nothing that is kept" if tuned else "is not tuned: it is what it was"
        raise WordError(f"The C of {question.model!r} {why}.", "Ask word2vec, glove, elmo or ulmfit.")
    start = _load_start(*origin)
    known = [word for word in start.vocabulary.words[2:] if word in word_model.vocabulary]
    counts = start.vocabulary.counts[start.vocabulary.encode(known)]
    row = {word: n for n, word in enumerate(known)}
    pairs = tuple((a, b) for a, b in PAIRS if a in row and b in row)
    first = start.matrix[start.vocabulary.encode(known)]
    past = Past(word_model, known, first)
    before, after = _unit(first), _unit(past.at(question.epoch))

    def cosines(unit: Matrix) -> list[float]:
        return [float(unit[row[a]] @ unit[row[b]]) for a, b in pairs]

    courses = zip(*(cosines(unit) for unit in (before, *map(_unit, past.readable.values()))), strict=True)
    # Among frequent words alone: a rare word comes and goes as a neighbour by luck.
    looked_at = np.flatnonzero(counts >= question.least)
    if not len(looked_at):
        raise WordError(f"No word is counted {question.least:,} times.", "Look at rarer ones too: --least 100.")
    was, now = (looked_at[_nearest(unit[looked_at], question.k)] for unit in (before, after))
    overlap = np.array([len(set(a) & set(b)) / max(1, len(a)) for a, b in zip(was.tolist(), now.tolist(), strict=True)])
    moved = []
    for place in np.lexsort((-counts[looked_at], overlap))[: question.words]:
        names = [tuple(known[hit] for hit in near[place]) for near in (was, now)]
        number = looked_at[place]
        moved.append(api.Moved(known[number], int(counts[number]), float(overlap[place]), *names))
    return api.DriftList(
        question.model,
        start.note,
        tuple(api.Pair(*pair, *ends) for pair, *ends in zip(pairs, cosines(before), cosines(after), strict=True)),
        tuple(moved),
        float(overlap.mean()) if len(overlap) else 0.0,
        len(looked_at),
        question.k,
        f"C started from {start.note}; {len(looked_at):,} words counted {question.least:,} times or more",
        tuple(past.readable),
        question.epoch,
        past.best,
        tuple(api.Course(*pair, course) for pair, course in zip(pairs, courses, strict=True)) if past.readable else (),
        past.unkept,
    )


class Past:
    """What a model's run has kept of C: of the words `known`, that is, (n, d), which were `start` before training."""

    def __init__(self, word_model: WordModel, known: list[str], start: Matrix) -> None:
        assert word_model.entry is not None
        self._spec, self._start = word_model.spec, start
        self._rows = word_model.vocabulary.encode(known)
        self._finished = word_model.matrix[self._rows]
        self._run = word_model.entry.run
        self._files = embedding_snapshots.kept(self._run / embedding_snapshots.FOLDER) if self._run else {}
        self.best = int(word_model.entry.info.best.get("epoch") or 0)

    @cached_property
    def readable(self) -> dict[int, Matrix]:
        """C at the end of each epoch that is kept, in order; without those whose files are damaged."""
        found = {}
        for epoch in self._files:
            with suppress(WordError):
                found[epoch] = self.at(epoch)
        return found

    @property
    def unkept(self) -> str:
        """Why no epochs can be looked at, and what to do; empty where some can be."""
        if self._files:
            return ""
        if self._run is None:
            return "The epochs of a training are kept with its run: ask run:ID, or train one and use its model."
        return (
            "This run has kept no epochs: an earlier version trained it, or its model was there already. "
            "Train with another seed to see them."
        )

    def at(self, epoch: int | None) -> Matrix:
        """C at the end of an epoch, (n, d), or when all was done. Raises WordError."""
        if epoch is None:
            return self._finished
        if epoch not in self._files:
            there = ", ".join(map(str, self._files))
            hint = f"There are {there}." if there else self.unkept
            raise WordError(f"Of epoch {epoch} of {self._spec!r} no vectors are kept.", hint)
        try:
            return embedding_snapshots.restore(self._files[epoch], self._start, self._rows)
        except ValueError as error:
            raise WordError(f"What {self._spec!r} kept of epoch {epoch} cannot be read: {error}.", NO_WAY) from error


def _unit(matrix: Matrix) -> Matrix:
    """Rows, (n, d), centred and of length one."""
    return scaled(matrix - matrix.mean(axis=0, dtype=np.float64).astype(np.float32))[0]


def _nearest(unit: Matrix, k: int) -> NDArray[np.int64]:
    """The k rows nearest to each of the rows, (n, k), without itself, best first."""
    k = max(0, min(k, len(unit) - 1))
    found = [np.zeros((0, k), np.int64)]
    for start in range(0, len(unit) if k else 0, CHUNK):
        scores = unit[start : start + CHUNK] @ unit.T
        some = np.arange(len(scores))
        scores[some, some + start] = -np.inf
        best = np.argpartition(scores, len(unit) - k, axis=1)[:, len(unit) - k :]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        found.append(np.take_along_axis(best, order, axis=1))
    return np.concatenate(found)
