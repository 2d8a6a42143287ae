"""The charts of a run in a grid: as many as there is room for; one of them has the focus, and can have it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from core.runs.steered_marks import SteeredMark
from tui import safetext
from tui.widgets.train.chart import Chart
from tui.widgets.train.plot_curves import Curves
from tui.widgets.train.replay import Replay
from tui.widgets.train.run_charts import NAMES

WIDE, TALL = 110, 11
"""Cells from which two charts stand beside one another, and lines that a chart wants."""
_LOW, _BESIDE = 16, 76
"""Below so many lines two small charts stand side by side, if each has half of so many cells."""
_AXIS = 8
"""Cells of a chart that are not its plot, about."""
_SHORTEST_BAR = 8
"""Cells of the line that says how far a replay is."""


class ChartGrid(Container, can_focus=True):
    """Shows the charts it is given by name. Posts `Looked` when another moment, or another part, is looked at."""

    HELP = (
        "In the charts, up and down choose one, enter gives it the whole screen and esc takes that back. Left and "
        "right move the crosshair: every chart, the sentences and the letters say what they were at that epoch. space "
        "replays the run from there, comma and full stop change how fast; home is its start and end the latest moment. "
        "+ and - zoom around the crosshair, shift with left and right moves on, 0 shows all. l turns the chart's axis "
        "of values logarithmic, a averages single batches lightly, strongly or not at all, with the batches themselves "
        "in grey behind."
    )
    BINDINGS = [
        Binding("up", "choose(-1)", "Chart", key_display="↑↓", id="charts.previous"),
        Binding("down", "choose(1)", "Next chart", show=False, id="charts.next"),
        Binding("left", "move(-1)", "Crosshair", key_display="←→", id="charts.left"),
        Binding("right", "move(1)", "Crosshair later", show=False, id="charts.right"),
        Binding("enter", "whole", "Full screen", id="charts.whole"),
        Binding("space", "play", "Replay", id="charts.play"),
        Binding("comma", "speed(-1)", "Replay slower", show=False, id="charts.slower"),
        Binding("full_stop", "speed(1)", "Replay faster", show=False, id="charts.faster"),
        Binding("home", "go(0)", "Start of the run", show=False, id="charts.home"),
        Binding("end", "latest", "Latest moment", show=False, id="charts.end"),
        Binding("plus,equals_sign", "zoom(0.5)", "Zoom in", key_display="+", show=False, id="charts.in"),
        Binding("minus", "zoom(2)", "Zoom out", key_display="-", show=False, id="charts.out"),
        Binding("shift+left", "pan(-1)", "Earlier part", show=False, id="charts.earlier"),
        Binding("shift+right", "pan(1)", "Later part", show=False, id="charts.later"),
        Binding("0", "all", "All epochs", show=False, id="charts.all"),
        Binding("a", "smooth", "Average batches", show=False, id="charts.smooth"),
        Binding("escape", "leave", "Back", key_display="esc", id="charts.leave"),
    ]

    class Looked(Message):
        """Another moment of the run is looked at, or another part of it."""

    class Smoothed(Message):
        """The person wants single batches averaged otherwise."""

    class Whole(Message):
        """One chart has the whole screen, or no longer."""

        def __init__(self, whole: bool) -> None:
            super().__init__()
            self.whole = whole

    class Left(Message):
        """The person is done with the charts."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.replay = Replay()
        self.window: tuple[float, float] | None = None
        self.whole = False
        self.focused_chart = NAMES[0]
        self._there: list[str] = []
        self._end = 0.0
        self._steered: Sequence[SteeredMark] = ()
        self._laid_out: list[str] = []

    def compose(self) -> ComposeResult:
        """Every chart there may be, and the line that says which moment is looked at."""
        for name in NAMES:
            yield Curves(name, id=f"plot-{name}")
        yield Static(id="scrubber")

    @property
    def shown(self) -> list[str]:
        """The charts that are shown now."""
        there = self._there
        if not there:
            return []
        if self.whole:
            return [self.chosen]
        columns, rows = self._shape(len(there))
        if columns == 1 and "pinned" in there:  # the sentences' curves stand under the loss
            there = sorted(there, key=lambda name: (name != "loss", name != "pinned"))
        size = columns * rows
        page = there.index(self.chosen) // size
        start = max(0, min(page * size, len(there) - size))
        return there[start : start + size]

    @property
    def chosen(self) -> str:
        """The chart in focus; the first where that is not there."""
        return self.focused_chart if self.focused_chart in self._there else (self._there or list(NAMES))[0]

    def offer(self, there: Sequence[str], end: float, steered: Sequence[SteeredMark] = ()) -> None:
        """These charts are there, of a run that has come to the epoch `end` and was steered so."""
        self._end = end
        self._steered = steered
        self._there = list(there)
        self.lay_out()

    def forget(self) -> None:
        """Another run is shown: from its latest moment, as a whole."""
        self.replay, self.window = Replay(), None

    def lay_out(self) -> None:
        """Lay out what is shown, as room and focus want it."""
        shown = self.shown
        columns, rows = (1, 1) if self.whole else self._shape(len(self._there))
        self.styles.grid_size_columns = max(1, min(columns, len(shown)))
        self.styles.grid_size_rows = max(1, min(rows, -(-len(shown) // max(1, columns))))
        for name in NAMES:
            plot = self.query_one(f"#plot-{name}", Curves)
            plot.display = name in shown
            plot.set_class(self.has_focus and name == self.chosen, "-chosen")
        if shown != self._laid_out:
            self._laid_out = shown
            self.post_message(self.Looked())  # the others are yet to be drawn
        self._say()

    def show(self, name: str, chart: Chart) -> None:
        """Show a chart at the moment that is looked at."""
        replay = self.replay
        looked = replace(chart, window=self.window, cursor=replay.at, until=replay.until)
        self.query_one(f"#plot-{name}", Curves).show(looked)

    def advance(self, seconds: float) -> None:
        """So much time has passed: a replay goes on."""
        if self.replay.advance(seconds, self._end):
            self._look()

    def _shape(self, charts: int) -> tuple[int, int]:
        """(columns, rows) that there is room for."""
        width, height = self.size
        if width >= WIDE:
            return min(2, charts), max(1, min(-(-charts // 2), height // TALL))
        if height < _LOW and width >= _BESIDE:
            return min(2, charts), 1
        return 1, max(1, min(charts, height // TALL)) if height >= 2 * TALL else min(2, charts, max(1, height // 6))

    def on_resize(self) -> None:
        """More or fewer charts have room."""
        self.lay_out()

    def on_focus(self) -> None:
        """Show which chart the keys are for."""
        self._look()

    def on_blur(self) -> None:
        """The keys are for something else."""
        self._look()

    # ------------------------------------------------------------ keys

    def action_choose(self, by: int) -> None:
        """Go to the next chart, or the one before."""
        if self._there:
            place = (self._there.index(self.chosen) + by) % len(self._there)
            self.focused_chart = self._there[place]
            self._look()

    def action_move(self, by: int) -> None:
        """Move the crosshair by a column of the plot."""
        low, high = self._epochs()
        columns = max(1, self.query_one(f"#plot-{self.chosen}", Curves).size.width - _AXIS)
        self.replay.move(by * (high - low) / columns, self._end)
        self._follow()

    def action_go(self, at: float) -> None:
        """Put the crosshair at an epoch."""
        self.replay.go(at, self._end)
        self._follow()

    def action_latest(self) -> None:
        """Look at the latest moment."""
        self.replay.leave()
        self._look()

    def action_play(self) -> None:
        """Replay the run from where one looks, or hold it."""
        self.replay.toggle(self._end)
        self._follow()

    def action_speed(self, by: int) -> None:
        """Replay faster, or slower."""
        self.replay.change_speed(by)
        self._say()

    def action_zoom(self, factor: float) -> None:
        """Look at half of the epochs, or at twice as many, around the crosshair."""
        low, high = self._epochs()
        middle = self._end if self.replay.at is None else self.replay.at
        self._look_at(middle - (middle - low) * factor, middle + (high - middle) * factor)

    def action_pan(self, by: int) -> None:
        """Look at an earlier part, or a later one."""
        low, high = self._epochs()
        step = by * (high - low) / 4
        self._look_at(low + step, high + step)

    def action_all(self) -> None:
        """Look at all epochs."""
        self.window = None
        self._look()

    def action_smooth(self) -> None:
        """Average single batches otherwise."""
        self.post_message(self.Smoothed())

    def action_whole(self) -> None:
        """Give the chart in focus the whole screen, or take that back."""
        self.whole = not self.whole
        self.post_message(self.Whole(self.whole))
        self._look()

    def action_leave(self) -> None:
        """Leave one layer: the whole screen, the moment looked at, the part looked at, the charts."""
        if self.whole:
            self.action_whole()
        elif self.replay.at is not None:
            self.action_latest()
        elif self.window is not None:
            self.action_all()
        else:
            self.post_message(self.Left())

    def _epochs(self) -> tuple[float, float]:
        return self.window or self.query_one(f"#plot-{self.chosen}", Curves).chart.epochs

    def _look_at(self, low: float, high: float) -> None:
        """Look at a part, within the run, of a hundredth of an epoch at least."""
        size = max(0.01, high - low)
        if size >= self._end:
            self.window = None
        else:
            low = min(max(0.0, low), self._end - size)
            self.window = low, low + size
        self._look()

    def _follow(self) -> None:
        """Look where the crosshair is, even outside of the part that was looked at."""
        if self.window is not None and self.replay.at is not None:
            low, high = self.window
            if not low <= self.replay.at <= high:
                half = (high - low) / 2
                self._look_at(self.replay.at - half, self.replay.at + half)
                return
        self._look()

    def _look(self) -> None:
        self.lay_out()
        self.post_message(self.Looked())

    def _say(self) -> None:
        """The line at the foot: the moment that is looked at, and how it goes on."""
        line, replay = self.query_one("#scrubber", Static), self.replay
        line.display = replay.at is not None or (self.has_focus and len(self._there) > len(self.shown))
        if replay.at is None or self._end <= 0:
            place = ", ".join(self.shown)
            line.update(
                Content.styled(f"{place}: {len(self.shown)} of {len(self._there)} charts, ↑↓ for others", "$muted")
            )
            return
        sign = "▶" if replay.playing else "‖" if replay.replaying else "┼"
        said = f" epoch {replay.at:.2f} of {self._end:g}" + (f"  ×{replay.speed:g}" if replay.replaying else "")
        steered = self._say_steered(replay.at, self.size.width - len(said) - 4 - _SHORTEST_BAR)
        cells = max(_SHORTEST_BAR, self.size.width - len(said) - 4 - safetext.width(steered))
        done = round(cells * min(1.0, replay.at / self._end))
        line.update(
            Content.assemble(
                (f"{sign} ", "bold $accent"),
                ("━" * done, "$accent"),
                ("─" * (cells - done), "$faint"),
                said,
                (steered, "$warning"),
            )
        )

    def _say_steered(self, at: float, room: int) -> str:
        """What a person had changed last before an epoch, in so many cells at most."""
        made = [mark for mark in self._steered if mark.epoch <= at]
        return safetext.fit(f" · {safetext.one_line(made[-1].said)}", max(0, room)) if made else ""
