"""What classifiers have in common, unless one says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.catalog.model_info import Mix
from core.data.batches import Encoded, pad
from core.data.vocabulary import Vocabulary
from core.models.protocol import FirstReading


class Network(nn.Module):
    """A classifier that keeps nothing of what it reads and has no language models beneath it."""

    lexicon: ClassVar[type[Vocabulary]] = Vocabulary
    differs: ClassVar[bool] = False
    beside: ClassVar[int] = 0
    first_reading = FirstReading(complete=True)

    @property
    def size(self) -> int:
        """How many numbers it is made of."""
        return sum(parameter.numel() for parameter in self.parameters())

    def loss(self, ids: Tensor, lengths: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(mean cross-entropy in nats, logits (batch, classes))."""
        logits = self(ids, lengths)
        return functional.cross_entropy(logits, labels), logits

    def mixture(self) -> Mix | None:
        """Nothing: there are no language models to read."""
        return None

    def remember(self, room: int, texts: Sequence[Encoded]) -> Iterator[int]:  # noqa: ARG002 - nothing is frozen
        """Nothing: every part may move."""
        return iter(())

    def forget(self) -> None:
        """Nothing is kept."""


def answer_prefixes(model: nn.Module, prefixes: Sequence[Sequence[int]], at_once: int) -> Tensor:
    """Logits after each word, (words, classes), of a model that must read every prefix anew, `at_once` of them."""
    chunks = (prefixes[start : start + at_once] for start in range(0, len(prefixes), at_once))
    return torch.cat([model(*pad(chunk)) for chunk in chunks])


def without(config: Mapping[str, Any], *retired: str) -> dict[str, Any]:
    """Sizes but for those that only earlier versions wrote."""
    return {name: value for name, value in config.items() if name not in retired}
