"""Where the few words beside a mark of a plot have room: in cells that no curve, and no other label, passes through."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.drawing.columns import Point
from tui import safetext

LONGEST = 28
"""Cells of a label; the crosshair reads out the rest."""

Cell = tuple[int, int]
"""Column from the left, row from below."""


@dataclass(frozen=True)
class Area:
    """The plotted area: what its edges stand for, and its cells."""

    left: float
    right: float
    low: float
    high: float
    columns: int
    rows: int

    def column(self, x: float) -> int:
        """The column of a value on the axis of epochs."""
        return cell_at(x, self.left, self.right, self.columns, 2)

    def row(self, y: float) -> int:
        """The row of a value on the axis of values."""
        return cell_at(y, self.low, self.high, self.rows, 4)

    def point(self, cell: Cell) -> Point:
        """The middle of a cell."""
        column, row = cell
        return (
            self.left + column * (self.right - self.left) / max(1, self.columns - 1),
            self.low + row * (self.high - self.low) / max(1, self.rows - 1),
        )


def cell_at(value: float, low: float, high: float, cells: int, parts: int) -> int:
    """The cell, of so many, that a line of `parts` dots a cell passes through at a value."""
    share = (value - low) / (high - low) if high > low else 0.0
    dot = math.floor(round(0.5 + share * (cells * parts - 1), 8))
    return min(max(dot // parts, 0), cells - 1)


def cells_of(points: Sequence[Point], area: Area) -> set[Cell]:
    """The cells that a line through the points passes through."""
    found = {(area.column(x), area.row(y)) for x, y in points}
    for (x, y), (right, above) in pairwise(points):
        first, last = area.column(x), area.column(right)
        for column in range(first, last + 1):
            begins, ends = ((column - first) / (last - first + 1), (column - first + 1) / (last - first + 1))
            rows = sorted((area.row(y + (above - y) * begins), area.row(y + (above - y) * ends)))
            found |= {(column, row) for row in range(rows[0], rows[1] + 1)}
    return found


def place_labels(labels: Iterable[tuple[float, str]], area: Area, taken: set[Cell]) -> list[tuple[float, float, str]]:
    """Each label with the place of its first character, beside the mark at its epoch, as high up as there is room.

    Where the whole has room nowhere its beginning is tried, then it is left out. Texts may come from outside.
    """
    taken, placed = set(taken), []
    for epoch, text in labels:
        begins, comma, _ = text.partition(", ")
        for said in dict.fromkeys((text, f"{begins}, {safetext.ELLIPSIS}" if comma else text)):
            said = safetext.fit(safetext.one_line(said), LONGEST)
            if (found := _find_room(area.column(epoch), said, area, taken)) is not None:
                start, row = found
                taken |= {(column, row) for column in range(start - 1, start + len(said) + 1)}
                placed.append((*area.point(found), said))
                break
    return placed


def _find_room(mark: int, said: str, area: Area, taken: set[Cell]) -> Cell | None:
    """Where the label can begin, at the right of its mark or at the left."""
    if safetext.width(said) != len(said):  # plotext knows no characters of two cells
        return None
    for row in reversed(range(area.rows)):
        for start in (mark + 1, mark - len(said)):
            if _is_free(range(start, start + len(said)), row, area, taken):
                return start, row
    return None


def _is_free(columns: range, row: int, area: Area, taken: set[Cell]) -> bool:
    inside = columns.start >= 0 and columns.stop <= area.columns
    return inside and not any((column, row) in taken for column in columns)
