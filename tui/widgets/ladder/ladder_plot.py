"""The plot of a ladder: accuracy against the number of labels, with a cursor that goes from point to point."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.benchmark.ladder_chart import LadderGrid, chart_ladder, find_largest_step, lay_out
from core.catalog.ladder import MeasuredLadder
from core.drawing.learning_curves import GUTTER, Curve, CurveChart, Looked, draw_curves
from tui.widgets.shared.curve_painting import paint_curves

BANDS = ("eras", "row", "none")
"""Which curves have bands: all eras, the chosen row, or none."""
_FEWEST = (24, 6)
"""Columns and lines under which nothing is drawn."""

Point = tuple[str, int | None]
"""An era, and a number of labels; None is all."""


class LadderPlot(Widget, can_focus=True):
    """Shows one data set of a ladder. Posts `Moved` when another point is read."""

    HELP = (
        "Left and right go from one number of labels to the next, up and down from row to row; the words under the "
        "plot read the point. A click goes to the point that is nearest. b draws the bands, one standard deviation "
        "over seeds above and below the mean, of all eras, of the chosen row, or of none."
    )
    BINDINGS = [
        Binding("left", "step(0, -1)", "Labels", key_display="←→", id="ladder.fewer"),
        Binding("right", "step(0, 1)", "More labels", show=False, id="ladder.more"),
        Binding("up", "step(-1, 0)", "Row", key_display="↑↓", id="ladder.previous"),
        Binding("down", "step(1, 0)", "Next row", show=False, id="ladder.next"),
        Binding("b", "bands", "Bands", id="ladder.bands"),
    ]

    class Moved(Message):
        """Another point is read."""

    def __init__(self) -> None:
        super().__init__()
        self.ladder = MeasuredLadder()
        self.grid = LadderGrid("", (), ())
        self.chart = CurveChart("", (), ())
        self.point: Point | None = None
        """What the cursor is on."""
        self.bands = BANDS[0]

    def on_mount(self) -> None:
        """Follow the theme's colours."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.refresh())

    def show(self, ladder: MeasuredLadder, data: str) -> None:
        """Show a data set; the cursor stays where it is, or goes to the largest step that is no noise."""
        self.ladder, self.grid = ladder, lay_out(ladder, data)
        self.chart = chart_ladder(ladder, self.grid)
        if self.point is None or self.point[0] not in self.grid.eras or self.point[1] not in self.grid.labels:
            self.point = find_largest_step(ladder, self.grid)
        self.refresh()
        self.post_message(self.Moved())

    def go(self, point: Point | None) -> None:
        """Put the cursor on a point."""
        self.point = point
        self.refresh()
        self.post_message(self.Moved())

    def render(self) -> Content:
        """The curves, in the room there is."""
        columns, rows = self.content_size
        if columns < _FEWEST[0] or rows < _FEWEST[1]:
            return Content.styled("A larger window shows the curves.", "italic $muted")
        theme = self.app.current_theme
        lines = draw_curves(self.chart, columns, rows, self._looked, "░" if theme.ansi else " ")
        return paint_curves(lines, theme)

    @property
    def curve(self) -> Curve | None:
        """The curve that the cursor is on."""
        return next((curve for curve in self.chart.curves if self.point and curve.name == self.point[0]), None)

    @property
    def _looked(self) -> Looked:
        if self.point is None:
            return Looked()
        row, tick = self.grid.eras.index(self.point[0]), self.grid.labels.index(self.point[1])
        eras = [number for number, curve in enumerate(self.chart.curves) if not curve.control]
        bands = {"eras": eras, "row": [row] if row in eras else [], "none": []}[self.bands]
        return Looked(row, tick, tuple(bands))

    def action_step(self, rows: int, labels: int) -> None:
        """Go to another row, or to another number of labels."""
        if self.point is None:
            return
        row, tick = self.grid.eras.index(self.point[0]) + rows, self.grid.labels.index(self.point[1]) + labels
        row, tick = max(0, min(len(self.grid.eras) - 1, row)), max(0, min(len(self.grid.labels) - 1, tick))
        self.go((self.grid.eras[row], self.grid.labels[tick]))

    def action_bands(self) -> None:
        """Draw the bands of all eras, of the chosen row, or none."""
        self.bands = BANDS[(BANDS.index(self.bands) + 1) % len(BANDS)]
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Go to the measured point that is nearest."""
        columns, rows = self.content_size
        low, high = self.chart.range
        across, down = max(1, columns - GUTTER), max(1, rows - 2)
        spots = {
            (curve.name, labels): (GUTTER + point.x * across, down * (1 - (point.y - low) / (high - low)))
            for curve in self.chart.curves
            for point in curve.points
            for labels, (x, _) in zip(self.grid.labels, self.chart.ticks, strict=True)
            if x == point.x
        }
        if spots:
            self.go(min(spots, key=lambda spot: abs(spots[spot][0] - event.x) + 2 * abs(spots[spot][1] - event.y)))
