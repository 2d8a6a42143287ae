"""The words that a language model finds likeliest at a blank, and which of them count for a class."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from core import api
from tui import safetext
from tui.widgets.read.class_marks import colour_of, mark_of
from tui.widgets.read.likely_words import format_percent

PERCENT, LABEL, WORD = 8, 11, 13
ROOMY = 46
"""Cells from which a class is named beside its mark."""


class BlankWords(Widget):
    """A heading, a line a word (mark, word, bar, percent), and where there is room the answer words below."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: api.AskedTemplate | None = None

    def show(self, asked: api.AskedTemplate | None) -> None:
        """Show one template's blank."""
        self._asked = asked
        self.refresh()

    def render(self) -> Content:
        """As many lines as there is room for."""
        asked, cells = self._asked, self.content_size.width
        if asked is None:
            return Content("")
        labels = tuple(asked.sums)
        lines = [_heading("likeliest at the blank", cells)]
        most = max((each.probability for each in asked.likeliest), default=0.0)
        lines += [_line(each, labels, most, cells) for each in asked.likeliest]
        room = self.content_size.height - len(lines)
        if room > len(labels) * 2 + 2:
            lines += [Content(""), _heading("answer words, the likeliest of each class", cells)]
            each_class = max(1, (room - 2) // len(labels))
            for label in labels:
                lines += [_line(word, labels, most, cells) for word in asked.words if word.label == label][:each_class]
        return Content("\n").join(lines[: self.content_size.height])


def _heading(said: str, cells: int) -> Content:
    return Content.styled(safetext.fit(said, cells), "$muted")


def _line(word: api.BlankWord, labels: tuple[str, ...], most: float, cells: int) -> Content:
    """`most`: the probability that fills the bar."""
    counts = bool(word.label)
    paint = colour_of(word.label, labels)
    named = LABEL if cells >= ROOMY else 0
    width = max(2, min(WORD, cells - 2 - PERCENT))
    bar = max(0, cells - 2 - width - named - PERCENT)
    halves = round(min(1.0, word.probability / most if most else 0.0) * bar * 2)
    drawn = "━" * (halves // 2) + "╸" * (halves % 2)
    return Content.assemble(
        (f"{mark_of(word.label, labels)} ", f"bold {paint}"),
        (safetext.column(word.word, width - 1) + " ", f"bold {paint}" if counts else ""),
        (safetext.column(word.label, named - 1) + " " if named else "", paint),
        (drawn, paint if counts else "$muted"),
        ("─" * (bar - len(drawn)), "$faint"),
        (f"{format_percent(word.probability):>{PERCENT}}", paint),
    )
