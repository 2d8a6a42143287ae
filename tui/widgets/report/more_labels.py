"""What more labels buy: accuracy against the number of labels, of the eras that were measured with fewer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from core.appraisal.label_curves import chart_labels
from core.appraisal.wording import LADDER, Report, about_ladder, ladder_rows
from core.drawing.learning_curves import CurveChart, Looked, draw_curves
from tui import safetext
from tui.widgets.shared.curve_painting import paint_curves, style_of

_NOT_YET = "This is measured last, when it is known which era is the best here."
_NOTHING = (
    "Nothing was measured with fewer labels: the best learns from none, there are too few labels to take any away, "
    "or --no-fewer left it out."
)
_FEWEST = (24, 6)
"""Columns and lines under which nothing is drawn."""
_CELLS = (17, 8, 16, 18)
"""Of a row of the table: mark and era, labels, accuracy, interval."""


class MoreLabels(Vertical):
    """The sentence, the curves, and their numbers."""

    def compose(self) -> ComposeResult:
        """From the most important to the least: what has no room is scrolled to."""
        yield Static(id="more-said")
        yield LabelPlot()
        yield Static(id="more-rows")
        yield Static(id="more-about")

    def show(self, report: Report | None) -> None:
        """Show what a report has of it, or say why there is nothing."""
        chart = chart_labels(report) if report is not None else None
        plot = self.query_one(LabelPlot)
        plot.chart = chart
        plot.display = chart is not None
        plot.refresh()
        said, rows, about = Content(""), Content(""), Content("")
        if report is not None and chart is not None:
            more = report["more_labels"]
            said = safetext.content(safetext.one_line(more["said"]), "bold") if more else said
            rows, about = self._list(report, chart), Content.styled(about_ladder(report), "$muted")
        elif report is not None:
            said = Content.styled(_NOT_YET if report.get("waiting") else _NOTHING, "$muted")
        for name, words in (("said", said), ("rows", rows), ("about", about)):
            self.query_one(f"#more-{name}", Static).update(words)

    def _list(self, report: Report, chart: CurveChart) -> Content:
        """The numbers, each era with the mark of its curve."""
        curves = {curve.name: curve for curve in chart.curves}
        era, *numbers = LADDER
        heading = f"  {era}".ljust(_CELLS[0]) + "".join(map(str.rjust, numbers, _CELLS[1:]))
        lines = [Content.styled(heading, "$muted")]
        for name, *cells in ladder_rows(report):
            curve = curves[name]
            marked = f"{curve.mark} {name}".ljust(_CELLS[0])
            style = style_of(curve, self.app.current_theme)
            lines.append(Content.assemble((marked, style), "".join(map(str.rjust, cells, _CELLS[1:]))))
        return Content("\n").join(lines)


class LabelPlot(Widget):
    """The curves, in the room there is."""

    def __init__(self) -> None:
        super().__init__()
        self.chart: CurveChart | None = None

    def on_mount(self) -> None:
        """Follow the theme's colours."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.refresh())

    def render(self) -> Content:
        """Every curve with its band."""
        columns, rows = self.content_size
        if self.chart is None:
            return Content("")
        if columns < _FEWEST[0] or rows < _FEWEST[1]:
            return Content.styled("A larger window shows the curves.", "italic $muted")
        theme = self.app.current_theme
        bands = tuple(number for number, curve in enumerate(self.chart.curves) if not curve.control)
        return paint_curves(
            draw_curves(self.chart, columns, rows, Looked(bands=bands), "░" if theme.ansi else " "), theme
        )
