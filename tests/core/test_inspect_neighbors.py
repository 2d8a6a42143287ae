"""Nearest neighbours equal a brute-force loop; spellings are near and frequent first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.words.vector_space import VectorSpace, spellings


@given(st.integers(2, 30), st.integers(1, 8), st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_nearest_is_what_a_loop_over_all_cosines_finds(n: int, d: int, seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, d)).astype(np.float32)
    query = rng.normal(size=d).astype(np.float32)
    centred, q = rows - rows.mean(axis=0), query - rows.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1) * np.linalg.norm(q)
    cosines = np.divide(centred @ q, lengths, out=np.zeros(n, dtype=np.float32), where=lengths > 1e-6)
    found = VectorSpace(rows).nearest(query, k)
    assert len(found) == min(k, n)
    assert [score for _, score in found] == pytest.approx(sorted(cosines, reverse=True)[:k], abs=1e-3)
    for row, score in found:
        assert score == pytest.approx(cosines[row], abs=1e-3)


def test_excluded_rows_never_come_back() -> None:
    space = VectorSpace(np.eye(4, dtype=np.float32))
    exclude = np.array([True, False, True, False])
    assert {row for row, _ in space.nearest(np.ones(4, dtype=np.float32), 4, exclude)} == {1, 3}


def test_rows_that_are_all_alike_are_near_nothing() -> None:
    space = VectorSpace(np.ones((3, 2), dtype=np.float32))
    assert [score for _, score in space.nearest(np.ones(2, dtype=np.float32), 3)] == [0, 0, 0]


def test_spellings_are_near_and_the_frequent_ones_come_first() -> None:
    known = ("the", "cast", "cost", "coast", "vast", "performance", "wonderful")
    assert spellings("casst", known) == ("cast", "cost", "coast", "vast")
    assert spellings("wonderfull", known) == ("wonderful",)
    assert spellings("zxqv", known) == ()
    assert spellings("teh", known) == ("the",), "two letters swapped is one mistake"
