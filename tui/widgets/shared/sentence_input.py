"""The line a person types in. It only ever holds visible characters, and never more than fits a sentence or a page."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from tui import safetext

LIMIT = 5_000


class SentenceInput(Input):
    """An input whose value is always one line of visible characters, at most `LIMIT` of them."""

    @dataclass
    class Cut(Message):
        """More was pasted than is kept."""

        pasted: int
        kept: int

    def validate_value(self, value: str) -> str:
        """Whatever sets the value, it is clean."""
        return clean(value)

    async def _on_key(self, event: events.Key) -> None:
        """Do at once what a key does to the text, as letters are taken at once.

        Left to bubble up through a busy screen, a backspace would come after the letters that were typed behind it.
        """
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        room = LIMIT - (len(self.value) - (end - start))
        text = clean(event.text)
        if len(event.text) > LIMIT or len(text) > room:
            self.post_message(self.Cut(len(event.text), min(room, len(text))))
        self.replace(text[: max(0, room)], start, end)


def clean(text: str) -> str:
    """At most `LIMIT` characters of one visible line."""
    return safetext.one_line(text[:LIMIT].strip("\r\n"))[:LIMIT]
