"""The sentences that are pinned to a run, and those that could be: typed here, or read before in Read."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from core.runs.pins import LONGEST, MOST
from tui import safetext

CELLS = 160


class Pinning(ModalScreen[tuple[str, ...] | None]):
    """Dismissed with the pins as they are to be. `offered`: sentences to choose from, the likeliest first."""

    TITLE = "Pinned sentences"
    HELP = (
        f"A run answers up to {MOST} pinned sentences while it learns: each is a curve, and its tokens recolour at "
        "every evaluation. Type one and press Enter, or go down and choose one that was read before; Enter pins it, or "
        "takes the pin off. Esc closes; the pins are as they stand then."
    )
    BINDINGS = [
        Binding("escape", "keep", "Close", key_display="esc", id="pinning.close"),
        Binding("down", "into_list", "To the list", show=False, id="pinning.list"),
    ]

    def __init__(self, pinned: Sequence[str], offered: Sequence[str]) -> None:
        super().__init__()
        self._pinned = list(pinned)
        self._texts = list(dict.fromkeys((*pinned, *offered)))

    def compose(self) -> ComposeResult:
        """A line to type in, and the list."""
        with Vertical(id="sentences"):
            yield Input(placeholder="type a sentence, Enter pins it", max_length=LONGEST, id="pin-typed")
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """What is pinned comes first."""
        self._list(0)
        self.query_one(Input).focus()

    def _list(self, highlighted: int) -> None:
        dialog, options = self.query_one("#sentences"), self.query_one(OptionList)
        dialog.border_title = f"Pinned sentences: {len(self._pinned)} of {MOST}"
        dialog.border_subtitle = "Enter pins, or unpins · Esc closes"
        options.clear_options()
        for text in self._texts:
            mark = ("● ", "bold $accent") if text in self._pinned else ("  ", "")
            options.add_option(Option(Content.assemble(mark, safetext.fit(safetext.one_line(text), CELLS))))
        options.highlighted = min(highlighted, len(self._texts) - 1) if self._texts else None

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if text and text not in self._pinned and self._room():
            self._pinned.append(text)
            self._texts = list(dict.fromkeys((text, *self._texts)))
            event.input.clear()
            self._list(0)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        text = self._texts[event.option_index]
        if text in self._pinned:
            self._pinned.remove(text)
        elif self._room():
            self._pinned.append(text)
        self._list(event.option_index)

    def _room(self) -> bool:
        if len(self._pinned) < MOST:
            return True
        self.notify(f"A run takes {MOST} sentences: unpin one first.", severity="warning", markup=False)
        return False

    def action_into_list(self) -> None:
        """From the line into the list."""
        self.query_one(OptionList).focus()

    def action_keep(self) -> None:
        """Close; the pins are as they stand."""
        self.dismiss(tuple(self._pinned))
