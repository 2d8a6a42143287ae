"""A canvas of dots, eight a cell: lines finer than the cells they are drawn in. What is drawn later lies on top."""

from __future__ import annotations

from itertools import groupby

from core.drawing.spans import Line, Span

ACROSS, DOWN = 2, 4
"""Dots of a cell."""
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_EMPTY = 0x2800
GAP = 3
"""Dots that are drawn, then left out, of a broken line."""


class Canvas:
    """So many columns and rows of cells. Places are in dots from the left and from the top; those outside are lost."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._dots = [[0] * columns for _ in range(rows)]
        self._glyphs = [[""] * columns for _ in range(rows)]
        self._roles = [[""] * columns for _ in range(rows)]
        self._grounds = [[""] * columns for _ in range(rows)]

    def line(self, start: tuple[float, float], end: tuple[float, float], role: str, broken: bool = False) -> None:
        """A straight line between two places."""
        steps = max(1, round(max(abs(end[0] - start[0]), abs(end[1] - start[1]))))
        for step in range(steps + 1):
            if not (broken and step // GAP % 2):
                share = step / steps
                x, y = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
                self._dot(x, y, role)

    def glyph(self, place: tuple[float, float], glyph: str, role: str) -> None:
        """A character in the cell of a place, over its dots."""
        column, row = round(place[0]) // ACROSS, round(place[1]) // DOWN
        if 0 <= column < self.columns and 0 <= row < self.rows:
            self._glyphs[row][column], self._roles[row][column] = glyph, role

    def ground(self, column: int, top: float, bottom: float, role: str) -> None:
        """What the cells of a column stand on, from one height to another: every cell that is covered by half."""
        for row in range(max(0, round(top / DOWN)), min(self.rows, max(round(top / DOWN) + 1, round(bottom / DOWN)))):
            self._grounds[row][column] = role

    def lines(self, texture: str = " ") -> list[Line]:
        """All rows. `texture` fills empty cells that have a ground, for those who have no colour to tell it by."""
        return [self._row(row, texture) for row in range(self.rows)]

    def _dot(self, x: int, y: int, role: str) -> None:
        column, row = x // ACROSS, y // DOWN
        if 0 <= column < self.columns and 0 <= row < self.rows:
            self._dots[row][column] |= _BITS[x % ACROSS][y % DOWN]
            self._roles[row][column] = role

    def _row(self, row: int, texture: str) -> Line:
        cells = []
        for glyph, dots, role, ground in zip(
            self._glyphs[row], self._dots[row], self._roles[row], self._grounds[row], strict=True
        ):
            drawn = glyph or (chr(_EMPTY + dots) if dots else texture if ground else " ")
            cells.append(Span(drawn, " ".join(filter(None, (role, ground)))))
        return tuple(
            Span("".join(cell.text for cell in alike), roles)
            for roles, alike in groupby(cells, key=lambda cell: cell.roles)
        )
