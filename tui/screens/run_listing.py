"""Train's list of runs: read once a second, and what its keys do to what stands in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from textual import getters, on, work
from textual.widgets import Input, OptionList

from core.errors import in_sentences
from core.runs import RunDirectory, RunError
from core.runs.notes import RunNotes, read_notes, write_notes
from core.runs.queue import find_batch
from core.runs.summaries import RunSummary, RunSummaryReader
from core.runs.trash import empty_trash, restore_run, trash_run
from tui.host import HostApp
from tui.screens.comparing_runs import ComparingRuns
from tui.screens.naming_run import NamingRun
from tui.screens.own_workers import OwnWorkers
from tui.widgets.train.run_list import RunFilter, RunList
from tui.widgets.train.run_monitor import RunMonitor

_SECONDS_A_LOOK = 1.0
_FEWEST_COMPARED = 2


class RunListing(OwnWorkers):
    """A screen with a RunList, its RunFilter, and a RunMonitor that follows the highlighted run."""

    app = getters.app(HostApp)

    def __init__(self) -> None:
        super().__init__()
        self._summaries: RunSummaryReader | None = None
        self._awaited: str | None = None
        self._looking = self._asked = False
        """Whether the list is being read, and whether it was asked for since that began."""

    # ------------------------------------------------------------ what there is

    def begin_listing(self) -> None:
        """Look for runs now and then every second; what was deleted more than a day ago is removed."""
        self._summaries = RunSummaryReader(self.app.home)
        self._empty_trash()
        self.poll()
        self.set_interval(_SECONDS_A_LOOK, self._poll_if_seen)

    @property
    def listing(self) -> bool:
        """Whether the list is read already."""
        return self._summaries is not None

    @property
    def chosen(self) -> RunDirectory | None:
        """The run at the cursor."""
        return None if self.has_class("-no-runs") else self.query_one(RunMonitor).run

    @property
    def comparable(self) -> bool:
        """Whether there are several runs to compare."""
        return len(self._compared) >= _FEWEST_COMPARED

    @property
    def _compared(self) -> list[RunDirectory]:
        """The marked runs; where none is marked, those that wait for one another with the run at the cursor."""
        runs = self.query_one(RunList)
        if runs.marked:
            return [row.run for row in runs.marked]
        return [] if (chosen := self.chosen) is None else find_batch(chosen, (row.run for row in runs.rows))

    def go_to(self, run_id: str) -> None:
        """Highlight that run as soon as it is in the list."""
        self._awaited = run_id

    def listed(self, before: tuple[RunSummary, ...], rows: tuple[RunSummary, ...]) -> None:
        """What else the screen does when the list was read."""

    def _poll_if_seen(self) -> None:
        if self.is_active and not self._looking:
            self.poll()

    @work(group="runs", exit_on_error=True)
    async def poll(self) -> None:
        """Read the runs off the event loop: a slow disk must not hold the keyboard.

        One look at a time, however long it takes; who asks meanwhile gets another after it.
        """
        assert self._summaries is not None
        self._asked = True
        while self._asked and not self._looking:
            self._looking, self._asked = True, False
            try:
                rows = await asyncio.to_thread(self._summaries.read)
            except (RunError, OSError) as error:
                self.app.notify_safe(str(error), "error")
                return
            finally:
                self._looking = False
            if self.query(RunList):  # else the screen was closed meanwhile
                self._list(rows, self._summaries.unreadable)

    def _list(self, rows: tuple[RunSummary, ...], unreadable: int) -> None:
        runs = self.query_one(RunList)
        before = runs.rows
        runs.show(rows, unreadable)
        self.set_class(not rows, "-no-runs")
        if self._awaited in {row.id for row in rows}:
            runs.select(self._awaited or "")
            self._awaited = None
            runs.focus()
        if (chosen := self.chosen) is not None:
            for row in rows:
                if row.id == chosen.id:  # its name may be another one now
                    self.query_one(RunMonitor).show_name(row.title)
        self.listed(before, rows)

    @on(OptionList.OptionHighlighted, "#runs")
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        row = next((row for row in self.query_one(RunList).listed if row.id == event.option_id), None)
        if row is not None:
            self.query_one(RunMonitor).follow(row.run)

    # ------------------------------------------------------------ looking for some, comparing them

    def action_filter(self) -> None:
        """Type what the listed runs must hold."""
        box = self.query_one(RunFilter)
        box.display = True
        box.focus()

    @on(Input.Changed, "#run-filter")
    def _sought(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one(RunList).filter(event.value)

    @on(Input.Submitted, "#run-filter")
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        event.input.display = bool(event.value.strip())
        self.query_one(RunList).focus()

    @on(RunList.Marked)
    def _marked(self) -> None:
        self.refresh_bindings()

    def action_compare(self) -> None:
        """Show the marked runs over one another, or those that were started together, one after the other."""
        self.app.push_screen(ComparingRuns(self._compared))

    # ------------------------------------------------------------ names and tags

    def action_edit(self) -> None:
        """Give the run a name and tags."""
        if (run := self.chosen) is not None:
            self._ask_notes(run)

    @work(exclusive=True, group="notes")
    async def _ask_notes(self, run: RunDirectory) -> None:
        before = await asyncio.to_thread(read_notes, run.path)
        wanted: RunNotes | None = await self.app.push_screen_wait(NamingRun(before, run.title))
        if wanted is not None and wanted != before:
            with self.say_errors():
                await asyncio.to_thread(write_notes, run, wanted)
                self.poll()

    # ------------------------------------------------------------ writing its curves into a file

    def action_save(self) -> None:
        """Write the run's curves in a format of one's choice."""
        if (run := self.chosen) is not None:
            from tui.screens.exporting_run import ExportingRun

            self.app.push_screen(ExportingRun(run))

    # ------------------------------------------------------------ deleting, and taking it back

    def action_delete(self) -> None:
        """Delete the marked runs that are over, or the one at the cursor: the log and the curves, not the model."""
        marked = [row.run for row in self.query_one(RunList).marked]
        if runs := marked or ([self.chosen] if self.chosen is not None else []):
            self._delete(runs)

    @work(group="delete")
    async def _delete(self, runs: list[RunDirectory]) -> None:
        gone = 0
        for run in runs:
            with self.say_errors():
                await asyncio.to_thread(trash_run, run)
                gone += 1
        if gone:
            what = runs[0].title if len(runs) == 1 else f"{gone} runs"
            self.app.notify_safe(f"Deleted {what}; z brings it back for a day.")
            self.query_one(RunList).unmark()
            self.poll()

    @work(group="delete")
    async def action_undelete(self) -> None:
        """Bring back the run that was deleted last."""
        with self.say_errors():
            run = await asyncio.to_thread(restore_run, "", self.app.home)
            self.app.notify_safe(f"{run.title} is back.")
            self.go_to(run.id)
            self.poll()

    @work(group="trash")
    async def _empty_trash(self) -> None:
        with self.say_errors():
            await asyncio.to_thread(empty_trash, self.app.home)

    @contextmanager
    def say_errors(self) -> Iterator[None]:
        """Say what cannot be done to a run, instead of failing."""
        try:
            yield
        except (RunError, OSError) as error:
            self.app.notify_safe(in_sentences(error), "error")
