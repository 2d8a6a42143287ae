"""The sampled softmax: exact with every word, and right in expectation with few."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.pretraining.sampled_softmax import Candidates, Noise, sampled_losses

V, D, N = 30, 6, 8
COUNTS = np.array([0, *range(V - 1, 0, -1)], dtype=np.int64)


@pytest.fixture
def case() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """C, bias, queries and targets, and word 0 never a target."""
    generator = torch.Generator().manual_seed(3)
    table, bias = torch.randn(V, D, generator=generator), torch.randn(V, generator=generator)
    return table, bias, torch.randn(N, D, generator=generator), torch.randint(1, V, (N,), generator=generator)


def losses(case: tuple[Tensor, Tensor, Tensor, Tensor], candidates: Candidates) -> Tensor:
    table, bias, queries, targets = case
    rows, row_bias = table[candidates.words], bias[candidates.words]
    return sampled_losses(queries, targets, table[targets], bias[targets], candidates, rows, row_bias)


def exact(case: tuple[Tensor, Tensor, Tensor, Tensor]) -> Tensor:
    table, bias, queries, targets = case
    logits = queries @ table.t() + bias
    logits[:, 0] = -torch.inf
    return functional.cross_entropy(logits, targets, reduction="none")


def test_with_every_word_it_is_the_exact_softmax(case: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    for tensor in case[:3]:
        tensor.requires_grad_()
    sampled, wanted = losses(case, Noise(COUNTS, 0).draw()), exact(case)
    torch.testing.assert_close(sampled, wanted)
    gradients, expected = (torch.autograd.grad(loss.square().sum(), case[:3]) for loss in (sampled, wanted))
    torch.testing.assert_close(gradients, expected)


def test_the_estimated_partition_sum_is_unbiased(case: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    torch.manual_seed(0)
    noise = Noise(COUNTS, 20)
    ratios = torch.stack([(losses(case, noise.draw()) - exact(case)).exp() for _ in range(4000)])
    error = ratios.std(dim=0) / math.sqrt(len(ratios))
    assert ((ratios.mean(dim=0) - 1).abs() < 4 * error).all(), (ratios.mean(dim=0), error)


def test_with_many_draws_loss_and_gradient_become_the_exact_ones(case: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    torch.manual_seed(0)
    case[2].requires_grad_()
    candidates = Noise(COUNTS, 400_000).draw()
    sampled, wanted = losses(case, candidates), exact(case)
    torch.testing.assert_close(sampled, wanted, atol=0.02, rtol=0)
    (gradient,) = torch.autograd.grad(sampled.sum(), case[2])
    (expected,) = torch.autograd.grad(wanted.sum(), case[2])
    torch.testing.assert_close(gradient, expected, atol=0.02, rtol=0)


def test_draws_that_all_hit_the_target_teach_nothing(case: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    table, bias, queries, _ = case
    only = torch.tensor([4])
    queries.requires_grad_()
    loss = losses((table, bias, queries, only.repeat(N)), Candidates(only, torch.zeros(1)))
    (gradient,) = torch.autograd.grad(loss.sum(), queries)
    assert not loss.any()
    assert not gradient.any()


def test_the_boundary_is_never_drawn_and_frequent_words_often_are() -> None:
    torch.manual_seed(0)
    candidates = Noise(COUNTS, 100_000).draw()
    assert candidates.words.tolist() == list(range(1, V))
    weights = torch.from_numpy(COUNTS[1:]).double().pow(0.75)
    # times drawn / (K q) is about one for every word
    torch.testing.assert_close(candidates.correction.double(), torch.zeros(V - 1).double(), atol=0.15, rtol=0)
    assert weights[0] > weights[-1]
