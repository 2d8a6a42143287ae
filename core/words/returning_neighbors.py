"""Which nearest words came back when a shipped model was made again with another seed: measured once, and shipped.

Of each word of a model's vocabulary sixteen bits a seed are kept: bit n is set if the n-th of its ten nearest is among
the ten nearest there as well. core.release.reseeding makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.lexicon import Lexicon
from core.data.vocabulary import Vocabulary
from core.storage.paths import ASSETS
from core.words.centering import Matrix
from core.words.vector_space import VectorSpace

FOLDER = ASSETS / "stability"
NEAREST = 10
CHUNK = 512
Bits = NDArray[np.uint16]


@dataclass(frozen=True)
class ReturningNeighbors:
    """`key`: of the model it is about; `returned`: (V, seeds), the bits of each row of its C; `seeds`: the others."""

    key: str
    returned: Bits
    seeds: tuple[int, ...]

    def save(self, path: Path) -> None:
        """Write one file, compressed."""
        np.savez_compressed(path, key=np.array(self.key), kept=self.returned, seeds=np.array(self.seeds))

    @classmethod
    def load(cls, path: Path) -> ReturningNeighbors:
        """Read what `save` wrote. Raises OSError, KeyError or ValueError."""
        with np.load(path, allow_pickle=False) as found:
            return cls(str(found["key"]), found["kept"], tuple(found["seeds"].tolist()))

    def count_models(self, row: int, rank: int) -> int:
        """In how many of the other models' ten nearest the word's neighbour number `rank`, from 0, is as well."""
        return int((self.returned[row] >> np.uint16(rank) & 1).sum())

    @property
    def overlap(self) -> float:
        """The mean share of the ten nearest that came back, over all words."""
        return float(np.bitwise_count(self.returned[Vocabulary.UNKNOWN + 1 :]).mean()) / NEAREST


@cache
def load_shipped(folder: Path = FOLDER) -> dict[str, ReturningNeighbors]:
    """What ships, by the key of the model it is about."""
    return {found.key: found for found in map(ReturningNeighbors.load, sorted(folder.glob("*.npz")))}


def find_returning(mine: Matrix, words: Lexicon, theirs: Matrix, their_words: Lexicon) -> Bits:
    """The bits of each row of `mine`, (V,), against another model's C, (V', d); zeros for what it has no row for."""
    own, other = _nearest(mine, words), _nearest(theirs, their_words)
    row = {word: n for n, word in enumerate(their_words.words)}
    same = np.array([row.get(word, -1) for word in words.words])
    there = np.where((same >= 0) & words.whole)[0]
    bits = np.zeros(len(words.words), np.uint16)
    translated = same[own[there]]
    for n in range(NEAREST):
        back = (other[same[there]] == translated[:, n : n + 1]).any(axis=1)
        bits[there] |= back.astype(np.uint16) << np.uint16(n)
    return bits


def _nearest(matrix: Matrix, words: Lexicon) -> NDArray[np.int64]:
    """(V, 10): the nearest words of every row, as `VectorSpace.nearest` finds them."""
    space = VectorSpace(matrix)
    listed = words.whole
    found = np.zeros((len(matrix), NEAREST), np.int64)
    for start in range(0, len(matrix), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(matrix)))
        scores = space.unit[rows] @ space.unit.T
        scores[:, ~listed] = -np.inf
        scores[np.arange(len(rows)), rows] = -np.inf
        best = np.argpartition(-scores, NEAREST, axis=1)[:, :NEAREST]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        found[rows] = np.take_along_axis(best, order, axis=1)
    return found
