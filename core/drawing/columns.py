"""Series of very many numbers, made fit for the columns that a picture has."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
"""(epoch, value)"""


def thin(points: Sequence[Point], columns: int) -> list[Point]:
    """At most about two points a column: the lowest and the highest of each, and the first and last of all.

    `points` are in order of x. A plot's cost is linear in its points, and a column cannot show more than its extremes.
    """
    if columns < 1 or len(points) <= 2 * columns:
        return list(points)
    first, last = points[0][0], points[-1][0]
    scale = columns / (last - first) if last > first else 0.0
    kept: list[Point] = [points[0]]
    column, low, high = 0, points[0], points[0]
    for point in points:
        here = min(int((point[0] - first) * scale), columns - 1)
        if here != column:
            kept += _in_order(low, high)
            column, low, high = here, point, point
        elif point[1] < low[1]:
            low = point
        elif point[1] > high[1]:
            high = point
    kept += [*_in_order(low, high), points[-1]]
    return [point for index, point in enumerate(kept) if index == 0 or point != kept[index - 1]]


def _in_order(low: Point, high: Point) -> list[Point]:
    return [low] if low == high else sorted((low, high))
