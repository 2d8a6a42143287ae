"""The sentences to try, one a line; a click puts one into the input."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.presets import Preset, presets


class Example(Static):
    """One sentence."""

    def __init__(self, preset: Preset) -> None:
        super().__init__(Content.assemble(preset.text, (f"  {preset.name}", "$muted")))
        self._preset = preset

    def on_click(self, event: events.Click) -> None:
        """Take it."""
        event.stop()
        self.post_message(Examples.Chosen(self._preset.text))


class Examples(Vertical):
    """All of them, under a heading that names the key."""

    @dataclass
    class Chosen(Message):
        """A sentence was clicked."""

        text: str

    def compose(self) -> ComposeResult:
        """Heading and lines."""
        yield Static(Content.assemble(("Try one: ", "$muted"), ("ctrl+n", "bold $accent"), (" or a click", "$muted")))
        for preset in presets():
            yield Example(preset)
