"""One classifier a direction, each fine-tuned by itself, whose probabilities are averaged (Howard and Ruder 2018)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.models.rnn import RNNClassifier, RNNConfig


class BidirectionalEnsemble(nn.Module):
    """`parts`: a classifier for each of `DIRECTIONS`, in that order, alike but for the direction in which it reads."""

    def __init__(self, forward: RNNConfig, backward: RNNConfig) -> None:
        super().__init__()
        self.config = forward
        self.parts = nn.ModuleList([RNNClassifier(forward), RNNClassifier(backward)])

    @property
    def members(self) -> list[RNNClassifier]:
        """The two classifiers, in the order of `DIRECTIONS`."""
        return [part for part in self.parts if isinstance(part, RNNClassifier)]

    @property
    def C(self) -> nn.Embedding:  # noqa: N802 - the letter of the formula
        """The forward classifier's word vectors."""
        return self.members[0].C

    @property
    def groups(self) -> dict[str, list[nn.Parameter]]:
        """The parameters of both by the letter of the formula, from the top down."""
        forward, backward = (member.groups for member in self.members)
        return {name: [*forward[name], *backward[name]] for name in forward}

    def loss(self, ids: Tensor, lengths: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """(the mean of both cross-entropies, averaged log probabilities): each direction learns as if alone."""
        losses, logits = zip(*(member.loss(ids, lengths, labels) for member in self.members), strict=True)
        return torch.stack(losses).mean(), _averaged(list(logits))

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Log of the mean of both probabilities, (batch, classes)."""
        return _averaged([member(ids, lengths) for member in self.members])

    def running(self, ids: Tensor) -> Tensor:
        """Log probabilities after each word of one text, (time, classes)."""
        return _averaged([member.running(ids) for member in self.members])

    def states(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """[forward; backward] states, (batch, time, 2·hidden)."""
        return torch.cat([member.states(ids, lengths) for member in self.members], dim=2)

    def shapes(self) -> dict[str, list[int]]:
        """The shape of each letter of the formula in each direction."""
        return self.members[0].shapes()


def _averaged(logits: list[Tensor]) -> Tensor:
    return torch.stack([each.softmax(dim=1) for each in logits]).mean(dim=0).clamp(min=1e-12).log()
