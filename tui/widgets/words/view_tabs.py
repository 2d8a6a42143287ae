"""The views of Words side by side on a line, each with its number; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class ViewTabs(Widget):
    """The current one stands out."""

    current: reactive[str] = reactive("")
    hovered: reactive[str] = reactive("")

    @dataclass
    class Chosen(Message):
        """A view was clicked."""

        view: str

    def __init__(self, views: Sequence[str]) -> None:
        super().__init__()
        self._views = tuple(views)
        self.set_reactive(ViewTabs.current, self._views[0])

    def render(self) -> Content:
        """Numbers and names."""
        parts: list[Content] = []
        for number, view in enumerate(self._views, 1):
            style = "bold reverse" if view == self.current else "underline" if view == self.hovered else "$muted"
            parts.append(Content.assemble((f" {number} ", "bold $accent"), (f" {view.title()} ", style)))
        return Content("").join(parts).truncate(max(1, self.content_size.width))

    def on_click(self, event: events.Click) -> None:
        """Go to the view under the mouse."""
        event.stop()
        if view := self._under(event):
            self.post_message(self.Chosen(view))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what a click would do."""
        self.hovered = self._under(event)

    def on_leave(self) -> None:
        """Nothing, any more."""
        self.hovered = ""

    def _under(self, event: events.MouseEvent) -> str:
        offset = event.get_content_offset(self)
        column = 0
        for view in self._views if offset is not None else ():
            column += len(view) + 5
            if offset is not None and offset.x < column:
                return view
        return ""
