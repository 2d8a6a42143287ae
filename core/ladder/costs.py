"""How long a cell will take: guessed from its size at first, then from what cells like it took."""

from __future__ import annotations

import math
from collections.abc import Iterable

from core.jobs import TrainJob, schedule

START_SECONDS = 5.0
"""A child's start: importing torch, reading the data."""
TEXT_SECONDS = 1e-3
"""One text of a small model's training; only ratios of guesses matter once anything was measured."""
MOST_TEXTS = 10_000
"""Taken for all labels where nobody has counted."""


class Costs:
    """Expected seconds of each cell, better with every cell that was measured."""

    def __init__(self) -> None:
        self._measured: dict[TrainJob, float] = {}

    def measured(self, job: TrainJob, seconds: float) -> None:
        """A cell took that long."""
        self._measured[job] = seconds

    def expect(self, job: TrainJob) -> float:
        """Seconds, from the cells most like this one: same era and data, else same era, else any; nearest in size."""
        size = guess(job)
        for known in (
            [other for other in self._measured if (other.era, other.data) == (job.era, job.data)],
            [other for other in self._measured if other.era == job.era],
            list(self._measured),
        ):
            if known:
                away = {other: abs(math.log(guess(other) / size)) for other in known}
                nearest = [other for other in known if away[other] <= min(away.values()) + 1e-9]
                return sum(self._measured[other] * size / guess(other) for other in nearest) / len(nearest)
        return size

    def left(self, waiting: Iterable[TrainJob], running: Iterable[tuple[TrainJob, float]], workers: int) -> float:
        """Seconds until all is done: what waits, and what has been running for so long, spread over the workers."""
        rest = [max(0.0, self.expect(job) - elapsed) for job, elapsed in running]
        alone = [self.expect(job) for job in waiting]
        # The last cells leave workers idle: it never takes less than the longest of them.
        return max([sum(rest + alone) / workers, *rest, *alone])


def guess(job: TrainJob) -> float:
    """Seconds by the number of texts read in a whole training. Only good for comparing cells of one era."""
    texts = MOST_TEXTS if job.labels is None else max(1, job.labels * 4 // 5)
    return START_SECONDS + TEXT_SECONDS * texts * schedule(job, texts).epochs
