"""Nearest neighbours by cosine, exact: one matrix product and a top-k."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from core.api.parts import CENTRINGS
from core.words.centering import Centering, Matrix, scaled


class VectorSpace:
    """Rows of a matrix (n, d), searched in any of three centrings (`core.api.parts.CENTRINGS`).

    Raw cosines mislead where all vectors share a direction (Mu and Viswanath 2018), so the mean is taken out first by
    default. Rows that are zero after centring stay zero and are never near anything. `centering` are measured on the
    rows where they are not given.
    """

    def __init__(self, rows: Matrix, centering: Centering | None = None) -> None:
        self.centering = centering or Centering.of(rows)
        self.unit, self._lengths = scaled(rows - self.centering.mean)

    def __len__(self) -> int:
        return len(self.unit)

    def scores(self, vector: Matrix, centring: str = "mean") -> Matrix:
        """The cosine of every row, (n,), with a raw vector, (d,)."""
        query = self.query(vector, centring)
        scores: Matrix = self.unit @ query
        if centring == "top":
            scores = scores * self._within
        elif centring == "none":
            scores = (scores * self._lengths + self.centering.mean @ query) * self._per_length
        return scores

    def nearest(
        self, vector: Matrix, k: int, exclude: NDArray[np.bool_] | None = None, centring: str = "mean"
    ) -> list[tuple[int, float]]:
        """The k rows nearest to a raw vector, (d,): (row, cosine), best first, ties by row."""
        scores = self.scores(vector, centring)
        if exclude is not None:
            scores[exclude] = -np.inf
        return top(scores, k)

    def cosine(self, first: Matrix, second: Matrix, centring: str = "mean") -> float:
        """Of two raw vectors, (d,)."""
        return float(self.query(first, centring) @ self.query(second, centring))

    def query(self, vector: Matrix, centring: str = "mean") -> Matrix:
        """A raw vector, (d,), centred and of length one. Raises ValueError for a centring there is not."""
        if centring not in CENTRINGS:
            raise ValueError(f"there is no centring {centring!r}")
        query: Matrix = scaled(self.centering.centred(vector[None, :], centring))[0][0]
        return query

    @cached_property
    def _within(self) -> Matrix:
        """By what a cosine with a row grows once the row is as long as what is left of it, (n,)."""
        left = 1 - ((self.unit @ self.centering.components.T) ** 2).sum(axis=1)
        within: Matrix = np.divide(1, np.sqrt(np.maximum(left, 0)), out=np.zeros_like(left), where=left > 1e-6)
        return within

    @cached_property
    def _per_length(self) -> Matrix:
        """One over each raw row's length, (n,)."""
        mean = self.centering.mean
        square = self._lengths**2 + 2 * self._lengths * (self.unit @ mean) + mean @ mean
        per: Matrix = np.divide(1, np.sqrt(np.maximum(square, 0)), out=np.zeros_like(square), where=square > 1e-12)
        return per


def top(scores: Matrix, k: int) -> list[tuple[int, float]]:
    """The k highest of scores, (n,): (row, score), best first, ties by row; what is not finite never comes."""
    if not (k := min(k, len(scores))):
        return []
    best = np.argpartition(scores, len(scores) - k)[len(scores) - k :]
    best = best[np.lexsort((best, -scores[best]))]
    return [(int(row), float(scores[row])) for row in best if np.isfinite(scores[row])]


def spellings(word: str, known: tuple[str, ...], k: int = 6) -> tuple[str, ...]:
    """Known words spelled most like `word` (Damerau-Levenshtein); frequent words first among equals.

    `known` is in order of falling frequency.
    """
    limit = 1 if len(word) < 4 else 2 if len(word) < 9 else 3
    found = process.extract(word, known, scorer=DamerauLevenshtein.distance, score_cutoff=limit, limit=None)
    return tuple(match for match, _, _ in sorted(found, key=lambda hit: (hit[1], hit[2]))[:k])
