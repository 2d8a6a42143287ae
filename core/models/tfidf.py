"""The linear control: a logistic regression on tf-idf weighted words and pairs of words; the order is lost.

Optionally the weights are tied to the naive Bayes log-count ratios (Wang and Manning 2012), which costs nothing when
answering: the ratios are multiplied into W_o.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.data.vocabulary import Vocabulary


@dataclass(frozen=True)
class TfidfConfig:
    """`features`: words and pairs, the two specials counted. `naive_bayes`: whether W_o was tied to their ratios."""

    features: int
    classes: int
    naive_bayes: bool = False
    decay: float = 0.0
    """The weight decay that cross-validation chose."""
    cell: str = "none"

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""
        return asdict(self)


class TfidfClassifier(nn.Module):
    """W_o (classes × features) on a row of weights, (1 + log tf)·idf, scaled to length one."""

    def __init__(self, config: TfidfConfig) -> None:
        super().__init__()
        self.config = config
        self.idf = nn.Parameter(torch.ones(config.features), requires_grad=False)
        self.W_o = nn.Linear(config.features, config.classes)

    def features(self, ids: Tensor) -> Tensor:
        """Sparse (batch, features) of padded numbers of words and pairs, (batch, time). Unknown ones count nothing."""
        known = (ids != Vocabulary.PAD) & (ids != Vocabulary.UNKNOWN)
        places = torch.stack([known.nonzero()[:, 0], ids[known]])
        size = (len(ids), self.config.features)
        counts = torch.sparse_coo_tensor(places, torch.ones(places.shape[1]), size, check_invariants=False)
        counts = counts.coalesce()
        rows, columns = counts.indices()
        weights = (1.0 + counts.values().log()) * self.idf[columns]
        length = torch.zeros(len(ids)).index_add(0, rows, weights.square()).sqrt().clamp(min=1e-12)
        return torch.sparse_coo_tensor(
            counts.indices(), weights / length[rows], size, check_invariants=False, is_coalesced=True
        )

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:  # noqa: ARG002 - pads are known by their number
        """Logits, (batch, classes)."""
        logits = torch.sparse.mm(self.features(ids), self.W_o.weight.t()) + self.W_o.bias
        assert isinstance(logits, Tensor)
        return logits

    def running(self, ids: Tensor) -> Tensor:
        """Logits after each word of one text, (words, classes). ids: as `Ngrams` numbers them, (2·words - 1,)."""
        lengths = torch.arange(1, len(ids) + 1, 2)
        beyond = torch.arange(len(ids))[None, :] >= lengths[:, None]
        return self.forward(ids[None, :].expand(len(lengths), -1).masked_fill(beyond, Vocabulary.PAD), lengths)

    def shapes(self) -> dict[str, list[int]]:
        """The shape of W_o."""
        return {"W_o": list(self.W_o.weight.shape)}
