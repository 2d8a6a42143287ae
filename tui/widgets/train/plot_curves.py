"""A live plot over epochs: one line a curve, the latest numbers in its legend, the best epoch marked."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult, RenderResult
from textual.color import Color
from textual.containers import Vertical
from textual.content import Content
from textual.theme import Theme
from textual.widgets import Static
from textual_plotext import PlotextPlot

from core.drawing.columns import Point, thin
from tui import safetext
from tui.widgets.train.chart import Chart
from tui.widgets.train.plot_labels import Area, Cell, cell_at, cells_of, place_labels
from tui.widgets.train.plot_series import clip, finite, log_ticks, tick_label, ticks

__all__ = ["BEST", "DOTS", "LINE", "MARK", "Chart", "CurveCanvas", "Curves", "curve_styles", "snap"]

_Colour = tuple[int, int, int] | int

# Blue and orange after Okabe and Ito (2008), told apart in every common colour blindness; darker on light themes.
# A third, where there are three groups of parameters, is their purple; up to eight sentences can be pinned.
_DARK: tuple[_Colour, ...] = (
    *((98, 182, 245), (240, 161, 58), (214, 150, 206), (63, 199, 154)),
    *((240, 228, 66), (201, 209, 217), (255, 122, 89), (157, 140, 255)),
)
_LIGHT: tuple[_Colour, ...] = (
    *((11, 99, 181), (180, 83, 9), (141, 63, 130), (0, 121, 90)),
    *((122, 106, 0), (60, 70, 83), (192, 58, 18), (90, 69, 201)),
)
_ANSI_DARK: tuple[_Colour, ...] = (6, 3, 5, 2, 4, 7, 1, 14)
_ANSI_LIGHT: tuple[_Colour, ...] = (4, 1, 5, 2, 6, 0, 3, 12)
_ANSI = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ANSI_NAMES = {n: f"ansi_{'bright_' if n >= len(_ANSI) else ''}{_ANSI[n % len(_ANSI)]}" for n in range(2 * len(_ANSI))}

_LABEL_WIDTH = 6

_LONGEST_NAME = 24

LINE, DOTS, BEST, MARK = "━━", "●", "◆", "│"


class CurveCanvas(PlotextPlot):
    """The plotted area. Drawn again only when its chart, its size or the theme changes."""

    def __init__(self) -> None:
        super().__init__()
        self.chart = Chart("")

    @property
    def colours(self) -> tuple[_Colour, ...]:
        """One colour a curve, readable in the theme in force."""
        return _colours(self.app.current_theme)

    def render(self) -> RenderResult:
        """The chart at the widget's present size."""
        width, height = self.size
        if width < 16 or height < 4:
            return Text("")
        return self.draw(width, height)

    def draw(self, width: int, height: int) -> Text:
        """The chart in so many columns and rows."""
        self._plot_anew(width, height)
        rows = Text.from_ansi(self.plt.build()).split("\n")
        # The name of the axis stands beside its first tick: plotext places longer labels by the order of a set.
        rows[-1] = Text("epoch", self._quiet_style) + rows[-1][len("epoch") :]
        return Text("\n").join(rows)

    def _plot_anew(self, width: int, height: int) -> None:
        """Plot everything anew: plotext freezes axis limits at the first build."""
        chart, plot = self.chart, self.plt
        left, right = chart.epochs
        until = right if chart.until is None else min(right, chart.until)
        curves, behind = (
            {name: clip(self._transformed(points), left, right) for name, points in some.items()}
            for some in (chart.curves, chart.behind)
        )
        values = [y for some in (curves, behind) for points in some.values() for _, y in points]
        plot.clear_figure()
        plot.plotsize(width, height)
        plot._set_size(width, height)
        plot.theme("clear")
        quiet = self._quiet()
        plot.axes_color("default")
        plot.ticks_color(quiet)
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        low, high = self._range(values)
        plot.xlim(left, right)
        plot.ylim(low, high)
        across = ticks(left, right, min(max(3, width // 7), max(3, int(right - left) + 1)))
        across = [tick for tick in across if left <= tick <= right]
        rows = height - 2
        columns = width - 1 - self._ticks_up(low, high, most=max(2, height // 3), rows=rows)
        # Ticks and marks stand in the cell that a line passes through at their value.
        plot.xticks(snap(across, left, right, columns, 2), [tick_label(tick) for tick in across])
        for mark in snap([mark for mark in chart.marks if left < mark < right], left, right, columns, 2):
            plot.vline(mark, quiet)
        for mark in snap([mark.epoch for mark in chart.shown_steered], left, right, columns, 2):
            plot.vline(mark, self._hand())
        if chart.cursor is not None and left <= chart.cursor <= right:
            plot.vline(snap([chart.cursor], left, right, columns, 2)[0], self._cursor())
        for points in behind.values():
            if points := thin(clip(points, left, until), width):
                plot.plot([x for x, _ in points], [y for _, y in points], marker="braille", color=self._dim())
        for colour, (name, whole) in zip(self.colours, curves.items(), strict=False):
            if points := thin(clip(whole, left, until), width):
                x, y = [p[0] for p in points], [p[1] for p in points]
                plot.plot(x, y, marker="braille", color=colour)
                if chart.dotted and name != next(iter(curves)):
                    # Of the whole series: an edge that a line crosses is no evaluation.
                    told = [p for p in self._transformed(chart.curves[name]) if left <= p[0] <= until]
                    x, y = [p[0] for p in told], [p[1] for p in told]
                    plot.scatter(
                        snap(x, left, right, columns, 2), snap(y, low, high, rows, 4), marker=DOTS, color=colour
                    )
        if chart.shown_best is not None and (best := self._transformed([chart.shown_best])):
            x, y = snap([best[0][0]], left, right, columns, 2), snap([best[0][1]], low, high, rows, 4)
            plot.scatter(x, y, marker=BEST, color=self.colours[1], style="bold")
        if chart.shown_steered:
            seen = [clip(points, left, until) for points in curves.values()]
            self._label_steered(Area(left, right, low, high, columns, rows), seen)

    def _label_steered(self, area: Area, curves: Sequence[Sequence[Point]]) -> None:
        """What was changed by hand, beside its mark, where no curve is in the way; else the crosshair alone says it."""
        steered = self.chart.shown_steered
        taken = set[Cell]().union(*(cells_of(thin(points, area.columns), area) for points in curves))
        taken |= {(area.column(mark.epoch), row) for mark in steered for row in range(area.rows)}
        for x, y, said in place_labels(((mark.epoch, mark.label) for mark in steered), area, taken):
            self.plt.text(said, x, y, color=self._hand(), alignment="left")

    def _transformed(self, points: Sequence[Point]) -> list[Point]:
        """Finite points; their logarithms on a logarithmic axis (plotext's own log scale raises when built again)."""
        if not self.chart.log:
            return finite(points)
        return [(x, math.log10(y)) for x, y in finite(points) if y > 0]

    def _range(self, values: list[float]) -> tuple[float, float]:
        """The axis of values: round for accuracies, a little wider than the data for losses."""
        if not values:
            return (0.0, 1.0)
        low, high = min(values), max(values)
        if self.chart.percent:
            low, high = math.floor(low * 20 - 1e-9) / 20, math.ceil(high * 20 + 1e-9) / 20
            most = 1.0 if max(values) <= 1 else high  # a share of a whole, or of what was there before
            return (max(low, 0.0), min(high, most)) if high > low else (low - 0.05, high + 0.05)
        margin = (high - low) * 0.04 or max(abs(high) * 0.1, 0.01)
        return low - margin, high + margin

    def _ticks_up(self, low: float, high: float, most: int, rows: int) -> int:
        """Put ticks on the axis of values; the cells that their labels take."""
        if self.chart.log:
            labels = log_ticks(10.0**low, 10.0**high, most)
            places = [math.log10(label) for label in labels]
        else:
            labels = places = ticks(low, high, most)
        texts = [f"{tick * 100:.0f} %" if self.chart.percent else tick_label(tick) for tick in labels]
        cells = max(_LABEL_WIDTH, *map(len, texts))
        self.plt.yticks(snap(places, low, high, rows, 4), [f"{text:>{cells}}" for text in texts])
        return cells

    def _dim(self) -> _Colour | str:
        """The colour of what a curve was smoothed from: nearer to the background than the axes."""
        if self.app.current_theme.ansi:
            return 8
        variables = self.app.theme_variables
        return Color.parse(variables["foreground"]).blend(Color.parse(variables["background"]), 0.72).rgb

    def _cursor(self) -> _Colour | str:
        """The colour of the crosshair."""
        theme = self.app.current_theme
        return (6 if theme.dark else 4) if theme.ansi else Color.parse(self.app.theme_variables["accent"]).rgb

    def _hand(self) -> _Colour | str:
        """The colour of what a person changed: that of text, which no curve has."""
        return "default" if self.app.current_theme.ansi else Color.parse(self.app.theme_variables["foreground"]).rgb

    def _quiet(self) -> _Colour | str:
        """The colour of axes and ticks: between the theme's foreground and background."""
        if self.app.current_theme.ansi:
            return "default"
        variables = self.app.theme_variables
        blended = Color.parse(variables["foreground"]).blend(Color.parse(variables["background"]), 0.5)
        return blended.rgb

    @property
    def _quiet_style(self) -> str:
        quiet = self._quiet()
        return "rgb({},{},{})".format(*quiet) if isinstance(quiet, tuple) else ""


class Curves(Vertical):
    """A plot with its legend above it. Two of them stand over or beside each other in the monitor."""

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chart = Chart(title)

    def compose(self) -> ComposeResult:
        """The legend, and the canvas under it."""
        yield Static(classes="plot--legend")
        yield CurveCanvas()

    def on_mount(self) -> None:
        """Follow the theme's colours."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._refresh())

    @property
    def chart(self) -> Chart:
        """What is shown."""
        return self._chart

    def show(self, chart: Chart) -> None:
        """Show another chart; nothing is drawn if it is the same."""
        if chart != self._chart:
            self._chart = chart
            self._refresh()

    def _refresh(self) -> None:
        if not self.size.width:
            return  # not laid out yet; its first size brings it here again
        canvas = self.query_one(CurveCanvas)
        canvas.chart = self._chart
        canvas.refresh()
        said = self.legend(self.size.width)
        legend = self.query_one(".plot--legend", Static)
        legend.styles.height = said.plain.count("\n") + 1
        legend.update(said, layout=False)

    def on_resize(self) -> None:
        """The legend takes two lines where one is too short."""
        self.call_after_refresh(self._refresh)

    def legend(self, width: int) -> Content:
        """Title, then each curve's mark, name and latest value; on two lines if `width` cells do not hold one."""
        chart, colours = self._chart, self.query_one(CurveCanvas).colours
        entries = [
            Content.assemble(
                (safetext.fit(safetext.one_line(chart.title), _LONGEST_NAME), "bold"), (_describe_axis(chart), "$muted")
            )
        ]
        for index, (name, points) in enumerate(chart.curves.items()):
            if points:
                line = LINE if index == 0 or not chart.dotted else f"━{DOTS}"
                mark = (line, _style(colours[index % len(colours)]))
                said = safetext.fit(safetext.one_line(name), _LONGEST_NAME)
                read = chart.read(name)
                value = ("–" if read is None else chart.value(read), "bold")
                live = chart.cursor is None and chart.until is None  # a note is of the latest value
                note = (f" {chart.notes[name]}" if live and name in chart.notes else "", "$muted")
                entries.append(Content.assemble(mark, (f" {said} ", "$muted"), value, note))
        if chart.remark:
            entries.append(Content.styled(chart.remark, "italic $muted"))
        epoch, short = "", Content()
        if chart.shown_best is not None and chart.best is not None:
            mark = (BEST, f"bold {_style(colours[1])}")
            value = (chart.value(chart.best[1]), "bold")
            by = f" best {chart.best_by}".rstrip()
            entries.append(Content.assemble(mark, (f"{by} ", "$muted"), value))
            short = Content.assemble(mark, (" best ", "$muted"), value)
            epoch = f" at epoch {chart.best[0]:g}"
        gap = Content("   ")
        whole = Content.assemble(gap.join(entries), (epoch, "$muted"))
        if whole.cell_length <= width:
            return whole
        second = gap.join(entries[2:])
        if second.cell_length > width and short:
            second = gap.join([*entries[2:-1], short])
        if second.cell_length + len(epoch) <= width:
            second = Content.assemble(second, (epoch, "$muted"))
        return Content("\n").join([gap.join(entries[:2]), second])


def snap(values: Sequence[float], low: float, high: float, cells: int, parts: int) -> list[float]:
    """Values moved to the middle of the cell that a line of `parts` dots a cell passes through.

    plotext rounds whole cells and dots of cells apart, so that a mark would stand beside its own line.
    """
    if cells < 2:
        return list(values)
    place = (high - low) / (cells - 1)
    return [low + cell_at(value, low, high, cells, parts) * place for value in values]


def curve_styles(theme: Theme) -> list[str]:
    """The style of each curve's colour in that theme, for what is said of it elsewhere."""
    return [_style(colour) for colour in _colours(theme)]


def _colours(theme: Theme) -> tuple[_Colour, ...]:
    if theme.ansi:
        return _ANSI_DARK if theme.dark else _ANSI_LIGHT
    return _DARK if theme.dark else _LIGHT


def _describe_axis(chart: Chart) -> str:
    """What is said beside the title: a logarithmic axis, and the epoch that the values are of."""
    at = "" if chart.cursor is None else f" at {chart.cursor:.3g}"
    return (" (log)" if chart.log else "") + at


def _style(colour: _Colour) -> str:
    return _ANSI_NAMES[colour] if isinstance(colour, int) else "#{:02x}{:02x}{:02x}".format(*colour)
