"""Which class is taken for which: the confusion matrix, and precision, recall and F1 of each class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.api.errors import ClassScore

Numbers = NDArray[np.int64]


def count_confusion(true: Numbers, said: Numbers, classes: int) -> Numbers:
    """(classes, classes): how many texts of each class, by row, were given each, of class numbers (n,) and (n,)."""
    counts = np.bincount(true * classes + said, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


def score_classes(confusion: Numbers, labels: Sequence[str]) -> list[ClassScore]:
    """Precision, recall and F1 of each class of a confusion matrix, (classes, classes)."""
    found = []
    for place, label in enumerate(labels):
        hits, n, answered = (
            int(each) for each in (confusion[place, place], confusion[place].sum(), confusion[:, place].sum())
        )
        found.append(
            ClassScore(
                label,
                n,
                answered,
                precision=hits / answered if answered else None,
                recall=hits / n if n else None,
                f1=2 * hits / (n + answered) if n + answered else None,
            )
        )
    return found
