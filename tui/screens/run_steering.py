"""What Train does to a run beside starting and stopping it: it opens Steer."""

from __future__ import annotations

from core.jobs import TrainJob
from tui.screens.run_listing import RunListing
from tui.screens.steering_run import SteeringRun
from tui.widgets.train.run_monitor import RunMonitor


class RunSteering(RunListing):
    """A screen whose chosen run can be steered, branched, and started again."""

    @property
    def steerable(self) -> bool:
        """Whether the chosen run trains a classifier."""
        return self.chosen is not None and isinstance(self.chosen.job, TrainJob)

    def action_steer(self) -> None:
        """Open Steer over the chosen run."""
        if (run := self.chosen) is not None:
            self.app.push_screen(SteeringRun(run, self.query_one(RunMonitor).view), self._steered)

    def _steered(self, started: str | None) -> None:
        """Go to the run that was started, if any."""
        if started:
            self.go_to(started)
        self.poll()
