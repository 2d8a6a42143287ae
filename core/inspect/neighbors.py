"""Nearest neighbours by cosine, exact: one matrix product and a top-k."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

Matrix = NDArray[np.float32]


class VectorSpace:
    """Rows of a matrix (n, d), centred on their mean and scaled to length one.

    Raw cosines mislead where all vectors share a direction (Mu and Viswanath 2018), so the mean is taken out first.
    Rows that are zero after centring stay zero and are never near anything.
    """

    def __init__(self, rows: Matrix) -> None:
        self.mean: Matrix = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.unit = self._scaled(rows - self.mean)

    def nearest(self, vector: Matrix, k: int, exclude: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The k rows nearest to a raw (uncentred) vector (d,): (row, cosine), best first, ties by row."""
        query = self._scaled((vector - self.mean)[None, :])[0]
        scores = self.unit @ query
        if exclude is not None:
            scores[exclude] = -np.inf
        k = min(k, len(scores))
        top = np.argpartition(-scores, k - 1)[:k]
        top = top[np.lexsort((top, -scores[top]))]
        return [(int(row), float(scores[row])) for row in top if np.isfinite(scores[row])]

    @staticmethod
    def _scaled(rows: Matrix) -> Matrix:
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        scaled: Matrix = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-9)
        return scaled


def spellings(word: str, known: tuple[str, ...], k: int = 6) -> tuple[str, ...]:
    """Known words spelled most like `word` (Damerau-Levenshtein); frequent words first among equals.

    `known` is in order of falling frequency.
    """
    limit = 1 if len(word) < 4 else 2 if len(word) < 9 else 3
    found = process.extract(word, known, scorer=DamerauLevenshtein.distance, score_cutoff=limit, limit=None)
    return tuple(match for match, _, _ in sorted(found, key=lambda hit: (hit[1], hit[2]))[:k])
