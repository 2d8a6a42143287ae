"""The selected run, live: how far it is, its curves, its last numbers, and what became of it."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from core.jobs import Draws, Group, JobKind, kind_of
from core.runs import EventReader, RunDirectory, RunView
from tui import safetext
from tui.widgets.train.plot_curves import Curves
from tui.widgets.train.plot_series import epochs_shown
from tui.widgets.train.run_charts import RunCharts, reached
from tui.widgets.train.run_messages import RunMessages
from tui.widgets.train.run_progress import RunProgress
from tui.widgets.train.run_rates import RunRates
from tui.widgets.train.run_status import LIVING, badge

_LOOKS_A_SECOND = 8
_SECONDS_A_LOOK = 0.03
"""How long one look may read: a flood of events waits for the next look, the keyboard does not."""
_EVENTS_AT_ONCE = 200
_PLOTS = ("loss", "accuracy", "rates")
_TALL = 40
"""Lines from which the learning rates have a plot of their own instead of a line."""


class RunMonitor(Vertical):
    """Follows one run directory, whoever started it. Posts `Changed` when the run or its status is another."""

    class Changed(Message):
        """The run shown is another one, or has another status."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.run: RunDirectory | None = None
        self.view = RunView()
        self.status = "waiting"
        self.log_loss = False
        self._reader: EventReader | None = None
        self._behind = False
        self._charts = RunCharts()
        self._undrawn: list[str] = []
        self._end = 0.0
        """The epoch at which the plots end, drawn side by side."""

    def compose(self) -> ComposeResult:
        """Title and status, progress, the plots, the last words."""
        with Horizontal(id="monitor-head"):
            yield Static(id="monitor-title")
            yield Static(id="monitor-status")
        yield RunProgress(id="monitor-progress")
        with Container(id="monitor-plots"):
            yield Curves("loss", id="plot-loss")
            yield Curves("accuracy", id="plot-accuracy")
            yield Curves("learning rate", id="plot-rates")
        yield RunRates(id="monitor-rates")
        yield Static(id="monitor-wait")
        yield RunMessages(id="monitor-words")

    def on_mount(self) -> None:
        """Look for new events; each look draws one plot at most, so that each is drawn a few times a second."""
        self.set_interval(1 / _LOOKS_A_SECOND, self._look)

    @property
    def has_model(self) -> bool:
        """Whether the run left a classifier that can be used."""
        trains = self.run is not None and kind_of(self.run.job).group is Group.TRAINING
        return trains and self.status in ("done", "stopped") and self.view.has_model

    def follow(self, run: RunDirectory) -> None:
        """Show that run from its first event on."""
        if self.run is not None and run.path == self.run.path:
            return
        self.run = run
        self.view = RunView()
        self.status = "waiting"
        self._reader = EventReader(run.events_path)
        self._behind = False
        self._charts = RunCharts()
        self._read()
        self.query_one("#monitor-title", Static).update(safetext.content(safetext.one_line(run.title), "bold"))
        self.query_one("#monitor-status", Static).update(badge(self.status))
        self._show(run)
        for _ in _PLOTS:
            self._draw_next()
        self.post_message(self.Changed())

    def recheck(self) -> None:
        """Look whether the worker still lives: a dead one says nothing more."""
        if self.run is not None and self.run.status(self.view) != self.status:
            self._show(self.run)

    def toggle_log(self) -> None:
        """Show the loss on a logarithmic axis, or on a plain one again."""
        self.log_loss = not self.log_loss
        if self.run is not None:
            self._show(self.run)

    def _look(self) -> None:
        if self.run is None or self._behind or not self.screen.is_active or not self.children:
            return
        if self._read():
            self._show(self.run)
        self._draw_next()

    def _catch_up(self) -> None:
        """Read on through a long past, with pauses for the keyboard; draw when the present is reached."""
        if self.run is not None and self.children and self._read() and not self._behind:
            self._show(self.run)

    def _read(self) -> bool:
        """Take in new events, for a moment at most; whether there were any. What is left is caught up with soon."""
        until = time.monotonic() + _SECONDS_A_LOOK
        seen = self._behind = False
        while self._reader is not None and (events := self._reader.read(_EVENTS_AT_ONCE)):
            self.view.apply(events)
            seen = True
            if time.monotonic() >= until:
                self._behind = len(events) == _EVENTS_AT_ONCE
                break
        if self._behind:
            self.set_timer(_SECONDS_A_LOOK, self._catch_up)
        return seen

    def _show(self, run: RunDirectory) -> None:
        """Bring the words up to date, and remember that the plots are not."""
        view, kind = self.view, kind_of(run.job)
        before, self.status = self.status, run.status(view)
        if self.status != before:
            self.query_one("#monitor-status", Static).update(badge(self.status))
            self.post_message(self.Changed())
        self.query_one(RunProgress).show(view, self.status)
        drawn = any("loss" in name or "accuracy" in name for name in view.series)
        self.query_one("#monitor-plots").display = drawn
        self.query_one("#plot-accuracy").display = any("accuracy" in name for name in view.series)
        self._show_rates()
        wait = self.query_one("#monitor-wait", Static)
        wait.display = not drawn
        if not drawn:
            wait.update(_waiting(self.status, kind, view.cached))
        next_step = kind.what_next if self.status == "done" else ""
        self.query_one(RunMessages).show(
            view, self.status, trains=kind.keeps.resumable, has_model=self.has_model, reuse=next_step
        )
        self._undrawn += [name for name in _PLOTS if name not in self._undrawn]

    def _show_rates(self) -> None:
        """A plot of the learning rates where there is room, else a line."""
        there, tall = any(self.view.rates.values()), self.size.height >= _TALL
        self.query_one("#plot-rates").display = there and tall
        line = self.query_one(RunRates)
        line.display = there and not tall and self.status in LIVING  # of this moment
        line.show(self.view)

    def on_resize(self) -> None:
        """The learning rates change their form with the height."""
        if self.run is not None:
            self._show_rates()

    def _draw_next(self) -> None:
        """Draw one plot: two at once would hold the keyboard twice as long. All of them where their axis grows."""
        if not self._undrawn:
            return
        finished = self.status not in LIVING
        end = epochs_shown(reached(self.view), self.view.epochs, finished)
        names, self._end = _PLOTS if end != self._end else (self._undrawn[0],), end
        for name in names:
            self._draw(name, finished)
        self._undrawn = [name for name in self._undrawn if name not in names]

    def _draw(self, name: str, finished: bool) -> None:
        if name == "loss":
            chart = self._charts.make_loss(self.view, finished, self.log_loss)
        elif name == "accuracy":
            chart = self._charts.make_accuracy(self.view, finished)
        else:
            chart = self._charts.make_rates(self.view, finished)
        self.query_one(f"#plot-{name}", Curves).show(chart)


def _waiting(status: str, kind: JobKind, cached: bool) -> Content:
    if kind.draws is not Draws.CURVES:
        said = kind.no_curves_when_done if status == "done" else kind.no_curves
    elif cached:
        said = "This very model was trained before, so it was taken from the store.\nAnother seed trains anew: n."
    elif status == "queued":
        said = "It waits for the run before it; you may close the app."
    elif status not in LIVING:
        said = "This run ended before its first number."
    else:
        said = "starting…" if status == "waiting" else "The curves begin with the first step."
    return Content.styled(said, "$muted")
