"""Nearest rows by a score of each, and by faiss: the same answers."""

from __future__ import annotations

import numpy as np
import pytest

from core.api.parts import CENTRINGS
from core.words import index as indexes
from core.words.centering import Centering
from core.words.index import Index
from core.words.ranking import Flat, Scored
from core.words.vector_space import VectorSpace

ROWS, WIDTH = 3_000, 48


@pytest.fixture(scope="module")
def states() -> np.ndarray[tuple[int, int], np.dtype[np.float16]]:
    """Rows that share a direction, as hidden states do; some stand there twice."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(ROWS, WIDTH)) * np.linspace(2, 0.2, WIDTH) + 0.7
    rows[100:120] = rows[0:20]
    return rows.astype(np.float16)


@pytest.mark.parametrize("centring", CENTRINGS)
def test_faiss_and_a_score_of_every_row_say_the_same(
    states: np.ndarray[tuple[int, int], np.dtype[np.float16]], centring: str
) -> None:
    centering = Centering.of(states)
    space, flat = VectorSpace(states.astype(np.float32), centering), Flat(states, centering, centring)
    rng = np.random.default_rng(1)
    some, barred = np.arange(50, 900, 7), np.arange(0, 1_500, 2)
    for vector in (*states[:5].astype(np.float32), *rng.normal(size=(20, WIDTH)).astype(np.float32)):
        every, found = Scored(space.scores(vector, centring)), flat.ranking(vector)
        for k, only, without in ((10, None, None), (200, None, barred), (10, some, None), (5_000, None, None)):
            ours, theirs = found.best(k, only, without), every.best(k, only, without)
            assert len(ours) == len(theirs)
            assert np.allclose([score for _, score in ours], [score for _, score in theirs], atol=2e-6)
            near = theirs[-1][1] + 1e-5
            assert {row for row, score in ours if score > near} == {row for row, score in theirs if score > near}


def test_a_row_is_never_in_the_answer_that_is_barred_from_it(
    states: np.ndarray[tuple[int, int], np.dtype[np.float16]],
) -> None:
    flat = Flat(states, Centering.of(states), "mean")
    barred = np.arange(0, ROWS, 2)
    found = flat.ranking(states[0].astype(np.float32)).best(ROWS, without=barred)
    assert len(found) == ROWS // 2
    assert all(row % 2 for row, _ in found)


def test_a_large_index_is_searched_by_faiss_only_where_it_is_installed(
    states: np.ndarray[tuple[int, int], np.dtype[np.float16]], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index("key", None, states, Centering.of(states))  # type: ignore[arg-type]  # the table is not looked at
    vector = states[50].astype(np.float32)
    assert isinstance(index.ranking(vector, "mean"), Scored), "few places"
    monkeypatch.setattr(indexes, "MANY", ROWS)
    index.rest()
    by_faiss = index.ranking(vector, "mean").best(5)
    assert index._space is None, "no copy of all the places in single precision"
    assert index.ranking(vector, "top").best(1)[0][0] == 50
    monkeypatch.setattr(indexes, "has_faiss", lambda: False)
    without = index.ranking(vector, "mean")
    assert isinstance(without, Scored)
    assert [row for row, _ in without.best(5)] == [row for row, _ in by_faiss]
