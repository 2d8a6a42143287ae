"""How a word is looked at, in a few lines: each choice with the key that changes it, and what it means.

At first only what a newcomer needs; a key shows all choices and the other keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui import safetext

GAP = 3
SHORT = 30
"""Rows of a screen under which the essentials take one line."""
OTHER_KEYS = (
    ("e", "another sentence"), ("/", "any word"), ("p", "pin the place"), ("g", "all models"), ("b", "build the index"),
    ("x", "save"), ("y", "copy"), ("F6", "era card"), ("d", "fewer options"),
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """One option: its `key` changes it, `value` is what it is now, `meaning` a sentence about that."""

    key: str
    option: str
    name: str
    value: str
    meaning: str = ""
    essential: bool = False


class OptionBar(Widget, can_focus=True):
    """The choices that mean something to the view that is shown; `lead` says what the view is."""

    HELP = "Left and right go through the options, enter changes one; below stands what it means. d shows all or few."
    BINDINGS = [
        Binding("right", "walk(1)", "Option", key_display="←→"),
        Binding("left", "walk(-1)", "Option before", show=False),
        Binding("enter,space", "change", "Change", key_display="⏎"),
    ]

    at: reactive[str] = reactive("")
    """The option that is explained."""
    all_shown: reactive[bool] = reactive(False, layout=True)

    @dataclass
    class Clicked(Message):
        """An option is to be changed."""

        option: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._choices: tuple[Choice, ...] = ()
        self._remark = self._lead = ""

    def show(self, choices: Sequence[Choice], remark: str = "", lead: str = "") -> None:
        """Show these choices, a remark at the end of them, and what the view is where none is explained."""
        shown = (tuple(choices), remark, lead)
        if shown != (self._choices, self._remark, self._lead):
            self._choices, self._remark, self._lead = shown
            self.refresh(layout=True)

    @property
    def shown(self) -> tuple[Choice, ...]:
        """The choices that are shown: all, or the essential ones and the one that was changed last."""
        return tuple(each for each in self._choices if self.all_shown or each.essential or each.option == self.at)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as it takes."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The choices, what they mean, and with all of them the other keys."""
        return Content("\n").join(self._lines(max(1, self.content_size.width)))

    def _lines(self, cells: int) -> list[Content]:
        parts = [part for _, part in self._parts()]
        meaning = safetext.content(self._meaning, "$muted")
        if self.all_shown:
            return [*_wrap(parts, cells), *_wrap([meaning], cells), *_wrap([_key(*key) for key in OTHER_KEYS], cells)]
        lines = _wrap([*parts, meaning], cells)
        if len(lines) == 1 or self._is_asked or self.app.size.height >= SHORT:
            return lines
        return _wrap(parts or [meaning], cells)[:1]

    def _parts(self) -> list[tuple[str, Content]]:
        """The choices, and the remark, which is none."""
        here = self.at if self.has_focus else ""
        parts = [(choice.option, _shown(choice, choice.option == here)) for choice in self.shown]
        return [*parts, ("", safetext.content(self._remark, "$muted"))] if self._remark else parts

    @property
    def _is_asked(self) -> bool:
        """Whether one option is to be explained."""
        return any(choice.option == self.at for choice in self.shown)

    @property
    def _meaning(self) -> str:
        return next((choice.meaning for choice in self.shown if choice.option == self.at), self._lead)

    def watch_at(self) -> None:
        """Another meaning, of another length."""
        self.refresh(layout=True)

    def on_focus(self) -> None:
        """Begin at the first option."""
        if not self._is_asked:
            self.action_walk(1)

    def action_walk(self, step: int) -> None:
        """Go to the next option, round and round."""
        options = [choice.option for choice in self.shown]
        if options:
            here = options.index(self.at) if self.at in options else -1
            self.at = options[(here + step) % len(options)]

    def action_change(self) -> None:
        """Change the option that is explained."""
        if self._is_asked:
            self.post_message(self.Clicked(self.at))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain what is under the mouse."""
        if option := self._under(event):
            self.at = option

    def on_click(self, event: events.Click) -> None:
        """Change the choice under the mouse."""
        event.stop()
        if option := self._under(event):
            self.post_message(self.Clicked(option))

    def _under(self, event: events.MouseEvent) -> str:
        offset = event.get_content_offset(self)
        if offset is None:
            return ""
        row = column = 0
        for option, part in self._parts():
            if column and column + part.cell_length > self.content_size.width:
                row, column = row + 1, 0
            if offset.y == row and column <= offset.x < column + part.cell_length:
                return option
            column += part.cell_length + GAP
        return ""


def _shown(choice: Choice, here: bool) -> Content:
    value = (safetext.fit(choice.value, 40), "reverse" if here else "")
    return Content.assemble((choice.key, "bold $accent"), (f" {choice.name} ", "$muted"), value)


def _key(key: str, words: str) -> Content:
    return Content.assemble((key, "bold $accent"), (f" {words}", "$muted"))


def _wrap(parts: Sequence[Content], cells: int) -> list[Content]:
    """As many parts on a line as fit; one that is longer than a line is broken at its words."""
    lines: list[list[Content]] = [[]]
    for part in (each for each in parts if each.cell_length):
        for piece in part.wrap(cells) if part.cell_length > cells else [part]:
            taken = sum(each.cell_length + GAP for each in lines[-1])
            if taken and taken + piece.cell_length > cells:
                lines.append([])
            lines[-1].append(piece)
    return [Content(" " * GAP).join(line) for line in lines if line]
