"""Where points and their names stand in a grid of cells, so that nothing covers anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NEAR = tuple(
    sorted(((dx, dy) for dx in range(-4, 5) for dy in range(-2, 3)), key=lambda d: (d[0] ** 2 / 4 + d[1] ** 2, d))
)
"""Steps from a cell to those around it, nearest first; a cell is twice as high as wide."""


@dataclass(frozen=True)
class Placed:
    """A point's cell, and where its name begins; None where there is no room for the name."""

    x: int
    y: int
    label: tuple[int, int] | None = None


def lay_out(
    points: Sequence[tuple[float, float]], widths: Sequence[int], columns: int, rows: int
) -> list[Placed | None]:
    """A place for each point, the first ones first; None for a point whose surroundings are full.

    `widths` are the cells that the names take. The axes are stretched to fill the grid.
    """
    taken: set[tuple[int, int]] = set()
    cells: list[tuple[int, int] | None] = []
    for x, y in _cells(points, columns, rows):
        free = next(
            (
                (x + dx, y + dy)
                for dx, dy in NEAR
                if 0 <= x + dx < columns and 0 <= y + dy < rows and (x + dx, y + dy) not in taken
            ),
            None,
        )
        cells.append(free)
        if free is not None:
            taken.add(free)
    placed: list[Placed | None] = []
    for cell, width in zip(cells, widths, strict=True):
        if cell is None:
            placed.append(None)
            continue
        label = next((at for at in _list_label_starts(*cell, width) if _fits(at, width, columns, rows, taken)), None)
        if label is not None:
            taken.update((label[0] + n, label[1]) for n in range(width))
        placed.append(Placed(*cell, label))
    return placed


def _cells(points: Sequence[tuple[float, float]], columns: int, rows: int) -> list[tuple[int, int]]:
    """The cell of each point, two columns and no row from the edges; upwards is up."""
    if not points:
        return []
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
    across, up = (right - left) or 1.0, (top - bottom) or 1.0
    inner = max(1, columns - 5)
    return [
        (2 + round((x - left) / across * inner), round((top - y) / up * (rows - 1))) if rows > 1 else (2, 0)
        for x, y in points
    ]


def _list_label_starts(x: int, y: int, width: int) -> list[tuple[int, int]]:
    """Where a name may begin, best first: right of the point, left of it, then above and below."""
    middle = x - width // 2
    level = [(x + 2, y), (x - 1 - width, y)]
    around = [(start, y + dy) for dy in (-1, 1) for start in (middle, x + 1, x - width)]
    return level + around


def _fits(at: tuple[int, int], width: int, columns: int, rows: int, taken: set[tuple[int, int]]) -> bool:
    """Whether the name stays inside and touches nothing, one cell free on both sides."""
    x, y = at
    if x < 0 or x + width > columns or not 0 <= y < rows:
        return False
    return not any((n, y) in taken for n in range(x - 1, x + width + 1) if (n, y) != (x - 2, y))
