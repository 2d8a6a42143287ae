"""Vectors that belong together: k-means from a fixed seed, how many clusters by the silhouette, and none that are weak.

The vectors themselves are grouped, not their places on a map: two axes show a fraction of what tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.words.centering import Matrix, scaled
from core.words.silhouettes import measure_distances, number_by_size, silhouette

MOST = 5
FEWEST, SMALLEST = 12, 3
"""Vectors there are to be at all, and in a cluster."""
WEAK = 0.08
"""A mean silhouette below this is no grouping."""
STARTS, STEPS = 5, 50
"""Times that k-means begins anew, and how often it assigns at most."""


@dataclass(frozen=True)
class Clusters:
    """What was found: the rows of each cluster, the most central first; the largest cluster first, or none.

    `silhouette`: the mean of the best grouping, also where it is refused; `chance`: the best of what it is held
    against.
    """

    members: tuple[tuple[int, ...], ...]
    silhouette: float
    chance: float


def find_clusters(rows: Matrix, draws: Iterable[Matrix]) -> Clusters | None:
    """Two to five clusters of rows, (n, d), by their directions from the mean; None of fewer than `FEWEST` rows.

    The same rows give the same clusters. A grouping whose mean silhouette is below `WEAK`, or in two digits not above
    that of each of `draws`, as many vectors by chance, is refused.
    """
    if len(rows) < FEWEST:
        return None
    unit = _directions(rows)
    groups, found = _group_best(unit)
    chance = max((_group_best(_directions(draw))[1] for draw in draws), default=0.0)
    if found < WEAK or round(found, 2) <= round(chance, 2):
        return Clusters((), found, chance)
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]
    ordered = (each[np.argsort(-(unit[each] @ unit[each].mean(axis=0)), kind="stable")] for each in members)
    return Clusters(tuple(tuple(each.tolist()) for each in ordered), found, chance)


def _directions(rows: Matrix) -> Matrix:
    """From the mean of the rows: what all of them share says nothing about which are alike."""
    return scaled(rows - rows.mean(axis=0))[0]


def _group_best(unit: Matrix) -> tuple[NDArray[np.int64], float]:
    """The grouping of the best mean silhouette, and that; all in one, of 0, where each has too small a cluster."""
    distances = measure_distances(unit)
    best, highest = np.zeros(len(unit), np.int64), 0.0
    for k in range(2, MOST + 1):
        groups = k_means(unit, k)
        if len(sizes := np.bincount(groups)) < k or sizes.min() < SMALLEST:
            continue
        mean = float(silhouette(distances, groups).mean())
        if mean > highest + 1e-9:
            best, highest = groups, mean
    return best, highest


def k_means(rows: Matrix, k: int) -> NDArray[np.int64]:
    """Cluster numbers, (n,), of rows, (n, d), the largest 0: of `STARTS` k-means++ starts that of the least spread.

    Fewer than k where rows are the same.
    """
    rng = np.random.default_rng(0)
    least, best = np.inf, np.zeros(len(rows), np.int64)
    for _ in range(STARTS):
        apart = _square_distances(rows, _choose_centres(rows, k, rng))
        groups = apart.argmin(axis=1)
        for _ in range(STEPS):
            member = np.eye(k)[groups]
            centres = (member.T @ rows) / np.maximum(member.sum(axis=0), 1)[:, None]
            apart = _square_distances(rows, centres)
            nearest = apart.argmin(axis=1)
            if (nearest == groups).all():
                break
            groups = nearest
        spread = float(apart.min(axis=1).sum())
        if spread < least - 1e-9:
            least, best = spread, groups
    return number_by_size(best)


def _choose_centres(rows: Matrix, k: int, rng: np.random.Generator) -> Matrix:
    """That many of the rows, each likelier the further it is from those before (Arthur and Vassilvitskii 2007)."""
    chosen = [int(rng.integers(len(rows)))]
    while len(chosen) < k:
        apart = _square_distances(rows, rows[chosen]).min(axis=1)
        total = apart.sum()
        chosen.append(int(rng.choice(len(rows), p=apart / total)) if total > 0 else chosen[0])
    return rows[chosen]


def _square_distances(rows: Matrix, centres: NDArray[np.floating]) -> NDArray[np.float64]:
    """Between rows, (n, d), and centres, (k, d): (n, k)."""
    squares = (rows.astype(np.float64) ** 2).sum(axis=1)[:, None] + (centres.astype(np.float64) ** 2).sum(axis=1)
    found: NDArray[np.float64] = np.maximum(squares - 2 * rows.astype(np.float64) @ centres.T.astype(np.float64), 0)
    return found
