"""The control without composition: a logistic regression on the mean of a sentence's word vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from core.data.vocabulary import Vocabulary
from core.models.network import Network, without
from core.models.protocol import Head, Parts


@dataclass(frozen=True)
class MeanVectorConfig:
    """`vocabulary`, `dimension`: rows and columns of C."""

    vocabulary: int
    dimension: int
    classes: int

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""
        return asdict(self)


class MeanVectorClassifier(Network):
    """C (V×d), frozen, and W_o (classes × d) on the mean of the c_i. Words without a vector are passed over."""

    kind: ClassVar[str] = "average"

    def __init__(self, config: MeanVectorConfig) -> None:
        super().__init__()
        self.config = config
        self.C = nn.Embedding(config.vocabulary, config.dimension, padding_idx=Vocabulary.PAD)
        self.W_o = nn.Linear(config.dimension, config.classes)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> MeanVectorClassifier:  # noqa: ARG003
        """A classifier of sizes that `MeanVectorConfig.to_json` gave. Raises TypeError for others."""
        return cls(MeanVectorConfig(**without(config, "cell")))

    @property
    def heads(self) -> list[Head]:
        """W_o and what it sees."""
        return [Head(self.W_o, self.pooled)]

    def pooled(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(batch, d): the mean vector of each row's known words; zeros where there is none.

        Pads are known by their number. `gates`, (batch, time), scale the words' vectors.
        """
        known = (ids != Vocabulary.PAD) & (ids != Vocabulary.UNKNOWN)
        weights = known if gates is None else known * gates
        total = (self.C(ids) * weights.unsqueeze(-1)).sum(dim=1)
        mean = total / known.sum(dim=1, keepdim=True).clamp(min=1)
        assert isinstance(mean, Tensor)
        return mean

    def forward(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """Logits, (batch, classes), of padded word numbers, (batch, time). `gates`, (batch, time), scale the c_i."""
        logits = self.W_o(self.pooled(ids, lengths, gates))
        assert isinstance(logits, Tensor)
        return logits

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Logits after each word of one text, (words, classes)."""
        ids = torch.tensor(prefixes[-1])
        known = (ids != Vocabulary.UNKNOWN).unsqueeze(-1)
        logits = self.W_o((self.C(ids) * known).cumsum(dim=0) / known.cumsum(dim=0).clamp(min=1))
        assert isinstance(logits, Tensor)
        return logits

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:  # noqa: ARG002
        """(batch, time, d): the word vectors themselves, for nothing here depends on the context."""
        vectors = self.C(ids)
        assert isinstance(vectors, Tensor)
        return vectors

    def shapes(self) -> dict[str, list[int]]:
        """The shapes of C and W_o."""
        return {"C": list(self.C.weight.shape), "W_o": list(self.W_o.weight.shape)}
