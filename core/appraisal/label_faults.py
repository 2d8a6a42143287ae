"""Labels that may be wrong: what models that have not seen a text say of it, against the label that it has.

Confident learning (Northcutt, Jiang and Chuang 2021), as cleanlab ranks it: a class has a threshold, the mean
probability of it over the texts labelled so; a text whose probability of another class reaches that one's threshold,
and is its highest such, is suspected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDED = 1e-9
"""By as much the mean of equal numbers may be more than each of them."""


@dataclass(frozen=True)
class Suspect:
    """The text at `place`, whose label may be wrong: the class that this names, and the one that is likelier."""

    place: int
    label: int
    likelier: int
    probability: float
    """Of the likelier class, 0 to 1."""
    margin: float
    """By how much that is more than the label's own, 0 to 1."""


def find_suspects(probabilities: NDArray[np.floating], labels: NDArray[np.int64]) -> list[Suspect]:
    """The suspected labels, the widest margin first, of out-of-fold probabilities, (n, classes), and labels, (n,).

    A class that none of the texts has is never the likelier one: there is nothing to take a threshold from.
    """
    classes = probabilities.shape[1]
    counts = np.bincount(labels, minlength=classes)
    own = probabilities[np.arange(len(labels)), labels]
    means = np.bincount(labels, weights=own, minlength=classes) / np.maximum(1, counts)
    thresholds = np.where(counts > 0, means, np.inf)
    reached = np.where(probabilities >= thresholds - _ROUNDED, probabilities, -1.0)
    likelier = reached.argmax(axis=1)
    suspected = np.flatnonzero((reached.max(axis=1) >= 0) & (likelier != labels))
    found = [
        Suspect(
            int(place),
            int(labels[place]),
            int(likelier[place]),
            float(probabilities[place, likelier[place]]),
            float(probabilities[place, likelier[place]] - own[place]),
        )
        for place in suspected
    ]
    return sorted((each for each in found if each.margin > 0), key=lambda each: (-each.margin, each.place))
