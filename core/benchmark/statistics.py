"""What several seeds and a few hundred texts allow to be said: means over seeds, paired differences with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.benchmark.trials import Right
from core.intervals import wilson

RESAMPLES = 10_000
LEVEL = 0.95
_BLOCK = 1 << 22
"""Numbers in memory at once."""


@dataclass(frozen=True)
class Summary:
    """Accuracy (0 to 1) over seeds: mean, sample standard deviation (None with one seed), the mean's 95 % interval."""

    mean: float
    sd: float | None
    seeds: int
    low: float
    high: float
    texts: int


@dataclass(frozen=True)
class Difference:
    """How much more accurate one system is than another: the mean, and the interval it lies in with 95 %."""

    mean: float
    low: float
    high: float
    seeds: int
    texts: int

    @property
    def certain(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0


def summarize(right: Sequence[Right], resamples: int = RESAMPLES) -> Summary:
    """Of one system, (texts,) of right answers a seed; the interval as in `difference`. Raises ValueError for none.

    Where every answer is right, or none is, all resamples are alike: there it is Wilson's for so many texts.
    """
    if not right or not len(right[0]):
        raise ValueError("nothing to summarize")
    answers = np.stack(right).astype(np.int64)
    accuracies = answers.mean(axis=1)
    sd = float(np.std(accuracies, ddof=1)) if len(accuracies) > 1 else None
    low, high = np.percentile(_resampled(answers, resamples), [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    if answers.min() == answers.max():
        low, high = wilson(float(answers[0, 0]), answers.shape[1])
    return Summary(float(np.mean(accuracies)), sd, len(right), float(low), float(high), len(right[0]))


def difference(one: Sequence[Right], other: Sequence[Right], resamples: int = RESAMPLES) -> Difference:
    """The paired difference of two systems, each (texts,) of right answers a seed, the same texts and seeds in both.

    The interval is a percentile bootstrap that draws texts and seeds anew, each with replacement and independently
    of the other (the pigeonhole bootstrap for crossed factors; Owen 2007), so it covers other test texts as well as
    other seeds. It errs on the wide side; but two or three seeds say little about their own spread, and with one
    seed the interval is about texts alone. It depends on the data only: not on the order of the texts, nor on chance.

    Raises ValueError when the two cannot be paired.
    """
    if not one or len(one) != len(other) or len({len(right) for right in (*one, *other)}) != 1 or not len(one[0]):
        raise ValueError("systems are compared on the same texts and seeds")
    ahead = np.stack(one).astype(np.int64) - np.stack(other).astype(np.int64)
    seeds, texts = ahead.shape
    low, high = np.percentile(_resampled(ahead, resamples), [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return Difference(float(ahead.sum() / (seeds * texts)), float(low), float(high), seeds, texts)


def _resampled(ahead: NDArray[np.int64], resamples: int) -> NDArray[np.float64]:
    """Means of `ahead`, (seeds, texts) of whole numbers, over drawn seeds and texts: (resamples,).

    Texts with the same outcome for every seed are drawn as one kind: there are few kinds, so a draw is short, and
    their order is their own rather than the texts'. Sums are whole numbers, so equal systems differ by exactly zero.
    """
    seeds, texts = ahead.shape
    kinds, counts = np.unique(ahead, axis=1, return_counts=True)
    rng = np.random.default_rng(0)
    block = max(1, _BLOCK // len(counts))
    means = [
        np.einsum(
            "bs,bs->b",
            rng.multinomial(texts, counts / texts, size=size) @ kinds.T,
            rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=size),
        )
        / (seeds * texts)
        for start in range(0, resamples, block)
        if (size := min(block, resamples - start))
    ]
    return np.concatenate(means)
