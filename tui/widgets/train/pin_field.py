"""The field for sentences that a new run answers while it learns: Enter adds one, backspace takes the last back."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input, Label, Static

from core.runs.pins import LONGEST, MOST
from tui import safetext
from tui.widgets.shared.sentence_input import SentenceInput

_INDENT = 9
"""Cells of the form's labels."""


def add_pins(command: str, pins: Sequence[str]) -> str:
    """The command that pins these sentences, too. One that begins with a dash would be read as an option of its own."""
    return " ".join(
        [command, *(f"--pin={shlex.quote(pin)}" if pin[:1] == "-" else f"--pin {shlex.quote(pin)}" for pin in pins)]
    )


class PinInput(SentenceInput):
    """A line for the next sentence. Several that are pasted are several sentences."""

    class Pasted(Message):
        """Several lines were pasted."""

        def __init__(self, lines: list[str]) -> None:
            super().__init__()
            self.lines = lines

    class TakenBack(Message):
        """Backspace was pressed in the empty line."""

    def _on_paste(self, event: events.Paste) -> None:
        lines = [line for line in event.text.splitlines() if line.strip()]
        if len(lines) < 2:
            super()._on_paste(event)
            return
        event.stop()
        event.prevent_default()
        self.post_message(self.Pasted(lines))

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "backspace" and not self.value:
            event.stop()
            event.prevent_default()
            self.post_message(self.TakenBack())
            return
        await super()._on_key(event)


class PinField(Vertical):
    """A line, and under it what is pinned. Posts `Changed` when that is something else.

    `suggested` is pinned until the person adds a sentence or takes one back; `offered` is what Enter adds to begin
    with. Both may hold anything.
    """

    suggested: var[tuple[str, ...]] = var(())
    offered: var[str] = var("")

    class Changed(Message):
        """Other sentences are pinned than before."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._own: tuple[str, ...] | None = None
        """The person's choice; None as long as there is none."""

    @property
    def pins(self) -> tuple[str, ...]:
        """The sentences that are pinned."""
        return self.suggested if self._own is None else self._own

    def compose(self) -> ComposeResult:
        """The line, then what is pinned."""
        yield Horizontal(Label("pin", classes="form--label"), PinInput(id="pin", compact=True), classes="form--row")
        yield Static(id="pinned", classes="form--note")

    def on_mount(self) -> None:
        """Show what is suggested."""
        self.query_one(PinInput).max_length = LONGEST
        self._show()

    def watch_suggested(self) -> None:
        """Something else is suggested."""
        if self.is_mounted:
            self._show()
            if self._own is None:
                self.post_message(self.Changed())

    def watch_offered(self) -> None:
        """Something else is read in Read."""
        if self.is_mounted:
            self._show()

    def on_resize(self) -> None:
        """Sentences are cut to the room there is."""
        self._show()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Pin what is typed; of nothing, what is offered."""
        event.stop()
        self._add([event.value.strip() or self.offered.strip()])
        event.input.clear()

    @on(PinInput.Pasted)
    def _pasted(self, event: PinInput.Pasted) -> None:
        event.stop()
        self._add([line.strip() for line in event.lines])

    @on(PinInput.TakenBack)
    def _taken_back(self, event: PinInput.TakenBack) -> None:
        """Take the last sentence back into the line, to be changed or dropped."""
        event.stop()
        if self.pins:
            *kept, last = self.pins
            line = self.query_one(PinInput)
            line.value, line.cursor_position = last, len(last)
            self._set(tuple(kept))

    def _add(self, sentences: Sequence[str]) -> None:
        wanted = dict.fromkeys((*self.pins, *(sentence[:LONGEST] for sentence in sentences if sentence)))
        if len(wanted) > MOST:
            self.notify(f"A run takes {MOST} sentences at most.", severity="warning", markup=False)
        self._set(tuple(wanted)[:MOST])

    def _set(self, pins: tuple[str, ...]) -> None:
        if pins != self.pins:
            self._own = pins
            self._show()
            self.post_message(self.Changed())

    def _show(self) -> None:
        line, pinned = self.query_one(PinInput), self.query_one("#pinned", Static)
        offered = self.offered.strip()
        if offered and offered not in self.pins:
            line.placeholder = f"Enter adds: {safetext.one_line(offered)}"
        else:
            line.placeholder = "Enter adds, ⌫ takes back" if self.pins else "a sentence; Enter adds it"
        cells = max(8, self.size.width - _INDENT - 2)
        told = [Content.assemble(("● ", "$accent"), safetext.fit(safetext.one_line(pin), cells)) for pin in self.pins]
        pinned.update(Content("\n").join(told))
        pinned.display = bool(told)
