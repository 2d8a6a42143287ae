"""One classifier a direction, each fine-tuned by itself, whose probabilities are averaged (Howard and Ruder 2018)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from core.catalog.language_models import DIRECTIONS
from core.models.network import Network
from core.models.protocol import Head, Parts
from core.models.rnn import RNNClassifier, RNNConfig


class BidirectionalEnsemble(Network):
    """`members`: a classifier for each of `DIRECTIONS`, in that order, alike but for the direction they read in."""

    kind: ClassVar[str] = "averaged"

    def __init__(self, forward: RNNConfig, backward: RNNConfig) -> None:
        super().__init__()
        self.config = forward
        self.members = (RNNClassifier(forward), RNNClassifier(backward))
        self.parts = nn.ModuleList(self.members)

    @classmethod
    def from_config(cls, config: Mapping[str, Any], parts: Parts) -> BidirectionalEnsemble:  # noqa: ARG003
        """Both directions of sizes that `RNNConfig.to_json` gave. Raises ValueError or TypeError for others."""
        sizes = RNNConfig.from_json(config)
        return cls(*(replace(sizes, backward=way == "backward") for way in DIRECTIONS))

    @property
    def C(self) -> nn.Embedding:  # noqa: N802 - the letter of the formula
        """The forward classifier's word vectors."""
        return self.members[0].C

    @property
    def heads(self) -> list[Head]:
        """The W_o of each direction and what it sees."""
        return [head for member in self.members for head in member.heads]

    @property
    def groups(self) -> dict[str, list[nn.Parameter]]:
        """The parameters of both by the letter of the formula, from the top down."""
        forward, backward = (member.groups for member in self.members)
        return {name: [*forward[name], *backward[name]] for name in forward}

    def loss(self, ids: Tensor, lengths: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(the mean of both cross-entropies, averaged log probabilities): each direction learns as if alone."""
        losses, logits = zip(*(member.loss(ids, lengths, labels) for member in self.members), strict=True)
        return torch.stack(losses).mean(), _averaged(list(logits))

    def forward(self, ids: Tensor, lengths: Tensor, gates: Tensor | None = None) -> Tensor:
        """Log of the mean of both probabilities, (batch, classes). `gates`, (batch, time), scale the c_i of both."""
        return _averaged([member(ids, lengths, gates=gates) for member in self.members])

    def running(self, prefixes: Sequence[Sequence[int]]) -> Tensor:
        """Log probabilities after each word of one text, (words, classes)."""
        return _averaged([member.running(prefixes) for member in self.members])

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """[forward; backward] states, (batch, time, 2·hidden)."""
        return torch.cat([member.states(ids, lengths) for member in self.members], dim=2)

    def shapes(self) -> dict[str, list[int]]:
        """The shape of each letter of the formula in each direction."""
        return self.members[0].shapes()


def _averaged(logits: list[Tensor]) -> Tensor:
    return torch.stack([each.softmax(dim=1) for each in logits]).mean(dim=0).clamp(min=1e-12).log()
