"""The texts that are wrong, or that two models answer differently, one a line."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from core import api
from tui import safetext

WIDEST = 12
"""Cells of a class's name, at most."""
PERCENT = 5
MARKS = {True: ("✓ ", "$success"), False: ("✗ ", "$error")}


class ErrorTexts(OptionList):
    """The lines are cut to the width; the chosen one is told in full beneath."""

    HELP = "↑↓ choose a text, Enter opens it in Read."

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._found: api.ErrorList | None = None

    def show(self, found: api.ErrorList | None) -> None:
        """List the texts of an answer, or nothing; the place stays as far as there are so many."""
        place, self._found = self.highlighted or 0, found
        self._draw()
        if self.option_count:
            self.highlighted = min(place, self.option_count - 1)

    def on_resize(self) -> None:
        """Cut the lines anew."""
        place = self.highlighted
        self._draw()
        if self.option_count:
            self.highlighted = place

    @property
    def chosen(self) -> api.JudgedText | None:
        """The text that is chosen, if any."""
        if self._found is None or self.highlighted is None or self.highlighted >= len(self._found.texts):
            return None
        return self._found.texts[self.highlighted]

    def _draw(self) -> None:
        found = self._found
        texts = found.texts if found else ()
        name = min(
            WIDEST, max((safetext.width(safetext.one_line(each)) for each in found.labels), default=0) if found else 0
        )
        self.set_options(Option(draw_text(text, name, self.size.width - 3)) for text in texts)


def draw_text(text: api.JudgedText, name: int, width: int) -> Content:
    """One line of at most `width` cells; classes have `name` cells each."""
    if text.other is None:
        said = [
            (f"{_percent(text.answer.probability)}  ", "bold"),
            (f"{_class(text.label, name)} → {_class(text.answer.label, name)}  ", ""),
        ]
    else:
        said = [(f"{100 * text.margin:>4.0f}  ", "bold")]
        for each in (text.answer, text.other):
            said += [MARKS[each.right], (f"{_class(each.label, name)} {_percent(each.probability)}  ", "")]
    left = sum(safetext.width(part) for part, _ in said)
    return Content.assemble(*said, (safetext.fit(safetext.one_line(text.text), max(0, width - left)), "$muted"))


def head_texts(found: api.ErrorList) -> str:
    """What stands in the lines."""
    return "margin, and the answers of both" if found.against else "sure of it, true class → answer"


def _class(label: str, cells: int) -> str:
    return safetext.column(safetext.one_line(label), cells)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %".rjust(PERCENT)
