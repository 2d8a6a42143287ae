"""The indexes that were asked for, open: those used last in memory, the others on the disk."""

from __future__ import annotations

from collections.abc import Sequence

from core.storage.store import Artifact, Store
from core.words import index as indexes
from core.words.centering import Matrix
from core.words.index import Index
from core.words.target import LayerVectors

MOST_PLACES = 240
"""Places of one word that are looked into at once."""
REMEMBERED = 16
RESIDENT_BYTES = 300 << 20
"""How much of the indexes may be in memory at once; the one asked last always is."""


class OpenIndexes:
    """Opens each index once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: dict[str, Index] = {}
        self._found: dict[tuple[str, ...], list[Artifact]] = {}
        self._sampled: dict[tuple[str, ...], tuple[list[tuple[int, int]], Matrix]] = {}

    def forget(self) -> None:
        """There may be larger indexes now."""
        self._found.clear()

    def get(self, vectors: LayerVectors, corpora: Sequence[str] = ()) -> Index | None:
        """The index of those vectors that has places of all these corpora, None where none is built."""
        name = (*vectors.parents, vectors.layer.name, vectors.kind)
        if name not in self._found:
            artifacts = indexes.find(self._store, vectors)
            if not artifacts:
                return None
            # The store is searched once: it may hold thousands of artifacts. What is not there is looked for again.
            self._found[name] = artifacts
        for artifact in self._found[name]:
            index = self._read(artifact)
            if set(corpora) <= index.table.sources.keys():
                return index
        return None

    def _read(self, artifact: Artifact) -> Index:
        index = self._open.pop(artifact.key, None) or indexes.load(self._store, artifact)
        self._open[artifact.key] = index
        room = RESIDENT_BYTES
        for other in reversed(self._open.values()):
            room -= 2 * other.states.nbytes
            if room < 0 and other is not index:
                other.rest()
        return index

    def sample(
        self, vectors: LayerVectors, index: Index, word: str, corpora: Sequence[str] = ()
    ) -> tuple[list[tuple[int, int]], Matrix]:
        """(passage, position) of a word in all passages of the index's table, up to `MOST_PLACES`; its states there.

        `corpora`: only in passages of these.
        The states are read anew, (places, width): they need not be of the kind that is indexed.
        """
        key = index.key, word, vectors.kind, *corpora
        if key not in self._sampled:
            places = index.table.everywhere(word, MOST_PLACES, corpora)
            texts = [index.table.passages[passage].words for passage, _ in places]
            states = vectors.states(texts, [[position] for _, position in places])
            if len(self._sampled) >= REMEMBERED:
                self._sampled.pop(next(iter(self._sampled)))
            self._sampled[key] = places, states
        return self._sampled[key]
