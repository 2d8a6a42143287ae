"""The linear control: a logistic regression on tf-idf weighted words and pairs of words; the order is lost.

Optionally the weights are tied to the naive Bayes log-count ratios (Wang and Manning 2012), which costs nothing when
answering: the ratios are multiplied into W_o.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from core.data.ngrams import Ngrams
from core.data.vocabulary import Vocabulary
from core.models.network import Network, answer_prefixes, without
from core.models.protocol import Parts


@dataclass(frozen=True)
class TfidfConfig:
    """`features`: words and pairs, the two specials counted. `naive_bayes`: whether W_o was tied to their ratios."""

    features: int
    classes: int
    naive_bayes: bool = False
    decay: float = 0.0
    """The weight decay that cross-validation chose."""

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""
        return asdict(self)


class TfidfClassifier(Network):
    """W_o (classes × features) on a row of weights, (1 + log tf)·idf, scaled to length one."""

    kind: ClassVar[str] = "bag"
    lexicon: ClassVar[type[Vocabulary]] = Ngrams
    C: None = None

    def __init__(self, config: TfidfConfig) -> None:
        super().__init__()
        self.config = config
        self.idf = nn.Parameter(torch.ones(config.features), requires_grad=False)
        self.W_o = nn.Linear(config.features, config.classes)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> TfidfClassifier:  # noqa: ARG003 - it needs none
        """A classifier of sizes that `TfidfConfig.to_json` gave. Raises TypeError for others."""
        return cls(TfidfConfig(**without(config, "cell")))

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

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Logits after each word of one text, (words, classes)."""
        return answer_prefixes(self, prefixes, len(prefixes))

    def states(self, ids: Tensor, lengths: Tensor) -> None:
        """None: nothing stands for a word but its number."""

    def shapes(self) -> dict[str, list[int]]:
        """The shape of W_o."""
        return {"W_o": list(self.W_o.weight.shape)}
