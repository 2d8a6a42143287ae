"""Numbers as cells: the darker the larger, and without any colour the sign is still seen: blocks are +, strokes −."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core import api
from core.drawing.spans import Line, Span

POSITIVE, NEGATIVE, ZERO = "░▒▓█", "-─═≡", "·"
STEPS = len(POSITIVE)
KEY = f"{POSITIVE} above zero, {NEGATIVE} below"


def top_of(values: Iterable[float]) -> float:
    """The largest of their magnitudes; 0 of none."""
    return max(map(abs, values), default=0.0)


def cell(value: float, top: float) -> Span:
    """One value as a cell; `top` is what the darkest stands for."""
    level = min(STEPS, round(abs(value) / top * STEPS + 0.2)) if top else 0
    if not level:
        return Span(ZERO, "muted")
    return Span((POSITIVE if value > 0 else NEGATIVE)[level - 1], f"heat{'+' if value > 0 else '-'}{level}")


def strip(values: Sequence[float], cells: int, top: float) -> Line:
    """At most `cells` of the values, evenly spaced, in a row."""
    return _merged([cell(values[place], top) for place in spread(len(values), cells)])


def heat_map(matrix: api.Cells, rows: int, columns: int, top: float | None = None) -> list[Line]:
    """A matrix in at most that many lines and cells, evenly spaced; `top` is its own largest unless it is given."""
    shown = [matrix[place] for place in spread(len(matrix), rows)]
    darkest = top_of(value for row in matrix for value in row) if top is None else top
    return [strip(row, columns, darkest) for row in shown]


def spread(size: int, most: int) -> list[int]:
    """At most `most` places of `size`, evenly spaced, the first and the last among them."""
    if size <= most:
        return list(range(size))
    if most < 2:
        return list(range(most))
    return [round(place * (size - 1) / (most - 1)) for place in range(most)]


def _merged(cells: Sequence[Span]) -> Line:
    """Neighbours of one kind in one piece."""
    found: list[Span] = []
    for each in cells:
        if found and found[-1].roles == each.roles:
            found[-1] = Span(found[-1].text + each.text, each.roles)
        else:
            found.append(each)
    return tuple(found)
