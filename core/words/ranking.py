"""Which rows are nearest: by a score of every row, or for very many rows by a faiss index of them (Douze et al. 2024).

Both are exact and give the same answers. A score of every row wants all rows in single precision in memory; faiss keeps
half precision, and what it finds is scored again from the rows themselves, so that its rounding decides nothing.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.words.centering import Centering, Matrix, scaled
from core.words.vector_space import top

Rows = NDArray[np.int64]
CHUNK = 16_384
"""Rows that are centred at a time."""
SPARE = 64
"""How many more are looked at than are wanted: half precision may have swapped the last ones."""


class Ranking(Protocol):
    """The rows of an index in the order of their cosine with one vector."""

    def best(self, k: int, only: Rows | None = None, without: Rows | None = None) -> list[tuple[int, float]]:
        """(row, cosine) of the k best, best first, ties by row: of some rows alone, or of all but some."""


class Scored:
    """By a score of every row, (n,)."""

    def __init__(self, scores: Matrix) -> None:
        self._scores = scores

    def best(self, k: int, only: Rows | None = None, without: Rows | None = None) -> list[tuple[int, float]]:
        """See `Ranking`."""
        scores = self._scores
        if only is not None:
            scores = np.full(len(scores), -np.inf, np.float32)
            scores[only] = self._scores[only]
        elif without is not None and len(without):
            scores = scores.copy()
            scores[without] = -np.inf
        return top(scores, k)


class Flat:
    """Rows, (n, d), half precision, of one centring, in a faiss index. Without the extra `faiss` an ImportError."""

    def __init__(self, rows: NDArray[np.float16], centering: Centering, centring: str) -> None:
        import faiss

        self._rows, self._moments, self.centring = rows, centering, centring
        self._index: Any = faiss.IndexScalarQuantizer(
            rows.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        for start in range(0, len(rows), CHUNK):
            self._index.add(self._unit(rows[start : start + CHUNK]))

    def ranking(self, vector: Matrix) -> FlatRanking:
        """The rows by their cosine with a raw vector, (d,)."""
        return FlatRanking(self, self._unit(vector[None, :])[0])

    def search(self, query: Matrix, k: int) -> Rows:
        """The k rows that are nearest to a unit vector, (d,), as far as half precision tells."""
        _, rows = self._index.search(query[None, :], min(k, len(self._rows)))
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def scores(self, rows: Rows, query: Matrix) -> Matrix:
        """The cosines of some rows with a unit vector, (d,)."""
        scores: Matrix = self._unit(self._rows[rows]) @ query
        return scores

    def __len__(self) -> int:
        return len(self._rows)

    def _unit(self, rows: NDArray[np.float16] | Matrix) -> Matrix:
        return scaled(self._moments.centred(np.asarray(rows, np.float32), self.centring))[0]


class FlatRanking:
    """The rows of a `Flat` by their cosine with one unit vector."""

    def __init__(self, flat: Flat, query: Matrix) -> None:
        self._flat, self._query = flat, query

    def best(self, k: int, only: Rows | None = None, without: Rows | None = None) -> list[tuple[int, float]]:
        """See `Ranking`."""
        rows = only
        if rows is None:
            barred = without if without is not None else np.zeros(0, np.int64)
            rows = self._flat.search(self._query, k + SPARE + len(barred))
            rows = rows[~np.isin(rows, barred)]
        rows = np.sort(rows)
        return [(int(rows[place]), score) for place, score in top(self._flat.scores(rows, self._query), k)]
