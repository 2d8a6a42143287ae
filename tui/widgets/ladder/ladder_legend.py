"""The rows of a ladder beside its plot: each mark and name, and what is measured at the cursor's number of labels."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from core.benchmark.ladder_words import points
from core.budget import name_budget
from core.drawing.learning_curves import Curve
from tui import safetext
from tui.widgets.ladder.ladder_plot import LadderPlot, Point
from tui.widgets.shared.curve_painting import style_of

_NAME, _VALUE, _GAIN = 16, 12, 6
NARROW = 2 + _NAME + _VALUE
WIDE = NARROW + _GAIN
"""Cells without and with the gain on the row before."""
UNMEASURED = "–"


class LadderLegend(Static):
    """A line a row, the chosen one marked."""

    _plot: LadderPlot | None = None

    def on_resize(self) -> None:
        """A wider one says more."""
        if self._plot is not None:
            self.tell(self._plot)

    def tell(self, plot: LadderPlot) -> None:
        """Say what the plot shows, at its cursor."""
        self._plot = plot
        if plot.point is None:
            self.update("")
            return
        _, labels = plot.point
        wide = self.size.width >= WIDE
        heading = safetext.column(f"with {name_budget(labels)}", 2 + _NAME) + f"{'% ± sd':<{_VALUE}}"
        lines = [Content.styled(heading + ("gain" if wide else ""), "$muted")]
        for curve in plot.chart.curves:
            if curve.control and not any(line.plain.startswith("controls") for line in lines):
                lines.append(Content.styled("controls", "$muted"))
            lines.append(self._row(plot, curve, (curve.name, labels), wide))
        level = plot.chart.level
        if level is not None:
            lines.append(Content.styled(f"┄ {'majority class':<{_NAME}}{100 * level:.1f}", "$muted"))
        if any(plot.ladder.mean(plot.grid.data, curve.name, labels) is None for curve in plot.chart.curves):
            lines.append(Content.styled(f"{UNMEASURED} not measured", "$muted"))
        self.update(Content("\n").join(lines))

    def _row(self, plot: LadderPlot, curve: Curve, point: Point, wide: bool) -> Content:
        mean = plot.ladder.mean(plot.grid.data, *point)
        value, gained = UNMEASURED, Content("")
        if mean is not None:
            value = f"{100 * mean.mean:.1f}" + ("" if mean.sd is None else f" ± {100 * mean.sd:.1f}")
            if wide and (gain := plot.ladder.gain(mean)) is not None:
                gained = Content.styled(points(gain.mean), "bold" if gain.certain else "$muted")
        chosen = point == plot.point
        name = safetext.column(curve.name, _NAME)
        return Content.assemble(
            (f"{curve.mark} ", style_of(curve, self.app.current_theme)),
            (name, "bold reverse" if chosen else "$muted" if curve.control else ""),
            (f"{value:<{_VALUE}}", "bold" if chosen else "$muted" if curve.control else ""),
            gained,
        )
