"""How a word is looked at, on a line: each choice with the key that changes it; a click changes it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui import safetext

GAP = 3


@dataclass(frozen=True)
class Choice:
    """One option: its `key` changes it, `value` is what it is now, `of` says what else there is."""

    key: str
    option: str
    name: str
    value: str
    of: str = ""


class OptionBar(Widget):
    """The choices that mean something to the view that is shown."""

    @dataclass
    class Clicked(Message):
        """An option is to be changed."""

        option: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._choices: tuple[Choice, ...] = ()
        self._remark = ""

    def show(self, choices: Sequence[Choice], remark: str = "") -> None:
        """Show these choices, and a remark at the end of the line."""
        self._choices, self._remark = tuple(choices), remark
        self.refresh()

    def render(self) -> Content:
        """Key, name and value of each, with as many words as fit."""
        cells = max(1, self.content_size.width)
        remark = [safetext.content(self._remark, "$muted")] if self._remark else []
        return Content(" " * GAP).join([*self._parts(), *remark]).truncate(cells, ellipsis=True)

    def _parts(self) -> list[Content]:
        """Each choice: in full, without what else there is, or as key and value alone."""
        room = self.content_size.width + GAP - (safetext.width(self._remark) + GAP if self._remark else 0)
        for brevity in range(3):
            parts = [_shown(choice, brevity) for choice in self._choices]
            if sum(part.cell_length + GAP for part in parts) <= room:
                break
        return parts

    def on_click(self, event: events.Click) -> None:
        """Change the choice under the mouse."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None:
            return
        column = 0
        for choice, part in zip(self._choices, self._parts(), strict=True):
            column += part.cell_length + GAP
            if offset.x < column:
                self.post_message(self.Clicked(choice.option))
                return


def _shown(choice: Choice, brevity: int) -> Content:
    name = f" {choice.name} " if brevity < 2 else " "
    of = f" {choice.of}" if choice.of and brevity == 0 else ""
    return Content.assemble(
        (choice.key, "bold $accent"), (name, "$muted"), safetext.fit(choice.value, 28), (of, "$muted")
    )
