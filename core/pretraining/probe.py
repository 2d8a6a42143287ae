"""What a pretrained model's states are worth, which perplexity does not tell: a logistic regression on few labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from core.data.corpora import Split, Task, draw
from core.data.text import words
from core.models.logistic_regression import fit

Encode = Callable[[Sequence[str]], list[int]]
"""A text's words to the rows of C that a model reads."""
Features = Callable[[Sequence[Sequence[int]]], Tensor]
"""Texts, as rows of C, to what a model makes of each: (texts, width)."""

TASK = "rotten_tomatoes"
LABELS = 500
WEIGHT_DECAY = 0.1
"""Half of this times the squared weights is added to the mean cross-entropy of standardised features."""


@dataclass(frozen=True)
class Probed:
    """`accuracy` (0 to 1) on `n` validation texts, learned from `labels` texts."""

    accuracy: float
    n: int
    labels: int

    def fields(self) -> dict[str, Any]:
        """The numbers as an event and lm.json hold them."""
        return asdict(self)


class Probe:
    """One seeded draw of labelled training sentences, and the task's validation split; its test split is not read."""

    def __init__(self, task: Task, encode: Encode, seed: int) -> None:
        wanted = min(LABELS, 4 * len(task.train) // 5)
        # A draw keeps a fifth of its budget for a validation of its own, which is not needed here.
        train, _ = draw(task, wanted * 5 // 4, seed)
        self._classes = len(task.labels)
        self._train, self._train_labels = _encoded(train, encode)
        self._validation, self._validation_labels = _encoded(task.validation, encode)

    def measure(self, read: Features) -> Probed:
        """The accuracy of a logistic regression on what `read` makes of the texts. Draws nothing at random."""
        features = read(self._train)
        middle, spread = features.mean(dim=0), features.std(dim=0).clamp(min=1e-6)
        weights, bias = fit((features - middle) / spread, self._train_labels, self._classes, WEIGHT_DECAY)
        asked = (read(self._validation) - middle) / spread
        right = ((asked @ weights.t() + bias).argmax(dim=1) == self._validation_labels).float().mean().item()
        return Probed(right, len(self._validation), len(self._train))


def _encoded(split: Split, encode: Encode) -> tuple[Sequence[list[int]], Tensor]:
    return [encode(words(text)) for text in split.texts], torch.tensor(list(split.labels))
