"""Logistic regression on fixed features."""

from __future__ import annotations

import torch
from torch import Tensor, nn


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
