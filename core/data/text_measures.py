"""What texts are like before anything learns from them: how long, and how much of a new one was never met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from core.data.text import words

MEASURED = 5_000
"""Texts of each side that are read; of more the first."""


@dataclass(frozen=True)
class TextMeasures:
    """Tokens of a text: the fewest, the median, the 95th percentile, the most; `unseen`, 0 to 1.

    `unseen` is the share of the answered texts' tokens that no text learned from has. `texts` were measured.
    """

    fewest: int
    median: float
    long: float
    most: int
    unseen: float
    texts: int

    def __str__(self) -> str:
        return f"{self.fewest:,} to {self.most:,} tokens, median {self.median:.0f}, 95 % have at most {self.long:.0f}"


def measure_texts(learned: Sequence[str], answered: Sequence[str]) -> TextMeasures:
    """Read the first `MEASURED` of each. Raises ValueError where there is no text."""
    met, lengths = set[str](), list[int]()
    for text in islice(learned, MEASURED):
        found = words(text)
        met.update(found)
        lengths.append(len(found))
    new = [words(text) for text in islice(answered, MEASURED)]
    lengths += map(len, new)
    if not lengths:
        raise ValueError("there is no text to measure")
    tokens = [word for text in new for word in text]
    return TextMeasures(
        min(lengths),
        float(np.median(lengths)),
        float(np.percentile(lengths, 95)),
        max(lengths),
        sum(word not in met for word in tokens) / max(1, len(tokens)),
        len(lengths),
    )
