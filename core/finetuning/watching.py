"""What a run tells of itself beside its scores: measured often, but never for more than a small share of the time.

Nothing that is measured may change what is learned: no measure draws at random, and none keeps a gradient.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import torch

from core.models.protocol import Tunable
from core.runs.events import Event
from core.runs.logger import RunLogger

SHARE = 0.02
"""Of the time, that what is measured between two evaluations may take."""
SECONDS = 0.25
"""Between two measurements, at least: a screen shows no more."""


class Measure(Protocol):
    """Something that is measured of a model in training."""

    def measure(self, step: int, epoch: float, evaluated: bool) -> Event | None:
        """What there is to say now; `evaluated`: at the start and the end of an epoch, when everything is told."""


class Watcher:
    """Has each of the measures taken at the start, at every evaluation, and in between as often as `SHARE` allows."""

    def __init__(
        self,
        model: Tunable,
        measures: Sequence[Measure],
        steps_per_epoch: int,
        logger: RunLogger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._measures, self._logger, self._clock = model, measures, logger, clock
        self._steps_per_epoch = steps_per_epoch
        self._rest_until = -1.0

    def after_step(self, step: int) -> None:
        """Measure, if it is time to."""
        if (began := self._clock()) < self._rest_until:
            return
        self.measure(step, evaluated=False)
        now = self._clock()
        self._rest_until = now + max(SECONDS, (now - began) * (1 / SHARE - 1))

    @torch.no_grad()
    def measure(self, step: int, evaluated: bool = True) -> None:
        """Measure everything now, and log it."""
        self._model.eval()
        for measure in self._measures:
            if (said := measure.measure(step, step / self._steps_per_epoch, evaluated)) is not None:
                self._logger.log(said)
