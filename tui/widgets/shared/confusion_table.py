"""Who is taken for whom: a class a line with its scores, beside it the matrix, or of many classes the worst pairs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from core import api
from tui import safetext

WIDEST = 16
"""Cells of a class's name, at most."""
CELL = 9
"""Of a count, with its class's name above it."""
TITLES = (("n", 7), ("precision", 11), ("recall", 8), ("F1", 7))
"""Of a class's scores, with the cells of each."""
GAP = "   "


class ConfusionTable(Widget):
    """As tall as there are classes; what holds it scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._found: api.ErrorList | None = None

    def show(self, found: api.ErrorList | None) -> None:
        """Show the classes of an answer, or nothing."""
        self._found = found
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """A heading and a line a class."""
        return 1 + len(self._found.classes) if self._found else 0

    def render(self) -> Content:
        """The table in the width there is."""
        return Content("\n").join(draw_confusion(self._found, self.size.width)) if self._found else Content("")


def draw_confusion(found: api.ErrorList, width: int) -> Iterator[Content]:
    """The table in at most `width` cells: a heading, then a line a class."""
    name = min(WIDEST, max(4, *(safetext.width(safetext.one_line(label)) for label in found.labels)))
    heading = [(f"{'true':<{name}}{''.join(title.rjust(cells) for title, cells in TITLES)}{GAP}", "$muted")]
    left = safetext.width(heading[0][0])
    if left + CELL * len(found.labels) <= width:
        for label in found.labels:
            heading.append((safetext.column(f"→ {safetext.one_line(label)}", CELL - 1).rjust(CELL), "$muted"))
        yield Content.assemble(*heading)
        for place, score in enumerate(found.classes):
            yield Content.assemble(*_scores(score, name), *_counts(found.confusion[place], place))
        return
    yield Content.assemble(*heading, ("confused most often", "$muted"))
    pairs = [
        f"{safetext.one_line(true)} → {safetext.one_line(said)}  {count:,}"
        for true, said, count in api.list_confusions(found.labels, found.confusion)
    ]
    for each, pair in zip_longest(found.classes, pairs[: len(found.classes)]):
        yield Content.assemble(*_scores(each, name), safetext.fit(pair or "", max(0, width - left)))


def _scores(score: api.ClassScore, name: int) -> Iterator[tuple[str, str]]:
    shares = ("–" if each is None else f"{100 * each:.1f}" for each in (score.precision, score.recall, score.f1))
    yield safetext.column(safetext.one_line(score.label), name), "bold"
    for text, (_, cells) in zip((f"{score.n:,}", *shares), TITLES, strict=True):
        yield text.rjust(cells), ""
    yield GAP, ""


def _counts(counts: tuple[int, ...], place: int) -> Iterator[tuple[str, str]]:
    """A row of the matrix; what is right is bold."""
    for column, count in enumerate(counts):
        yield f"{count:>{CELL},}", "bold" if column == place else "" if count else "$faint"
