"""How good a grouping of vectors is: the silhouette of each (Rousseeuw 1987)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.words.centering import Matrix


def measure_distances(unit: Matrix) -> NDArray[np.float64]:
    """The cosine distances, (n, n), of rows of length one, (n, d)."""
    distances: NDArray[np.float64] = np.clip(1 - unit @ unit.T, 0, 2).astype(np.float64)
    np.fill_diagonal(distances, 0)
    return distances


def silhouette(distances: NDArray[np.float64], groups: NDArray[np.int64]) -> Matrix:
    """(b - a) / max(a, b) of each row, (n,): a the mean distance within its group, b to the nearest other group."""
    member = np.eye(groups.max() + 1)[groups]
    sizes = member.sum(axis=0)
    total = distances @ member
    own = np.arange(len(groups)), groups
    within = total[own] / np.maximum(sizes[groups] - 1, 1)
    means = total / sizes
    means[own] = np.inf
    nearest = means.min(axis=1)
    values = np.where(sizes[groups] > 1, (nearest - within) / np.maximum(np.maximum(nearest, within), 1e-12), 0)
    found: Matrix = values.astype(np.float32)
    return found


def number_by_size(groups: NDArray[np.signedinteger[Any]]) -> NDArray[np.int64]:
    """Group numbers from 0, the largest group first, among equals the one whose first row comes first."""
    labels, firsts, counts = np.unique(groups, return_index=True, return_counts=True)
    order = np.lexsort((firsts, -counts))
    rank = {int(labels[place]): n for n, place in enumerate(order)}
    return np.array([rank[int(group)] for group in groups], np.int64)
