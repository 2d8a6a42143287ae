"""Accuracy against the number of labels, a curve a row, as lines of cells: for the screen and for a pipe.

Labels are on a logarithmic axis. Zero has no logarithm: it stands by itself at the left, beyond a break of the axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from core.drawing.braille import ACROSS, DOWN, Canvas
from core.drawing.spans import Line, Span, width

GUTTER = 6
"""Cells of the axis of accuracies."""
_AXES = 2
"""Lines of the axis of labels."""
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_EDGE = 0.02
"""The share of the width that is left free at either end, so that marks stand inside."""

_ASIDE = (0, -1, 1, -2, 2)
"""Cells beside its own that a mark may stand in."""


@dataclass(frozen=True)
class CurvePoint:
    """An accuracy, 0 to 1, at a place of the axis, 0 to 1; `spread`: how far its band reaches, None if not known."""

    x: float
    y: float
    spread: float | None

    @property
    def top(self) -> float:
        """Where its band ends above; the accuracy itself where it has none."""
        return self.y + (self.spread or 0.0)

    @property
    def foot(self) -> float:
        """Where its band ends below."""
        return self.y - (self.spread or 0.0)


@dataclass(frozen=True)
class Curve:
    """A row of the ladder. `number` decides its colour; a control has none, and a broken line."""

    name: str
    mark: str
    number: int
    control: bool
    points: tuple[CurvePoint, ...]

    @property
    def role(self) -> str:
        """What a painter knows its colour by."""
        return "muted" if self.control else f"curve{self.number}"

    @property
    def banded(self) -> list[list[CurvePoint]]:
        """The points with a band, those next to one another together: nothing is drawn across one without."""
        runs = (list(run) for known, run in groupby(self.points, lambda point: point.spread is not None) if known)
        return [run for run in runs if len(run) > 1]


@dataclass(frozen=True)
class CurveChart:
    """What is drawn. `ticks`: places of the axis with their labels; `level`: what always answering one class scores."""

    title: str
    curves: tuple[Curve, ...]
    ticks: tuple[tuple[float, str], ...]
    broken: bool = False
    """Whether the first tick is zero, beyond a break."""
    level: float | None = None

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest accuracy drawn, bands and all, with a point of room."""
        ends = [end for curve in self.curves for point in curve.points for end in (point.foot, point.top)]
        ends += [self.level] if self.level is not None else []
        if not ends:
            return 0.0, 1.0
        low, high = math.floor(100 * min(ends) - 1) / 100, math.ceil(100 * max(ends) + 1) / 100
        return max(0.0, low), min(1.0, high)


@dataclass(frozen=True)
class Looked:
    """What is looked at: a curve and a tick by number, and the curves whose bands are drawn."""

    curve: int | None = None
    tick: int | None = None
    bands: tuple[int, ...] = ()


def place_labels(counts: Sequence[int | None]) -> list[float]:
    """Where numbers of labels stand on the axis, 0 to 1, in their order; None is one more of unknown size, the last."""
    positive = [count for count in counts if count]
    low, high = (math.log10(min(positive)), math.log10(max(positive))) if positive else (0.0, 0.0)
    beside = max(0.5, (high - low) / 4)
    found = [low - beside if count == 0 else high + beside if count is None else math.log10(count) for count in counts]
    first, last = min(found, default=0.0), max(found, default=0.0)
    return [_EDGE + (1 - 2 * _EDGE) * ((x - first) / (last - first) if last > first else 0.5) for x in found]


def accuracy_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round accuracies from one to another."""
    for step in _STEPS:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [number * step for number in range(first, last + 1)]
    return [low]


def draw_curves(chart: CurveChart, columns: int, rows: int, looked: Looked, texture: str = "░") -> list[Line]:
    """The chart in so many cells, both axes among them; controls lie below, the curve looked at on top."""
    canvas = Canvas(max(1, columns - GUTTER), max(1, rows - _AXES))
    low, high = chart.range
    right, bottom = canvas.columns * ACROSS - 1, canvas.rows * DOWN - 1

    def at(x: float, y: float) -> tuple[float, float]:
        return x * right, bottom * (1 - (y - low) / (high - low))

    for number in sorted(looked.bands, key=lambda number: number == looked.curve):
        _band(canvas, chart.curves[number], at, "deep" if number == looked.curve else "band")
    if chart.level is not None:
        canvas.line(at(0, chart.level), at(1, chart.level), "faint", broken=True)
    if looked.tick is not None:
        for row in range(canvas.rows):
            canvas.glyph((chart.ticks[looked.tick][0] * right, row * DOWN), "│", "cursor")
    order = sorted(range(len(chart.curves)), key=lambda n: (n == looked.curve, not chart.curves[n].control))
    for number in order:
        curve = chart.curves[number]
        role = f"bold {curve.role}" if number == looked.curve else curve.role
        for left, after in pairwise(curve.points):
            canvas.line(at(left.x, left.y), at(after.x, after.y), role, curve.control)
    _marks(canvas, chart, [*reversed(order)], looked, at)
    heights = {round(at(0, tick)[1]) // DOWN: tick for tick in accuracy_ticks(low, high, max(2, canvas.rows // 2))}
    drawn = [
        (
            Span(f"{100 * heights[row]:.0f} %".rjust(GUTTER - 1) if row in heights else " " * (GUTTER - 1), "muted"),
            Span("┤" if row in heights else "│", "muted"),
            *line,
        )
        for row, line in enumerate(canvas.lines(texture))
    ]
    return [*drawn, *_axis(chart, canvas.columns, looked.tick)]


def _band(canvas: Canvas, curve: Curve, at: Callable[[float, float], tuple[float, float]], role: str) -> None:
    """From mean - spread to mean + spread, straight between the points."""
    for left, right in (pair for run in curve.banded for pair in pairwise(run)):
        first, last = (round(at(point.x, 0)[0]) // ACROSS for point in (left, right))
        for column in range(first, last + 1):
            share = (column - first) / max(1, last - first)
            top, foot = (a + (b - a) * share for a, b in ((left.top, right.top), (left.foot, right.foot)))
            canvas.ground(column, at(0, top)[1], at(0, foot)[1], f"{role}{curve.number}")


def _marks(
    canvas: Canvas,
    chart: CurveChart,
    order: Sequence[int],
    looked: Looked,
    at: Callable[[float, float], tuple[float, float]],
) -> None:
    """Each point's mark; one whose cell has another's already stands a cell beside, where that is free."""
    taken: set[tuple[int, int]] = set()
    for number in order:
        curve = chart.curves[number]
        for point in curve.points:
            x, y = at(point.x, point.y)
            spots = [(round(x) // ACROSS + aside, round(y) // DOWN) for aside in _ASIDE]
            spot = next((spot for spot in spots if spot not in taken), spots[0])
            here = number == looked.curve and looked.tick is not None and point.x == chart.ticks[looked.tick][0]
            role = f"bold {curve.role}" if number == looked.curve else curve.role
            if spot not in taken:
                canvas.glyph((spot[0] * ACROSS, spot[1] * DOWN), curve.mark, f"{role} chosen" if here else role)
            taken.add(spot)


def _axis(chart: CurveChart, columns: int, chosen: int | None) -> list[Line]:
    """The axis of labels, and as many of its numbers as there is room for: the one looked at, the ends, the others."""
    places = [round(x * (columns * ACROSS - 1)) // ACROSS for x, _ in chart.ticks]
    rule = ["─"] * columns
    if chart.broken and len(places) > 1:
        rule[places[0] + 1 : places[1]] = ["╌"] * (places[1] - places[0] - 1)
    for place in places:
        rule[place] = "┴"
    taken: dict[int, tuple[int, str]] = {}
    ends = [0, len(places) - 1] if places else []
    for number in dict.fromkeys([*([chosen] if chosen is not None else []), *ends, *range(len(places))]):
        text = chart.ticks[number][1]
        start = max(0, min(columns - width(text), max(1, places[number] - width(text) // 2)))
        if all(start >= other + width(said) + 1 or start + width(text) + 1 <= other for other, said in taken.values()):
            taken[number] = start, text
    spans, cells = [Span("labels".ljust(GUTTER), "muted")], 0
    for number, (start, text) in sorted(taken.items(), key=lambda each: each[1]):
        spans += [Span(" " * (start - cells)), Span(text, "bold cursor" if number == chosen else "muted")]
        cells = start + width(text)
    return [(Span(" " * (GUTTER - 1)), Span("└" + "".join(rule), "muted")), tuple(spans)]
