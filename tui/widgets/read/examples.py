"""The sentences to try, one a line; a click puts one into the input."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui import safetext
from tui.presets import presets


class Examples(Widget):
    """All of them, under a heading that names the key. One widget, since the first frame waits for it."""

    hovered: reactive[int | None] = reactive(None)

    @dataclass
    class Chosen(Message):
        """A sentence was clicked."""

        text: str

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The heading and the sentences."""
        return 1 + len(presets())

    def render(self) -> Content:
        """Heading and lines, the one under the mouse in another colour."""
        lines = [Content.assemble(("Try one: ", "$muted"), ("ctrl+n", "bold $accent"), (" or a click", "$muted"))]
        for place, preset in enumerate(presets()):
            line = Content.assemble(preset.text, (f"  {preset.name} · {preset.turn}", "$muted"))
            lines.append(line.stylize("$accent underline", 0, len(preset.text)) if place == self.hovered else line)
        cells = self.content_size.width
        return Content("\n").join(
            line.truncate(cells, ellipsis=True) if line.cell_length > cells else line for line in lines
        )

    def on_click(self, event: events.Click) -> None:
        """Take the sentence under the mouse."""
        event.stop()
        if (place := self._place(event)) is not None:
            self.post_message(self.Chosen(presets()[place].text))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what a click would take."""
        self.hovered = self._place(event)

    def on_leave(self) -> None:
        """Nothing, any more."""
        self.hovered = None

    def _place(self, event: events.MouseEvent) -> int | None:
        offset = event.get_content_offset(self)
        if offset is None or not 1 <= offset.y <= len(presets()):
            return None
        place = offset.y - 1
        return place if offset.x < safetext.width(presets()[place].text) else None
