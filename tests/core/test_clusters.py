"""Clusters of vectors: found where they are, the same every time, and refused where chance does as well."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.words.centering import Matrix
from core.words.clusters import FEWEST, SMALLEST, find_clusters, k_means
from core.words.questions.map import AS_COMMON, DRAWS, _draw_as_common


def scatter(sizes: tuple[int, ...], seed: int = 0, spread: float = 0.3) -> Matrix:
    """As many vectors around each of some corners, far from zero."""
    rng = np.random.default_rng(seed)
    corners = 5 + 4 * np.eye(len(sizes), 16)
    rows = [corner + spread * rng.normal(size=(n, 16)) for corner, n in zip(corners, sizes, strict=True)]
    return np.concatenate(rows).astype(np.float32)


def noise(n: int, seed: int) -> Matrix:
    return np.random.default_rng(seed).normal(size=(n, 16)).astype(np.float32)


def test_groups_that_are_there_are_found_the_largest_first_and_their_centres_before_their_edges() -> None:
    rows = scatter((14, 9, 5))
    found = find_clusters(rows, [noise(28, seed) for seed in range(3)])
    assert found is not None
    assert [set(each) for each in found.members] == [set(range(14)), set(range(14, 23)), set(range(23, 28))]
    assert found.silhouette > 0.8 > found.chance > 0
    edge = rows.copy()
    edge[0] = 0.6 * rows[0] + 0.4 * rows[20]
    again = find_clusters(edge, ())
    assert again is not None
    assert next(each[-1] for each in again.members if 0 in each) == 0, "what lies between two groups is no centre"


def test_what_chance_does_as_well_is_refused_and_a_few_points_are_not_tried() -> None:
    found = find_clusters(noise(30, 0), [noise(30, seed) for seed in range(1, 10)])
    assert found is not None
    assert found.members == ()
    assert 0 <= found.silhouette <= found.chance
    same = find_clusters(np.ones((20, 4), np.float32), ())
    assert same is not None
    assert (same.members, same.silhouette) == ((), 0.0), "nothing tells them apart"
    assert find_clusters(scatter((6, FEWEST - 7)), ()) is None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(SMALLEST, 9), min_size=2, max_size=5), st.integers(0, 2**32 - 1))
def test_every_row_is_in_one_cluster_and_none_is_small(sizes: list[int], seed: int) -> None:
    rows = scatter(tuple(sizes), seed)
    found = find_clusters(rows, ())
    if found is None:
        assert len(rows) < FEWEST
        return
    assert sorted(row for each in found.members for row in each) in ([], list(range(len(rows))))
    assert all(len(each) >= SMALLEST for each in found.members)
    assert [len(each) for each in found.members] == sorted((len(each) for each in found.members), reverse=True)
    assert find_clusters(rows, ()) == found, "the same every time"


@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_k_means_puts_every_row_to_the_centre_that_is_nearest(k: int, seed: int) -> None:
    rows = noise(20, seed)
    groups = k_means(rows, k)
    assert len(groups) == 20
    centres = np.stack([rows[groups == n].mean(axis=0) for n in range(groups.max() + 1)])
    assert (((rows[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1) == groups).all()


def test_words_by_chance_are_as_common_as_those_they_stand_for() -> None:
    listed, numbers = np.arange(3, 4000), np.array([3, 900, 3999])
    draws = list(_draw_as_common(listed, numbers))
    assert len(draws) == DRAWS
    for some in draws:
        assert set(some) <= set(listed)
        assert len(some) == 3
        assert (np.abs(some - numbers) <= AS_COMMON).all()
