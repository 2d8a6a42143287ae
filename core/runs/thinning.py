"""Curves that do not grow without end: neighbours are merged, and what stands out among them is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 8_192
"""Points of a curve that are kept at most: several for each column of the widest screen."""
_CLOSE = 1e-9


class Series(list[tuple[float, T]]):
    """(epochs, value), in order; at most about `most` of them.

    Past that four neighbours become two, those with the least and the greatest value, and from then on as many new
    ones do: every part of the curve is as fine as every other.
    The first point, the last, and the extremes of all of them are always there, and no point is made up.
    """

    def __init__(self, points: Iterable[tuple[float, T]] = (), most: int = MOST) -> None:
        super().__init__(points)
        self.most = most
        self.merged = 1
        """Points said for each two that are kept; 1 as long as all are."""
        self._open = len(self)
        """Where the points that are merged at present begin."""
        self._taken = 0

    @property
    def thinned(self) -> bool:
        """Whether less is kept than was said."""
        return self.merged > 1

    def add(self, x: float, value: T) -> None:
        """Put a point at the end."""
        self.append((x, value))
        if self.merged > 1:
            full = self._taken >= self.merged
            # The latest one stays until the next.
            if full or (len(self) - self._open > 3 and not self._pass_over()):
                self[self._open : -1] = _stand_out(self[self._open : -1])
            if full:
                self._open, self._taken = len(self) - 1, 0
        self._taken += 1
        if len(self) > self.most:
            self._thin()

    def cut(self, end: float) -> None:
        """Forget what lies beyond an epoch."""
        self[:] = [point for point in self if point[0] <= end + _CLOSE]
        self._open, self._taken = len(self), 0

    def _pass_over(self) -> bool:
        """Let the latest but one go if it lies between the two kept before it, as most do; never what is no number."""
        one, other, latest = self[-4][1], self[-3][1], self[-2][1]
        if not (isinstance(one, float) and isinstance(other, float) and isinstance(latest, float)):
            return False
        if one <= latest <= other != one or other <= latest <= one != other:
            del self[-2]
            return True
        return False

    def _thin(self) -> None:
        self[1:-1] = [
            point
            for place in range(1, len(self) - 1, 4)
            for point in _stand_out(self[place : min(place + 4, len(self) - 1)])
        ]
        self.merged = 4 if self.merged == 1 else 2 * self.merged
        self._open, self._taken = len(self) - 1, 1


def _stand_out(points: Sequence[tuple[float, T]]) -> list[tuple[float, T]]:
    """The points with the least and the greatest value, in their order; the first and the last of what has no order."""
    values: list[Any] = [value for _, value in points]
    if all(isinstance(value, float) and value == value for value in values):  # as nearly always
        least, greatest = values.index(min(values)), values.index(max(values))
        return [points[place] for place in sorted({least, greatest})]
    ranks = [_rank(value) for value in values]
    if any(rank is None for rank in ranks):
        least, greatest = 0, len(points) - 1
    else:
        numbers = [rank for rank in ranks if rank is not None]
        # A value that is no number stands for itself only among its like.
        known = [place for place, number in enumerate(numbers) if not math.isnan(number)] or [0]
        least, greatest = min(known, key=numbers.__getitem__), max(known, key=numbers.__getitem__)
    return [points[place] for place in sorted({least, greatest})]


def _rank(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
