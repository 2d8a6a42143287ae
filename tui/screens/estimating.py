"""How long what the form asks for will take on this machine, said in the form before anything starts."""

from __future__ import annotations

import asyncio

from textual import getters, on, work

from core.jobs import Job, kind_of
from core.runs import RunError, list_runs
from core.runs.estimating import Estimates, describe
from tui.host import HostApp
from tui.screens.own_workers import OwnWorkers
from tui.widgets.train.train_form import TrainForm

_SECONDS_BEFORE = 0.2
"""How long nothing must be typed before the runs are looked through."""


class Estimating(OwnWorkers):
    """A screen with a TrainForm."""

    app = getters.app(HostApp)

    def __init__(self) -> None:
        super().__init__()
        self._estimates = Estimates()

    @on(TrainForm.Considered)
    def _considered(self, event: TrainForm.Considered) -> None:
        self.estimate(event.jobs, event.texts)

    @work(exclusive=True, group="estimate")
    async def estimate(self, jobs: tuple[Job, ...], texts: int | None) -> None:
        """Say it in the form, once the typing has paused; of no job nothing."""
        if not jobs:
            return
        await asyncio.sleep(_SECONDS_BEFORE)
        try:
            said = await asyncio.to_thread(self._describe, jobs, texts)
        except (RunError, OSError):  # the list says that the runs cannot be read
            return
        if self.query(TrainForm):
            self.query_one(TrainForm).say_estimate(f"time: {said}")

    def _describe(self, jobs: tuple[Job, ...], texts: int | None) -> str:
        runs = list_runs(self.app.home)
        together = kind_of(jobs[0]).side_by_side
        return describe([self._estimates.estimate(job, runs, texts) for job in jobs], together)
