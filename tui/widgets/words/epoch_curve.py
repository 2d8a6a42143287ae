"""How alike two words were before training and after each of its epochs: a bar each, one of which is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.api import DriftList
from tui import safetext
from tui.widgets.words.neighbor_line import format_cosine

GUTTER = 22
WIDEST = 7
EIGHTHS = " ▁▂▃▄▅▆▇█"


class EpochCurve(Widget):
    """At the left what is shown, at the right the bars over the numbers of their epochs; a click chooses one."""

    @dataclass
    class Chosen(Message):
        """The end of that epoch is to be looked at."""

        epoch: int

    def __init__(self) -> None:
        super().__init__()
        self._shown: DriftList | None = None
        self.display = False

    def show(self, found: DriftList | None) -> None:
        """Show the course of the first pair; nothing where no epochs are kept."""
        self._shown = found if found is not None and found.courses else None
        self.display = self._shown is not None
        self.refresh()

    def render(self) -> Content:
        """The rows of the plot, and the numbers under it."""
        found = self._shown
        if found is None:
            return Content("")
        rows = max(1, self.content_size.height - 1)
        course, step = found.courses[0], self._column(found)
        looked_at = found.best if found.epoch is None else found.epoch
        low, high = min(0.0, *course.cosines), max(0.1, *course.cosines)
        heights = [max(1, round((value - low) / (high - low) * rows * 8)) for value in course.cosines]
        styles = ["$muted", *("$accent" if epoch == looked_at else "$faint" for epoch in found.epochs)]
        said = _said(found, rows)
        lines = []
        for row in range(rows):
            below = 8 * (rows - 1 - row)
            bars = [EIGHTHS[min(8, max(0, height - below))] * (step - 1) for height in heights]
            parts = ((f"{bar} ", style) for bar, style in zip(bars, styles, strict=True))
            lines.append(Content.assemble(said[row], *parts))
        numbers = [
            (f"{name:^{step - 1}}", "bold reverse" if name == str(looked_at) else "$muted")
            for name in ("0", *map(str, found.epochs))
        ]
        keys = Content.assemble(("[", "bold $accent"), " ", ("]", "bold $accent"), (" another epoch", "$muted"))
        spaced = (part for number in numbers for part in (number, " "))
        lines.append(Content.assemble(_gutter(keys), *spaced))
        return Content("\n").join(line.truncate(max(1, self.content_size.width)) for line in lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the epoch under the mouse."""
        event.stop()
        offset, found = event.get_content_offset(self), self._shown
        if offset is None or found is None:
            return
        place = (offset.x - GUTTER) // self._column(found) - 1  # the first is the start
        if offset.x >= GUTTER and 0 <= place < len(found.epochs):
            self.post_message(self.Chosen(found.epochs[place]))

    def _column(self, found: DriftList) -> int:
        """Cells a bar takes with the gap after it."""
        return max(2, min(WIDEST, (self.content_size.width - GUTTER) // (len(found.epochs) + 1)))


def _said(found: DriftList, rows: int) -> list[Content]:
    """What stands at the left of each row of the plot: the words, their cosines, when that was."""
    course = found.courses[0]
    pair = next(pair for pair in found.pairs if (pair.first, pair.second) == (course.first, course.second))
    words = Content.styled(f"{safetext.fit(course.first, 8)} · {safetext.fit(course.second, 8)}", "bold")
    values = Content.assemble((f"{format_cosine(pair.before)} → ", "$muted"), (format_cosine(pair.after), "bold"))
    when = f"finished (epoch {found.best})" if found.epoch is None else f"after epoch {found.epoch}"
    if rows < 3:
        now = Content.assemble((format_cosine(pair.after), "bold"), (f" {when.split(' (', maxsplit=1)[0]}", "$muted"))
        return [_gutter(line) for line in (now, words)[:rows]]
    said = [words, values, Content.styled(when, "$muted"), *[Content("")] * (rows - 3)]
    return [_gutter(line) for line in said]


def _gutter(text: Content) -> Content:
    return text.truncate(GUTTER - 2).pad_right(GUTTER - min(GUTTER - 2, text.cell_length))
