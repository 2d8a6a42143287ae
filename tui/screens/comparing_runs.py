"""Several runs over one another: their curves in one plot, their results with intervals, and what differs in them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from textual import getters, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from core.runs import GrowingView, RunDirectory, RunView
from core.runs.comparing import RunResult, find_differences, judge, result_of
from core.runs.notes import read_notes
from core.runs.summaries import LIVING, RunSummary, summarize
from core.storage.paths import ASSETS
from tui import safetext
from tui.host import HostApp
from tui.screens.turning_measures import TurningMeasures
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.looks import looks
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.train.run_comparison import draw_differences, draw_results
from tui.widgets.train.run_overlay import RunOverlay

_SECONDS_A_LOOK = 1.0
_SECONDS_A_RUN = 0.2
"""How long one look reads on in one run."""


class _Followed:
    """One of the runs, read on from where it was left."""

    def __init__(self, run: RunDirectory) -> None:
        self.run = run
        self._growing = GrowingView(run.events_path)

    @property
    def view(self) -> RunView:
        """The run as far as it is known."""
        return self._growing.view

    @property
    def reading(self) -> str:
        """What is read of a long log; empty once all of it is."""
        return self._growing.reading

    @property
    def behind(self) -> bool:
        """Whether the latest look had to leave some of the log."""
        return self._growing.behind

    def read(self) -> tuple[RunSummary, RunResult]:
        """What it is by now, after reading on for a moment. Raises OSError."""
        self._growing.read(_SECONDS_A_RUN)
        row = summarize(self.run, self.view, read_notes(self.run.path), self.run.status(self.view))
        return row, result_of(row, self.view)


class ComparingRuns(TurningMeasures):
    """Opened over Train with the runs that were marked in its list."""

    app = getters.app(HostApp)

    TITLE = "Compare runs"
    CSS_PATH = ASSETS / "comparing-runs.tcss"
    AUTO_FOCUS = "#comparison"
    HELP = (
        "Every run has a colour and a mark of its own, in the plot and in the tables. Left and right go through what "
        "was measured, l shows a loss on a logarithmic axis. Runs that are at work are followed.\n"
        "The score is of the test texts where a run has come to them, else of the validation texts; beside it stands "
        "Wilson's interval, in which the true accuracy lies with 95 %. Two runs are only told apart if the interval of "
        "their difference (Newcombe's) leaves out zero. Below stands what differs in their settings, and only that."
    )

    def __init__(self, runs: Sequence[RunDirectory]) -> None:
        super().__init__()
        self._followed = [_Followed(run) for run in runs]
        self._results: list[RunResult] = []

    def compose(self) -> ComposeResult:
        """The plot with what it shows above it, then verdict and tables."""
        yield TopBar("train")
        yield Static(id="overlay-title")
        yield RunOverlay()
        with VerticalScroll(id="comparison"):
            yield Static(id="verdict")
            yield Static(id="results")
            yield Static(id="differences")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Read the runs, and again while one of them is at work."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._show())
        self._read()

    @work(exclusive=True, group="runs")
    async def _read(self) -> None:
        """Off the event loop: a long past must not hold the keyboard."""
        while True:
            try:
                read = await asyncio.to_thread(lambda: [each.read() for each in self._followed])
            except OSError as error:
                self.query_one("#verdict", Static).update(safetext.content(str(error), "$error"))
                return
            self._results = [result for _, result in read]
            self._show()
            if any(each.behind for each in self._followed):
                continue
            if not any(row.status in LIVING for row, _ in read):
                return
            await asyncio.sleep(_SECONDS_A_LOOK)

    def _views(self) -> list[RunView]:
        return [each.view for each in self._followed]

    def _show(self) -> None:
        if not self._results:
            return
        views, there = self._views(), self._settle()
        overlay = self.query_one(RunOverlay)
        curves = [view.series.get(self._measure, ()) for view in views]
        living = any(result.status in LIVING for result in self._results)
        overlay.show(self._measure, curves, not living, self._log and "loss" in self._measure)
        theme = self.app.current_theme
        own = looks(len(views), theme.dark, theme.ansi)
        self.query_one("#overlay-title", Static).update(self._title(there))
        marked = [
            replace(each, short=f"{look.mark} {each.short}") for each, look in zip(self._results, own, strict=True)
        ]
        reading = next(filter(None, (each.reading for each in self._followed)), "")
        verdict = safetext.content(judge(marked), "bold")
        self.query_one("#verdict", Static).update(Content.styled(reading, "$warning") if reading else verdict)
        self.query_one("#results", Static).update(draw_results(self._results, own, self.size.width - 4))
        differing = find_differences([each.run.job for each in self._followed])
        self.query_one("#differences", Static).update(draw_differences(differing, own))

    def _title(self, there: Sequence[str]) -> Content:
        if not there:
            return Content.styled("None of them has a curve.", "$muted")
        place = f"{there.index(self._measure) + 1} of {len(there)}"
        axis = " (log)" if self._log and "loss" in self._measure else ""
        return Content.assemble((self._measure, "bold"), (f"{axis}  over epochs, {place}", "$muted"))

    def on_resize(self) -> None:
        """Names have more room, or less."""
        self._show()
