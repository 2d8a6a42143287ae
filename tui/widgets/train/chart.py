"""What a plot over epochs shows: its curves, what stands behind them, what is marked, and the part looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.drawing.columns import Point
from core.runs.steered_marks import SteeredMark
from tui.widgets.train.plot_series import epochs_shown, value_at


@dataclass(frozen=True)
class Chart:
    """What a plot shows. `curves`: points (epoch, value) by name, in a fixed order that decides the colours.

    Curves after the first have a dot at each point, if `dotted`. `behind`: what a curve of that name was smoothed from.
    `best` is the point marked as the best epoch, if any; `best_by` is the score that it was chosen by; `marks` are
    epochs at which a line stands; `steered` is what was changed by hand, each at its epoch. `notes`: what is said after
    a curve's latest value; `remark`: of the whole plot. Names may come from outside.
    `reached` is the epoch of the run: plots that stand together end at the same one.

    `window`: the epochs looked at, None for all. `cursor`: the epoch whose values are read out; `until`: the epoch up
    to which a replay has come, beyond which nothing is drawn, though it keeps its place on the axes.
    """

    title: str
    curves: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    best: Point | None = None
    planned: int = 0
    finished: bool = False
    percent: bool = False
    log: bool = False
    dotted: bool = True
    marks: tuple[float, ...] = ()
    steered: tuple[SteeredMark, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    best_by: str = ""
    reached: float = 0.0
    behind: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    window: tuple[float, float] | None = None
    cursor: float | None = None
    until: float | None = None

    @property
    def epochs(self) -> tuple[float, float]:
        """Where the axis of epochs begins and ends."""
        if self.window is not None:
            return self.window
        last = max((points[-1][0] for points in self.curves.values() if points), default=0.0)
        return 0.0, epochs_shown(max(last, self.reached), self.planned, self.finished)

    @property
    def shown_best(self) -> Point | None:
        """The best epoch, unless it lies outside of what is looked at, or ahead of a replay."""
        low, high = self.epochs
        if self.best is None or not low <= self.best[0] <= high:
            return None
        return None if self.until is not None and self.best[0] > self.until else self.best

    @property
    def shown_steered(self) -> tuple[SteeredMark, ...]:
        """What was changed by hand within what is looked at, and not ahead of a replay."""
        low, high = self.epochs
        until = high if self.until is None else min(high, self.until)
        return tuple(mark for mark in self.steered if low <= mark.epoch <= until)

    def read(self, name: str) -> float | None:
        """The value of a curve at the cursor, the latest where there is none; None before its first point."""
        where = self.cursor if self.cursor is not None else self.until
        points = self.curves[name]
        if where is None:
            return points[-1][1] if points else None
        return value_at(points, where)

    def value(self, number: float) -> str:
        """A value of this plot as a person reads it."""
        if not math.isfinite(number):
            return "not a number"
        return f"{number:.1%}".replace("%", " %") if self.percent else f"{number:.3g}"
