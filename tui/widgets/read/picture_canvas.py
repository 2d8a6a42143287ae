"""The lecture's drawing on the screen: as many words as there is room for, those around the chosen one first."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from core.drawing.lecture import Frame, Known, draw
from core.drawing.spans import Line
from core.drawing.word import draw_word
from tui import safetext
from tui.widgets.shared.painting import paint_all

GUTTER, WIDE_GUTTER, WIDE = 18, 24, 100
NARROWEST, WIDEST = 10, 18
"""Cells of a word's column."""
TALL, VERY_TALL = 34, 48
"""Lines of a terminal from which more templates, and more of each vector, are drawn."""


class PictureCanvas(Widget, can_focus=True):
    """A model over a sentence; left and right choose the word whose memory is traced."""

    HELP = "Left and right go from word to word: what each state still holds of the word stands under it."
    BINDINGS = [
        Binding("left", "step(-1)", "Word", key_display="←→", id="picture.left"),
        Binding("right", "step(1)", "Next word", show=False, id="picture.right"),
        Binding("home", "step(-1000000)", "First word", show=False),
        Binding("end", "step(1000000)", "Last word", show=False),
    ]

    known: reactive[Known | None] = reactive(None, layout=True, always_update=True)
    said = reactive("", layout=True)
    """What stands in the picture's place while there is none."""
    chosen: reactive[int | None] = reactive(None, layout=True)

    @dataclass
    class Typed(Message):
        """Something was typed that belongs into the sentence."""

        character: str

    def validate_chosen(self, chosen: int | None) -> int | None:
        """A word that there is."""
        count = len(self.known.states.tokens) if self.known else 0
        return None if chosen is None or not count else max(0, min(count - 1, chosen))

    def watch_known(self) -> None:
        """The word stays chosen as long as there is one in its place."""
        self.chosen = self.chosen

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as are drawn."""
        return max(1, len(self._lines(width)))

    def render(self) -> Content:
        """The picture, or why there is none."""
        width = self.content_size.width
        if self.known is None:
            return Content.styled(safetext.fit(self.said, 4 * width), "italic $muted")
        return paint_all(self._lines(width), self.app.current_theme.ansi)

    def on_key(self, event: events.Key) -> None:
        """What is typed belongs into the sentence."""
        if event.is_printable and event.character:
            event.stop()
            self.post_message(self.Typed(event.character))

    def action_step(self, step: int) -> None:
        """Choose the word before or after."""
        count = len(self.known.states.tokens) if self.known else 0
        before = -1 if step > 0 else count
        self.chosen = (before if self.chosen is None else self.chosen) + step

    def _lines(self, width: int) -> list[Line]:
        if self.known is None:
            return []
        gutter = WIDE_GUTTER if width >= WIDE else GUTTER
        count = len(self.known.states.tokens)
        room = width - gutter
        column = max(NARROWEST, min(WIDEST, room // max(1, count)))
        shown = max(1, room // column)
        blanks = 6 if self.app.size.height >= TALL else 2
        deep = 3 if self.app.size.height >= VERY_TALL else 1
        frame = Frame(gutter, column, self._first(count, shown), shown, self.chosen, blanks, deep)
        lines = draw(self.known, frame)
        if self.chosen is not None:
            lines += draw_word(self.known, self.chosen, gutter, room)
        return lines

    def _first(self, count: int, shown: int) -> int:
        """Where the columns begin, so that the chosen word is among them."""
        middle = (self.chosen or 0) - shown // 2
        return max(0, min(count - shown, middle))
