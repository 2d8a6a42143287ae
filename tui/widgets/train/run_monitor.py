"""The selected run, live: how far it is, its curves, its last numbers, and what became of it."""

from __future__ import annotations

import time

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from core.jobs import Draws, Group, JobKind, kind_of
from core.runs import GrowingView, RunDirectory, RunView
from core.runs.notes import name_of
from core.runs.steered_marks import asked_rate, list_marks
from tui import safetext
from tui.widgets.train.chart_grid import ChartGrid
from tui.widgets.train.plot_curves import curve_styles
from tui.widgets.train.plot_series import epochs_shown
from tui.widgets.train.run_charts import LOGARITHMIC, SMOOTHING, RunCharts, list_charts, reached
from tui.widgets.train.run_messages import RunMessages
from tui.widgets.train.run_progress import RunProgress
from tui.widgets.train.run_rates import RunRates
from tui.widgets.train.run_status import LIVING, badge
from tui.widgets.train.watched_letters import describe_letters
from tui.widgets.train.watched_sentences import describe_sentences

_LOOKS_A_SECOND = 8
_SECONDS_A_LOOK = 0.03
"""How long one look may read: a flood of events waits for the next look, the keyboard does not."""
_SECONDS_A_PAUSE = 0.01
"""Between two looks of catching up."""
_EVENTS_AT_ONCE = 200
_FEWEST = 3
"""Lines of sentences and letters on the smallest screen."""
_SMALL = 20
"""Lines below which what came of a run and what was watched take turns: the charts' focus brings the latter."""
_LONGEST_STEP = 0.5
"""Seconds of a replay that one look makes up for, at most."""


class RunMonitor(Vertical):
    """Follows one run directory, whoever started it. Posts `Changed` when the run or its status is another."""

    class Changed(Message):
        """The run shown is another one, or has another status."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.run: RunDirectory | None = None
        self._unfollowed = RunView()
        self.status = "waiting"
        self._log: set[str] = set()
        """The charts with a logarithmic axis of values."""
        self._smoothing = next(iter(SMOOTHING))
        self._growing: GrowingView | None = None
        self._said_reading = ""
        self._next_piece: Timer | None = None
        self._charts = RunCharts()
        self._undrawn: list[str] = []
        self._end = 0.0
        """The epoch at which the plots end, drawn side by side."""
        self._looked = time.monotonic()

    def compose(self) -> ComposeResult:
        """Title and status, progress, the plots, the last words."""
        with Horizontal(id="monitor-head"):
            yield Static(id="monitor-title")
            yield Static(id="monitor-status")
        yield RunProgress(id="monitor-progress")
        reading = Static(id="monitor-reading")
        reading.display = False
        yield reading
        yield ChartGrid(id="monitor-plots")
        yield Static(id="monitor-watched")
        yield RunRates(id="monitor-rates")
        yield Static(id="monitor-wait")
        yield RunMessages(id="monitor-words")

    def on_mount(self) -> None:
        """Look for new events; each look draws one plot at most, so that each is drawn a few times a second."""
        self.set_interval(1 / _LOOKS_A_SECOND, self._look)

    @property
    def view(self) -> RunView:
        """The run as far as it is known; of a long log its newest part, until the rest is read."""
        return self._unfollowed if self._growing is None else self._growing.view

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
        self._growing = GrowingView(run.events_path)
        self.status = "waiting"
        self._charts = RunCharts(self._smoothing, asked_rate(run.job))
        self._read()
        self.query_one(ChartGrid).forget()
        self.show_name(name_of(run))
        self.query_one("#monitor-status", Static).update(badge(self.status))
        self._show(run)
        self._draw_all()
        self.post_message(self.Changed())

    def show_name(self, name: str) -> None:
        """Head the run with what it is called: by the person, else by itself."""
        self.query_one("#monitor-title", Static).update(safetext.content(safetext.one_line(name), "bold"))

    def recheck(self) -> None:
        """Look whether the worker still lives: a dead one says nothing more."""
        if self.run is not None and self.run.status(self.view) != self.status:
            self._show(self.run)

    @property
    def log_loss(self) -> bool:
        """Whether the loss has a logarithmic axis."""
        return "loss" in self._log

    def toggle_log(self) -> None:
        """Give the chart in focus, or else the loss, a logarithmic axis, or a plain one again."""
        grid = self.query_one(ChartGrid)
        name = grid.chosen if grid.has_focus and grid.chosen in LOGARITHMIC else "loss"
        self._log ^= {name}
        if self.run is not None:
            self._draw_all()

    @on(ChartGrid.Smoothed)
    def _smooth(self, event: ChartGrid.Smoothed) -> None:
        """Average single batches over more epochs, over none, or lightly again."""
        event.stop()
        names = list(SMOOTHING)
        self._charts.smoothing = self._smoothing = names[(names.index(self._smoothing) + 1) % len(names)]
        self._draw_all()

    @on(ChartGrid.Looked)
    def _looked_elsewhere(self, event: ChartGrid.Looked) -> None:
        event.stop()
        if self.run is not None:
            self._draw_all()
            self._show_watched(self.run)
            self._show_rates()

    def _look(self) -> None:
        now = time.monotonic()
        since, self._looked = min(_LONGEST_STEP, now - self._looked), now
        if self.run is None or not self.screen.is_active or not self.children:
            return
        if self._is_behind:
            self._say_reading()
            if self.view.whole:  # of the past, which is soon passed by
                return
        self.query_one(ChartGrid).advance(since)
        if not self._is_behind and self._read():
            self._show(self.run)
        self._draw_next()

    def _catch_up(self) -> None:
        """Read on through a long past, with pauses for the keyboard; show the present, not what was between."""
        if self.run is None or not self.children:
            return
        if self._read() and not (self._is_behind and self.view.whole):
            self._show(self.run)

    @property
    def _is_behind(self) -> bool:
        """Whether a long past is still being read."""
        return self._growing is not None and self._growing.behind

    def _read(self) -> bool:
        """Take in new events, for a moment at most; whether any are to be shown. What is left is caught up with."""
        if self._growing is None:
            return False
        seen = self._growing.read(_SECONDS_A_LOOK, _EVENTS_AT_ONCE)
        if self._growing.behind:
            if self._next_piece is not None:  # of the run that was followed before
                self._next_piece.stop()
            self._next_piece = self.set_timer(_SECONDS_A_PAUSE, self._catch_up)
        return seen > 0

    def _say_reading(self) -> None:
        """How much of a long log is behind what is shown, as long as it is not all of it."""
        said = self._growing.reading if self._growing else ""
        if said != self._said_reading:
            self._said_reading = said
            line = self.query_one("#monitor-reading", Static)
            line.update(Content.styled(said, "$warning"), layout=False)
            line.display = bool(said)

    def _show(self, run: RunDirectory) -> None:
        """Bring the words up to date, and remember that the plots are not."""
        view, kind = self.view, kind_of(run.job)
        before, self.status = self.status, run.status(view)
        if self.status != before:
            self.query_one("#monitor-status", Static).update(badge(self.status))
            self.post_message(self.Changed())
        self.query_one(RunProgress).show(view, self.status)
        self._say_reading()
        there = list_charts(view)
        drawn = "loss" in there or "accuracy" in there
        grid = self.query_one(ChartGrid)
        grid.display = drawn
        grid.offer(there, reached(view), list_marks(view, asked_rate(run.job)))
        self._show_rates()
        wait = self.query_one("#monitor-wait", Static)
        wait.display = not drawn
        if not drawn:
            wait.update(_waiting(self.status, kind, view.cached))
        next_step = kind.what_next if self.status == "done" else ""
        self.query_one(RunMessages).show(
            view,
            self.status,
            trains=kind.keeps.resumable,
            has_model=self.has_model,
            reuse=next_step,
            lines=0 if self.size.height < _SMALL else self.size.height // 8,
        )
        self._show_watched(run)
        self._undrawn += [name for name in grid.shown if name not in self._undrawn]

    def _show_watched(self, run: RunDirectory) -> None:
        """The pinned sentences and the letters, as they were at the moment that is looked at."""
        at, width = self.query_one(ChartGrid).replay.at, self.size.width
        lines = max(_FEWEST, (self.size.height - (24 if self.status == "done" else 18)) // 2)
        letters = describe_letters(self.view, run.job, at, width, lines - min(2, len(self.view.watched.pins)))
        theme = self.app.current_theme
        styles, room = curve_styles(theme), lines - len(letters)
        sentences = describe_sentences(self.view, at, width, room, styles, theme.ansi)
        watched = self.query_one("#monitor-watched", Static)
        small = self.size.height < _SMALL and self.status not in LIVING
        focused = self.query_one(ChartGrid).has_focus
        watched.display = bool(letters or sentences) and (focused or not small)
        words = self.query_one(RunMessages)
        words.display = words.has_words and not (focused and small)
        watched.update(Content("\n").join([*sentences, *letters]))

    def _show_rates(self) -> None:
        """A line of the learning rates, where their chart is not among those shown."""
        line = self.query_one(RunRates)
        charted = "rates" in self.query_one(ChartGrid).shown
        line.display = any(self.view.rates.values()) and not charted and self.status in LIVING  # of this moment
        line.show(self.view)

    def on_resize(self) -> None:
        """More or fewer charts and sentences have room."""
        if self.run is not None:
            self.call_after_refresh(self._show, self.run)

    @property
    def drawing(self) -> bool:
        """Whether plots are still to be drawn."""
        return bool(self._undrawn)

    def _draw_all(self) -> None:
        """Draw every chart that is shown: they move together."""
        self._undrawn = []
        for name in self.query_one(ChartGrid).shown:
            self._draw(name, self.status not in LIVING)

    def _draw_next(self) -> None:
        """Draw one plot: two at once would hold the keyboard twice as long. All of them where their axis grows."""
        if not self._undrawn:
            return
        finished = self.status not in LIVING
        end = epochs_shown(reached(self.view), self.view.epochs, finished)
        if end != self._end:
            self._end = end
            self._draw_all()
            return
        name = self._undrawn.pop(0)
        if name in self.query_one(ChartGrid).shown:
            self._draw(name, finished)

    def _draw(self, name: str, finished: bool) -> None:
        chart = self._charts.make(name, self.view, finished, name in self._log)
        self.query_one(ChartGrid).show(name, chart)


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
