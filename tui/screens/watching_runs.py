"""Train's keys for watching: into the charts and back, one chart alone, and the sentences that are pinned."""

from __future__ import annotations

import asyncio

from textual import getters, on, work
from textual.binding import Binding

from core.jobs import Group, kind_of
from core.runs import RunDirectory
from core.runs.pins import read_pins, write_pins
from tui.host import HostApp
from tui.screens.pinning import Pinning
from tui.screens.run_listing import RunListing
from tui.widgets.train.chart_grid import ChartGrid
from tui.widgets.train.pin_field import PinField
from tui.widgets.train.run_list import RunList
from tui.widgets.train.run_monitor import RunMonitor
from tui.widgets.train.run_status import LIVING


class WatchingRuns(RunListing):
    """A screen with a list of runs whose monitor can be gone into."""

    app = getters.app(HostApp)

    BINDINGS = [
        Binding("v", "charts", "Charts", id="train.charts"),
        Binding("i", "pins", "Pin", id="train.pins"),
    ]

    def action_charts(self) -> None:
        """Go into the charts of the run, or back to the list."""
        grid = self.query_one(ChartGrid)
        if grid.has_focus:
            self.query_one(RunList).focus()
        elif grid.display:
            grid.focus()
        else:
            self.app.notify_safe("There is no chart yet.", "warning")

    @on(ChartGrid.Left)
    def _left(self, event: ChartGrid.Left) -> None:
        event.stop()
        self.query_one(RunList).focus()

    @on(ChartGrid.Whole)
    def _whole(self, event: ChartGrid.Whole) -> None:
        event.stop()
        self.set_class(event.whole, "-whole")

    @work(group="pins")
    async def action_pins(self) -> None:
        """Choose which sentences the run answers while it learns."""
        run = self.chosen
        if run is None:
            return
        if kind_of(run.job).group is not Group.TRAINING:
            self.app.notify_safe("Only a classifier answers sentences: this run learns from text without labels.")
            return
        if self.query_one(RunMonitor).status not in LIVING:
            self.app.notify_safe("The run is over. The next one that you start begins with the pins of the one shown.")
            return
        pinned = await asyncio.to_thread(read_pins, run.path)
        wanted = await self.app.push_screen_wait(Pinning(pinned, self._offered))
        if wanted is not None and wanted != pinned:
            with self.say_errors():
                await asyncio.to_thread(write_pins, run.path, wanted)
                self.suggest_pins()

    async def pin_from_the_start(self, run: RunDirectory, sentences: tuple[str, ...]) -> None:
        """Pin to a run that has just been started; its worker takes longer to begin. Raises RunError."""
        if sentences and kind_of(run.job).group is Group.TRAINING:
            await asyncio.to_thread(write_pins, run.path, sentences)

    @work(exclusive=True, group="suggested pins")
    async def suggest_pins(self) -> None:
        """Have the form begin with the pins of the run that is shown, else with the sentence that is being read."""
        run, read = self.chosen, self.app.sentence.strip()
        shown = await asyncio.to_thread(read_pins, run.path) if run is not None else ()
        if self.query(PinField):
            field = self.query_one(PinField)
            field.offered = read
            field.suggested = shown or tuple(text for text in (read,) if text)

    @property
    def _offered(self) -> list[str]:
        """The sentence being read, those kept, and those read before, the newest first."""
        history = self.app.history
        texts = [self.app.sentence.strip(), *history.kept, *reversed(history.recent)]
        return [text for text in texts if text]
