"""Where words look, drawn: a row for each word that looks, a column for each that is looked at, darker the more."""

from __future__ import annotations

from rich.cells import set_cell_size
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from core.api import AttendedWord, Attention
from tui import safetext

LABEL, CELL = 14, 3
"""Cells of a row's word, and of a column."""
STEPS = ((0.5, "██"), (0.25, "▓▓"), (0.1, "▒▒"), (0.03, "░░"), (0.0, " ·"))
"""From which share on which shade: told by its shape, not only by its colour."""
LEGEND = "░ from 3 %  ▒ 10 %  ▓ 25 %  █ 50 %"


Part = str | tuple[str, str]
"""Of a line: text, with a style."""


class AttentionMatrix(Widget, can_focus=True):
    """The words around the one that is looked at closely, as many as there is room for."""

    HELP = "A row shows where its word looks; its strongest are told in words beneath."

    place: reactive[int] = reactive(0)
    """Which word's row is told closely."""

    class Moved(Message):
        """Another word's row is told closely."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: Attention | None = None

    def show(self, answer: Attention | None) -> None:
        """Show these weights; the place stays as long as it exists."""
        self.answer = answer
        if answer is not None:
            self.place = min(self.place, len(answer.words) - 1)
        self.refresh()

    def step(self, by: int) -> None:
        """Tell the row so many further down."""
        if self.answer is not None:
            self.place = max(0, min(len(self.answer.words) - 1, self.place + by))
            self.post_message(self.Moved())

    def render(self) -> Content:
        """Column heads, then the rows."""
        if self.answer is None:
            return Content("")
        rows, columns = self.shown
        words = self.answer.words
        head: list[Part] = [(safetext.column("↓ looks at →", LABEL), "$muted"), " "]
        for column in columns:
            head.append((set_cell_size(safetext.visible(words[column].word), CELL - 1) + " ", _style(words[column])))
        lines = [Content.assemble(*head)]
        for row in rows:
            here = row == self.place
            label = safetext.column(words[row].word, LABEL, "right")
            parts: list[Part] = [(label, "bold reverse" if here else _style(words[row])), " "]
            for column in columns:
                shade = _shade(self.answer.weights[row][column])
                parts.append((f"{shade} ", "$origin-transformer" if shade.strip() != "·" else "$faint"))
            lines.append(Content.assemble(*parts))
        return Content("\n").join(lines)

    @property
    def shown(self) -> tuple[range, range]:
        """The rows and the columns there is room for, around the place."""
        count = len(self.answer.words) if self.answer else 0
        high, wide = max(1, self.content_size.height - 1), max(1, (self.content_size.width - LABEL - 1) // CELL)
        return _window(count, high, self.place), _window(count, wide, self.place)

    def on_click(self, event: events.Click) -> None:
        """Tell the row under the mouse."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is not None and 0 < offset.y <= len(self.shown[0]):
            self.step(self.shown[0][offset.y - 1] - self.place)


def describe_row(answer: Attention, place: int, most: int = 4) -> str:
    """Where one word looks most, in words."""
    row = answer.weights[place]
    best = sorted(range(len(row)), key=lambda other: -row[other])[:most]
    looked = ", ".join(f"{answer.words[other].word} {100 * row[other]:.0f} %" for other in best)
    pieces = answer.words[place].pieces
    of = f" ({pieces} wordpieces)" if pieces > 1 else ""
    return f"{answer.words[place].word}{of} looks at {looked}"


def describe_window(answer: Attention, rows: range, columns: range) -> str:
    """Which part of the words is shown; empty where all are."""
    count = len(answer.words)
    if len(rows) == len(columns) == count:
        return ""
    return f"rows {rows.start + 1}–{rows.stop}, columns {columns.start + 1}–{columns.stop} of {count}"


def _window(count: int, room: int, place: int) -> range:
    start = max(0, min(place - room // 2, count - room))
    return range(start, min(count, start + room))


def _shade(weight: float) -> str:
    return next(shade for least, shade in STEPS if weight >= least)


def _style(word: AttendedWord) -> str:
    """The text's own words stand out among boundaries and template."""
    return "" if word.part == "text" else "$muted"
