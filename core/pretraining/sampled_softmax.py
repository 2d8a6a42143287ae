"""The softmax over a large vocabulary, estimated from words drawn at random (Bengio and Senécal 2003, Jean 2015).

The partition sum is the target's term plus, for every drawn word w, exp(logit) / (K q(w)): an unbiased estimate of the
exact sum, because a draw that hits the target is left out. What is trained on it is a lower bound in expectation, so
perplexity is never computed from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

NOISE_POWER = 0.75
"""Words are drawn in proportion to this power of their count (Mikolov et al. 2013)."""


@dataclass(frozen=True)
class Candidates:
    """Distinct words in ascending order, (k,), and what each logit is raised by, (k,): log(times drawn / (K q))."""

    words: Tensor
    correction: Tensor


class Noise:
    """Draws words from a cumulative table of counts^0.75, with torch's global random state. Word 0 is never drawn."""

    def __init__(self, counts: npt.NDArray[np.int64], draws: int) -> None:
        weights = torch.from_numpy(np.maximum(counts, 1).astype(np.float64)).pow(NOISE_POWER)
        weights[0] = 0.0
        self._q = weights / weights.sum()
        self._cumulative = self._q.cumsum(0)
        self._draws = draws

    def draw(self) -> Candidates:
        """The candidates of one step; with 0 draws every word but word 0, which makes the softmax exact."""
        if not self._draws:
            words = torch.arange(1, len(self._q))
            return Candidates(words, torch.zeros(len(words)))
        places = torch.searchsorted(self._cumulative, torch.rand(self._draws, dtype=torch.float64), right=True)
        words, times = torch.unique(places.clamp_(max=len(self._q) - 1), return_counts=True)
        return Candidates(words, (times / (self._draws * self._q[words])).log().float())


def sampled_losses(
    queries: Tensor,
    targets: Tensor,
    target_rows: Tensor,
    target_bias: Tensor,
    candidates: Candidates,
    rows: Tensor,
    bias: Tensor,
) -> Tensor:
    """Negative log probability, (n,), of `targets` (n,) given `queries` (n, d).

    `target_rows` (n, d) and `target_bias` (n,) are the targets' rows of C and bias, `rows` (k, d) and `bias` (k,) the
    candidates'.
    """
    true = (queries * target_rows).sum(dim=1) + target_bias
    place = torch.searchsorted(candidates.words, targets).clamp_(max=len(candidates.words) - 1)
    hit = (candidates.words[place] == targets).nonzero().squeeze(1)
    others = _LogPartition.apply(queries, rows, bias + candidates.correction, hit, place[hit])  # type: ignore[no-untyped-call]
    assert isinstance(others, Tensor)
    return torch.logaddexp(true, others) - true


class _LogPartition(torch.autograd.Function):
    """log of the sum of exp(queries rowsᵀ + shift) over all places but (hit, column), (n,).

    Spelled out because the largest tensor of a step, (n, k), is passed over half as often as by autograd.
    """

    @staticmethod
    def forward(ctx: Any, queries: Tensor, rows: Tensor, shift: Tensor, hit: Tensor, column: Tensor) -> Tensor:
        terms = torch.addmm(shift, queries, rows.t())
        terms[hit, column] = -torch.inf
        # The limits are for the one case where every draw hit the target.
        largest = terms.amax(dim=1).clamp_(min=torch.finfo(terms.dtype).min)
        terms.sub_(largest[:, None]).exp_()
        total = terms.sum(dim=1).clamp_(min=1e-30)
        ctx.save_for_backward(queries, rows, terms, total)
        return largest + total.log()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        queries, rows, terms, total = ctx.saved_tensors
        share = terms * (gradient / total)[:, None]
        return share @ rows, share.t() @ queries, share.sum(dim=0), None, None
