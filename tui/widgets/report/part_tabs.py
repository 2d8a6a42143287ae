"""The parts of a report by name, the one that is shown in bold; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class PartTabs(Horizontal):
    """Posts `Chosen` when a name is clicked."""

    class Chosen(Message):
        """Go to the part of that number, from 0."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = tuple(names)

    def compose(self) -> ComposeResult:
        """A name a part."""
        for place, name in enumerate(self._names):
            yield _Tab(place, name)

    def show(self, place: int) -> None:
        """Mark that part."""
        for tab in self.query(_Tab):
            tab.set_class(tab.place == place, "-current")


class _Tab(Static):
    def __init__(self, place: int, name: str) -> None:
        super().__init__(Content(name))
        self.place = place

    def on_click(self, event: events.Click) -> None:
        """Go there."""
        event.stop()
        self.post_message(PartTabs.Chosen(self.place))
