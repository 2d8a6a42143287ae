"""How alike two words were before training and after each of its epochs: a curve with axes, one epoch looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.api import Course, DriftList
from tui import safetext
from tui.widgets.words.neighbor_line import format_cosine

NAME = 13
"""Cells at the left: ticks, and the names of the lines under the axis."""
WIDEST = 9
"""Cells from an epoch to the next, at most; a value takes `VALUE`."""
VALUE = 6
TALL = 9
"""Rows from which on a second pair is drawn, which labels do not part: film and movie."""
POINT, HERE = "●", "◆"
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a braille cell, by row and column."""

Cell = tuple[str, str]


class EpochCurve(Widget):
    """Ticks at the left, epochs and values under the axis; a click chooses an epoch."""

    @dataclass
    class Chosen(Message):
        """The end of that epoch is to be looked at."""

        epoch: int

    def __init__(self) -> None:
        super().__init__()
        self._shown: DriftList | None = None
        self.display = False

    def show(self, found: DriftList | None) -> None:
        """Show the course of the first pair, with room the last one's beside it; nothing where no epochs are kept."""
        self._shown = found if found is not None and found.courses else None
        self.display = self._shown is not None
        self.refresh()

    def render(self) -> Content:
        """The plot, its axis, the epochs and the values."""
        found, width, height = self._shown, self.content_size.width, self.content_size.height
        if found is None or width < NAME + VALUE or height < 4:
            return Content("")
        courses = [found.courses[0]]
        if height >= TALL and len(found.courses) > 1:
            courses.append(found.courses[-1])
        rows = height - 2 - len(courses)
        here = self._looked_at(found)
        columns = self._columns(found)
        lines = _plot(courses, columns, rows, width - NAME, here)
        lines.append(Content.styled(f"{'└':>{NAME}}" + _axis(columns, width - NAME), "$muted"))
        epochs = ["0", *map(str, found.epochs)]
        # Where there is no room for every value, the one that is looked at goes first.
        shown = _spread(columns, here)
        lines.append(_under(Content.styled("epoch", "$muted"), epochs, columns, shown, here, "$muted"))
        for course, style in zip(courses, ("$accent", "$muted"), strict=False):
            name = f"{safetext.fit(course.first, 6)} · {safetext.fit(course.second, 6)}"
            lines.append(
                _under(Content.styled(name, style), list(map(format_cosine, course.cosines)), columns, shown, here, "")
            )
        return Content("\n").join(line.truncate(width) for line in lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the epoch under the mouse."""
        event.stop()
        offset, found = event.get_content_offset(self), self._shown
        if offset is None or found is None:
            return
        columns = self._columns(found)
        nearest = min(range(len(columns)), key=lambda place: abs(columns[place] - (offset.x - NAME)))
        if nearest:  # the first is the start
            self.post_message(self.Chosen(found.epochs[nearest - 1]))

    def _columns(self, found: DriftList) -> list[int]:
        """The column of the start and of each epoch, from the axis on."""
        room = max(1, self.content_size.width - NAME - VALUE)
        step = min(float(WIDEST), room / max(1, len(found.epochs)))
        step = math.floor(step) if step >= 1 else step
        return [2 + round(place * step) for place in range(len(found.epochs) + 1)]

    @staticmethod
    def _looked_at(found: DriftList) -> int:
        """The place of the epoch that is looked at, the start's being 0; that of the finished model is the best."""
        epoch = found.best if found.epoch is None else found.epoch
        return found.epochs.index(epoch) + 1 if epoch in found.epochs else len(found.epochs)


def _plot(courses: Sequence[Course], columns: Sequence[int], rows: int, width: int, here: int) -> list[Content]:
    """The rows of the plot, ticks at their left; the first course stands over the others."""
    values = [value for course in courses for value in course.cosines]
    low, high = math.floor(min(values) * 10 - 1e-9) / 10, math.ceil(max(values) * 10 + 1e-9) / 10
    cells: dict[tuple[int, int], Cell] = {}
    for course, style in reversed(list(zip(courses, ("$accent", "$muted"), strict=False))):
        heights = [(high - value) / (high - low) * (rows * 4 - 1) for value in course.cosines]
        dots = [(2 * column, round(height)) for column, height in zip(columns, heights, strict=True)]
        bits: dict[tuple[int, int], int] = {}
        for x, y in _line(dots):
            bits[x // 2, y // 4] = bits.get((x // 2, y // 4), 0) | DOTS[y % 4][x % 2]
        cells |= {place: (chr(0x2800 + found), style) for place, found in bits.items()}
        for place, (x, y) in enumerate(dots):
            mark = HERE if place == here else POINT
            cells[x // 2, y // 4] = mark, f"bold {style}" if place == here else style
    ticks = {0: high, rows - 1: low} | ({rows // 2: (high + low) / 2} if rows >= 5 and rows % 2 else {})
    lines = []
    for row in range(rows):
        tick = format_cosine(ticks[row]) if row in ticks else ""
        edge = "┤" if row in ticks else "│"
        drawn = [cells.get((x, row), (" ", "")) for x in range(width)]
        lines.append(Content.assemble((f"{tick:>{NAME - 2}} {edge}", "$muted"), *drawn))
    return lines


def _line(dots: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """The dots of straight lines from each to the next."""
    for (x, y), (to_x, to_y) in pairwise(dots):
        steps = max(abs(to_x - x), abs(to_y - y), 1)
        yield from ((round(x + (to_x - x) * n / steps), round(y + (to_y - y) * n / steps)) for n in range(steps + 1))


def _axis(columns: Sequence[int], width: int) -> str:
    """The line under the plot, a mark at each epoch."""
    ends = {column for column in columns if column < width}
    return "".join("┴" if column in ends else "─" for column in range(min(width, columns[-1] + 3)))


def _spread(columns: Sequence[int], here: int) -> list[int]:
    """The places whose values have room: the one looked at, the ends, then what fits between."""
    kept: list[int] = []
    for place in (here, 0, len(columns) - 1, *range(len(columns))):
        if all(abs(columns[place] - columns[other]) >= VALUE for other in kept):
            kept.append(place)
    return sorted(kept)


def _under(
    name: Content, texts: Sequence[str], columns: Sequence[int], shown: Sequence[int], here: int, style: str
) -> Content:
    """A line under the axis: a text at the column of each place that is shown."""
    parts: list[Content] = [name.truncate(NAME - 1).pad_right(NAME - min(NAME - 1, name.cell_length))]
    column = 0
    for place in shown:
        start = max(column, columns[place] - len(texts[place]) // 2)
        parts.append(Content(" " * (start - column)))
        parts.append(Content.styled(texts[place], "bold reverse" if place == here else style))
        column = start + len(texts[place])
    return Content("").join(parts)
