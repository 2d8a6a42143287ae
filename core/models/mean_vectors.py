"""The control without composition: a logistic regression on the mean of a sentence's word vectors."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.data.vocabulary import Vocabulary


@dataclass(frozen=True)
class MeanVectorConfig:
    """`vocabulary`, `dimension`: rows and columns of C."""

    vocabulary: int
    dimension: int
    classes: int
    cell: str = "none"

    def to_json(self) -> dict[str, Any]:
        """The sizes as a JSON object."""
        return asdict(self)


class MeanVectorClassifier(nn.Module):
    """C (V×d), frozen, and W_o (classes × d) on the mean of the c_i. Words without a vector are passed over."""

    def __init__(self, config: MeanVectorConfig) -> None:
        super().__init__()
        self.config = config
        self.C = nn.Embedding(config.vocabulary, config.dimension, padding_idx=Vocabulary.PAD)
        self.W_o = nn.Linear(config.dimension, config.classes)

    def pooled(self, ids: Tensor, lengths: Tensor) -> Tensor:  # noqa: ARG002 - pads are known by their number
        """(batch, d): the mean vector of each row's known words; zeros where there is none."""
        known = (ids != Vocabulary.PAD) & (ids != Vocabulary.UNKNOWN)
        total = (self.C(ids) * known.unsqueeze(-1)).sum(dim=1)
        mean = total / known.sum(dim=1, keepdim=True).clamp(min=1)
        assert isinstance(mean, Tensor)
        return mean

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Logits, (batch, classes), of padded word numbers, (batch, time)."""
        logits = self.W_o(self.pooled(ids, lengths))
        assert isinstance(logits, Tensor)
        return logits

    def running(self, ids: Tensor) -> Tensor:
        """Logits after each word of one text, (time, classes)."""
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


def fit(
    features: Tensor, labels: Tensor, classes: int, weight_decay: float, scale: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Weights (classes, d) and bias (classes,) of a logistic regression on features, (n, d), sparse or not, by LBFGS.

    Half of `weight_decay` times the squared weights is added to the mean cross-entropy. Draws nothing at random.
    `scale`, (classes, d): what the weights are multiplied with before they meet the features; not in what is returned.
    """
    weights = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=100, line_search_fn="strong_wolfe")

    @torch.enable_grad()
    def loss() -> Tensor:
        optimizer.zero_grad()
        effective = weights if scale is None else weights * scale
        value = nn.functional.cross_entropy(features @ effective.t() + bias, labels)
        value = value + weight_decay / 2 * weights.square().sum()
        torch.autograd.backward(value)
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]  # torch leaves it untyped
    return weights.detach(), bias.detach()
