"""A ladder's data set as a chart: a curve an era, then the controls, bands of one standard deviation over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.benchmark.spec import is_control
from core.catalog.ladder import MeasuredLadder
from core.drawing.learning_curves import Curve, CurveChart, CurvePoint, place_labels
from core.drawing.looks import HOLLOW, MARKS
from core.eras.table import BY_ID


@dataclass(frozen=True)
class LadderGrid:
    """What a ladder has on one data set: its rows, eras first, and its numbers of labels (None: all), few to many."""

    data: str
    eras: tuple[str, ...]
    labels: tuple[int | None, ...]


def lay_out(ladder: MeasuredLadder, data: str) -> LadderGrid:
    """The rows and numbers of labels that anything was measured of."""
    there = [mean for mean in ladder.means if mean.data == data]
    measured = {mean.era for mean in there}
    known = [era for era in BY_ID.values() if era.id in measured]
    eras = [era.id for era in sorted(known, key=is_control)] + sorted(measured - BY_ID.keys())
    budgets = {mean.labels for mean in there}
    return LadderGrid(data, tuple(eras), tuple(sorted(budgets, key=lambda each: (each is None, each or 0))))


def chart_ladder(ladder: MeasuredLadder, grid: LadderGrid) -> CurveChart:
    """The chart of one data set. A row looks the same on all of them: by its place in the table of eras."""
    counts = [ladder.count(grid.data, labels) for labels in grid.labels]
    places = dict(zip(grid.labels, place_labels(counts), strict=True))
    curves: list[Curve] = []
    for era in grid.eras:
        means = [mean for labels in grid.labels if (mean := ladder.mean(grid.data, era, labels)) is not None]
        curves.append(curve_of(era, [CurvePoint(places[mean.labels], mean.mean, mean.sd) for mean in means]))
    return CurveChart(
        f"{grid.data} · {ladder.split or 'measured'} accuracy by number of labels",
        tuple(curves),
        tuple((places[labels], _name_tick(labels, count)) for labels, count in zip(grid.labels, counts, strict=True)),
        broken=0 in grid.labels,
        level=ladder.majority.get(grid.data),
    )


def curve_of(era: str, points: Sequence[CurvePoint]) -> Curve:
    """The curve of an era through these points; its mark and number are the same wherever it is drawn."""
    controls = [each.id for each in BY_ID.values() if is_control(each)]
    eras = [each for each in BY_ID if each not in controls]
    alike, marks = (controls, HOLLOW) if era in controls else (eras, MARKS)
    number = alike.index(era) if era in alike else len(alike)
    return Curve(era, marks[number % len(marks)], number, era in controls, tuple(points))


def _name_tick(labels: int | None, count: int | None) -> str:
    if labels is not None:
        return f"{labels:,}"
    return "all" if count is None else f"all {count:,}"


def find_largest_step(ladder: MeasuredLadder, grid: LadderGrid) -> tuple[str, int | None] | None:
    """The era and the number of labels that gained most on the row before, if it is more than the noise.

    Else the first point there is; None of an empty ladder.
    """
    means = [mean for mean in ladder.means if mean.data == grid.data]
    gains = [(mean, gain) for mean in means if (gain := ladder.gain(mean)) is not None and gain.certain]
    if gains:
        mean, _ = max(gains, key=lambda each: each[1].mean)
        return mean.era, mean.labels
    return (means[0].era, means[0].labels) if means else None
