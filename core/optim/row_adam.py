"""Adam for the rows of large tables that a step touches; the others are not even looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


class RowAdam:
    """Adam (Kingma and Ba 2015) on rows of `tables`, whose first dimensions are equal; moments of other rows rest.

    Rows touched at every step move exactly as under `torch.optim.Adam`, any others as under `torch.optim.SparseAdam`.
    """

    def __init__(self, tables: Sequence[Tensor], betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8) -> None:
        self._tables, self._betas, self._eps = [table.detach() for table in tables], betas, eps
        self._first = [torch.zeros_like(table) for table in self._tables]
        self._second = [torch.zeros_like(table) for table in self._tables]
        self.steps = 0

    @torch.no_grad()
    def step(self, rows: Tensor, gradients: Sequence[Tensor], learning_rate: float) -> None:
        """Move the distinct `rows`, (n,), of each table along its gradient, whose first dimension is n."""
        self.steps += 1
        beta1, beta2 = self._betas
        size = learning_rate / (1 - beta1**self.steps)
        spread = math.sqrt(1 - beta2**self.steps)
        for table, first, second, gradient in zip(self._tables, self._first, self._second, gradients, strict=True):
            mean = first[rows].lerp_(gradient, 1 - beta1)
            square = second[rows].mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
            first[rows], second[rows] = mean, square
            table.index_add_(0, rows, mean.div_(square.sqrt_().div_(spread).add_(self._eps)), alpha=-size)

    def tensors(self) -> dict[str, Tensor]:
        """The moments, for a checkpoint; `steps` is not among them."""
        return {
            f"{name}.{number}": moment
            for name, moments in (("first", self._first), ("second", self._second))
            for number, moment in enumerate(moments)
        }

    def restore(self, tensors: dict[str, Tensor], steps: int) -> None:
        """Continue from moments that `tensors` gave after that many steps."""
        for name, moment in self.tensors().items():
            moment.copy_(tensors[name])
        self.steps = steps
