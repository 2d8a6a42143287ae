"""Series of numbers made fit for a plot: thinned to the columns there are, and axes with round ticks."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from core.drawing.columns import Point, thin

_RESOLUTION = 500
"""Columns that are kept apart in a long series: twice as many as the widest plot has."""
_UNSETTLED = 4
"""Points at the end of a series that may yet be merged with those to come, or said again."""
_LONGEST_PLAIN = 6
"""Characters beyond which a number is told with a power of ten."""
_EPOCHS = (1, 2, 3, 4, 6, 8, 12, 16, 20, 30, 40, 60, 80, 120, 200, 300, 500, 1000)


def finite(points: Iterable[Point]) -> list[Point]:
    """The points that can be drawn: a diverged loss (NaN or infinite) leaves a gap, plotext raises on infinity."""
    return [point for point in points if math.isfinite(point[0]) and math.isfinite(point[1])]


class Thinned:
    """A growing series, kept short as it grows: what a look costs does not depend on how long the run has been."""

    def __init__(self) -> None:
        self._source: Sequence[Point] = ()
        self._taken = 0
        self._last: Point | None = None
        self._kept: list[Point] = []

    def of(self, points: Sequence[Point]) -> tuple[Point, ...]:
        """The series, thinned. `points` is the whole of it, usually the same list as before with more at its end."""
        grown = points is self._source and self._taken <= len(points)
        if not grown or (self._taken and points[self._taken - 1] != self._last):
            self._source, self._taken, self._kept = points, 0, []
        if (settled := len(points) - _UNSETTLED) > self._taken:
            self._kept += finite(points[self._taken : settled])
            self._taken, self._last = settled, points[settled - 1]
        if len(self._kept) > 4 * _RESOLUTION:
            self._kept = thin(self._kept, _RESOLUTION)
        return (*self._kept, *finite(points[self._taken :]))


class Smoothed:
    """A growing series as a moving average: each point counts e times less for every `span` epochs that have passed.

    Batches are told by the clock, not by the epoch: the weight of a point follows from its epoch, not from its number.
    """

    def __init__(self) -> None:
        self._source: Sequence[Point] = ()
        self._span = 0.0
        self._taken = 0
        self._last: Point | None = None
        self._kept: list[Point] = []
        self._settled = 0
        """How many of the kept are averages of what stays as it is; beside it the sums that go on from there."""
        self._sums = (0.0, 0.0)

    def of(self, points: Sequence[Point], span: float) -> list[Point]:
        """The series, smoothed over `span` epochs; a list that grows as the series does."""
        grown = points is self._source and span == self._span and self._taken <= len(points)
        if not grown or (self._taken and points[self._taken - 1] != self._last):
            self._source, self._span, self._taken, self._kept = points, span, 0, []
            self._settled, self._sums = 0, (0.0, 0.0)
        del self._kept[self._settled :]
        if (settled := len(points) - _UNSETTLED) > self._taken:
            self._sums = self._go_on(points[self._taken : settled])
            self._settled, self._taken, self._last = len(self._kept), settled, points[settled - 1]
        self._go_on(points[self._taken :])
        return self._kept

    def _go_on(self, points: Sequence[Point]) -> tuple[float, float]:
        """Keep the averages at these points, too; the sum and the weight at the last of them."""
        total, weight = self._sums
        for x, y in points:
            if math.isfinite(y):
                since = x - self._kept[-1][0] if self._kept else 0.0
                decay = math.exp(-max(0.0, since) / self._span) if self._span > 0 else 0.0
                total, weight = total * decay + y, weight * decay + 1
                self._kept.append((x, total / weight))
        return total, weight


def value_at(points: Sequence[Point], x: float) -> float | None:
    """The value of the last point at or before an epoch; None before the first. `points` are in order of x."""
    place = bisect_right(points, x + 1e-9, key=lambda point: point[0])
    return points[place - 1][1] if place else None


def clip(points: Sequence[Point], low: float, high: float) -> list[Point]:
    """The points from one epoch to another; where a line crosses an edge, the point that it crosses it at."""
    kept: list[Point] = []
    for (x, y), (right, above) in pairwise(points):
        for edge in (low, high):
            if x < edge < right:
                kept.append((edge, y + (above - y) * (edge - x) / (right - x)))
    kept += [point for point in points if low <= point[0] <= high]
    return sorted(kept, key=lambda point: point[0])


def epochs_shown(reached: float, planned: int, finished: bool) -> float:
    """Where the axis of epochs ends: it grows in round steps towards the planned number, and ends with the run."""
    if finished:
        return max(reached, 0.1)
    for limit in _EPOCHS:
        if limit > reached:
            return float(min(limit, planned)) if planned >= reached and planned > 0 else float(limit)
    return max(float(planned), reached)


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers from `low` to `high`, evenly spaced by 1, 2 or 5 times a power of ten."""
    if not high > low or most < 1:
        return [low]
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    for step in (factor * power for factor in (1, 2, 5, 10, 20, 50)):
        start = math.ceil(low / step - 1e-9)
        count = math.floor(high / step + 1e-9) - start + 1
        if count <= most:
            return [round((start + i) * step, 12) for i in range(max(count, 0))] or [low]
    return [low]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers between positive `low` and `high`, for an axis of logarithms."""
    if not 0 < low < high:
        return [low]
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
        found = [value for value in found if low * 0.999 <= value <= high * 1.001]
        if len(found) <= most:
            return found if len(found) > 1 else ticks(low, high, most)
    return found[:: math.ceil(len(found) / most)]


def tick_label(value: float) -> str:
    """A tick as short as it can be said: 0.25, 1, 20, 3e4, 1.5e-4."""
    plain = f"{value:.4g}"
    if abs(value) < 1e4 and len(plain) <= _LONGEST_PLAIN:
        return plain
    digits, _, power = f"{value:.0e}".partition("e") if abs(value) >= 1e4 else f"{value:.3e}".partition("e")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits}e{int(power)}"
