"""One measure of several runs in one plot: each run has a colour and a mark of its own, so that neither is needed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from core.drawing.columns import Point, thin
from core.runs import RunView
from tui.widgets.shared.looks import Look, looks
from tui.widgets.train.plot_curves import Chart, CurveCanvas, snap
from tui.widgets.train.plot_series import epochs_shown, tick_label, ticks

_MARKS_A_CURVE = 8
MEASURES = (
    "validation accuracy",
    "validation loss",
    "train loss",
    "train accuracy",
    "held-out loss",
    "probe accuracy",
    "loss",
    "accuracy",
)
"""What is shown first where it is known."""


def measures(views: Sequence[RunView]) -> list[str]:
    """What any of the runs has a curve of, the most telling first."""
    there = {name for view in views for name, points in view.series.items() if points}
    return [name for name in MEASURES if name in there] + sorted(there - set(MEASURES))


class RunOverlay(CurveCanvas):
    """The plotted area. `show` says what: the curves are by run, in the order of their looks."""

    def __init__(self) -> None:
        super().__init__()
        self._looks: list[Look] = []
        self._axis = "epoch"

    def on_mount(self) -> None:
        """Follow the theme's colours."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._recolour())

    def show(
        self, measure: str, curves: Sequence[Sequence[Point]], finished: bool, log: bool, axis: str = "epoch"
    ) -> None:
        """Draw that measure of each run over epochs or steps; nothing is drawn again where nothing is new."""
        chart = Chart(
            measure,
            {str(number): tuple(points) for number, points in enumerate(curves)},
            finished=finished,
            percent="accuracy" in measure,
            log=log,
        )
        if chart != self.chart or axis != self._axis:
            self.chart, self._axis = chart, axis
            self._recolour()

    def draw(self, width: int, height: int) -> Text:
        """The plot in so many columns and rows, its axis named for what it is."""
        rows = super().draw(width, height).split("\n")
        name = len("epoch")
        rows[-1] = Text(self._axis.ljust(name), self._quiet_style) + rows[-1][name:]
        return Text("\n").join(rows)

    def _recolour(self) -> None:
        theme = self.app.current_theme
        self._looks = looks(len(self.chart.curves), theme.dark, theme.ansi)
        self.refresh()

    def _plot_anew(self, width: int, height: int) -> None:
        """Plot everything anew, as a single run's curves are; the marks stand where the lines pass."""
        chart, plot = self.chart, self.plt
        curves = [thin(self._transformed(points), width) for points in chart.curves.values()]
        plot.clear_figure()
        plot.plotsize(width, height)
        plot._set_size(width, height)
        plot.theme("clear")
        plot.axes_color("default")
        plot.ticks_color(self._quiet())
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        right = epochs_shown(max((points[-1][0] for points in curves if points), default=0.0), 0, chart.finished)
        low, high = self._range([y for points in curves for _, y in points])
        plot.xlim(0, right)
        plot.ylim(low, high)
        across = [tick for tick in ticks(0, right, max(3, width // 9)) if tick <= right]
        rows = height - 2
        columns = width - 1 - self._ticks_up(low, high, most=max(2, height // 3), rows=rows)
        plot.xticks(snap(across, 0.0, right, columns, 2), [tick_label(tick) for tick in across])
        for number, (look, points) in enumerate(zip(self._looks, curves, strict=False)):
            if not points:
                continue
            plot.plot([x for x, _ in points], [y for _, y in points], marker="braille", color=look.colour)
            marked = _spread(points, number)
            plot.scatter(
                snap([x for x, _ in marked], 0.0, right, columns, 2),
                snap([y for _, y in marked], low, high, rows, 4),
                marker=look.mark,
                color=look.colour,
            )


def _spread(points: Sequence[Point], number: int) -> list[Point]:
    """A few of the points, evenly spread, at other places than those of the runs beside; of a short curve all."""
    if len(points) <= 2 * _MARKS_A_CURVE:
        return list(points)
    step = len(points) // _MARKS_A_CURVE
    return list(points[(number * step // 3) % step :: step])
