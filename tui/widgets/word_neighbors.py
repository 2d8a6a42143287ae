"""The words nearest to a word, without a sentence: rank, word, how near, how often it stood in the text."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core.api import Neighbor, NeighborList
from tui import safetext

RANK, SCORE, COUNT = 3, 5, 8
LONGEST = 18


class WordNeighbors(Vertical):
    """A pane: note and list; enter or a click looks a neighbour up in turn."""

    BINDINGS = [Binding(str(n), f"choose({n})", "Take a spelling", show=False, key_display="1-9") for n in range(1, 10)]

    @dataclass
    class Chosen(Message):
        """A neighbour or a spelling is to be looked up."""

        word: str

    def compose(self) -> ComposeResult:
        """Note and list."""
        yield Static(classes="pane-note")
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Nothing yet."""
        self._words: list[str] = []
        self._shown: NeighborList | None = None

    def show(self, found: NeighborList) -> None:
        """Show neighbours, or nearest spellings for an unknown word."""
        self._shown = found
        word = safetext.fit(found.word, 24)
        if found.known:
            self._head(
                Content.assemble(("like ", "$muted"), (word, "bold $foreground"), (" as a word", "$muted")), found
            )
            self._fill([neighbor.neighbor for neighbor in found.neighbors])
        else:
            self._head(Content.assemble((word, "bold"), (" is unknown", "$warning")), found)
            self._fill(list(found.suggestions))

    def say(self, heading: Content, note: str) -> None:
        """Show words in place of neighbours."""
        self._shown = None
        self.border_title, self.border_subtitle = heading, None
        self.query_one(".pane-note", Static).update(safetext.content(note))
        self._fill([])

    def on_resize(self) -> None:
        """The bars take the room there is."""
        if self._shown is not None:
            self._fill(self._words)

    def action_choose(self, number: int) -> None:
        """Take the spelling with that number."""
        if self._shown is not None and not self._shown.known and number <= len(self._words):
            self.post_message(self.Chosen(self._words[number - 1]))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._words):
            self.post_message(self.Chosen(self._words[event.option_index]))

    def _head(self, heading: Content, found: NeighborList) -> None:
        if found.known:
            # Nobody published how often the text of a pretrained transformer holds a word.
            note = f"{found.count:,} times in the text · {found.note}" if found.count else found.note
        elif found.suggestions:
            note = "Nearest spellings (number, enter or click):"
        else:
            note = "No word this model knows is spelled like it."
        self.border_title = heading
        self.border_subtitle = ("cosine · times in the text" if found.count else "cosine") if found.known else None
        self.query_one(".pane-note", Static).update(safetext.content(note))

    def _fill(self, words: list[str]) -> None:
        self._words = words
        options = self.query_one(OptionList)
        highlighted = options.highlighted
        options.clear_options()
        cells = max(20, options.scrollable_content_region.width or self.content_size.width) - 2
        found = self._shown
        if found is not None and found.known:
            options.add_options([Option(_line(neighbor, cells)) for neighbor in found.neighbors])
        else:
            options.add_options(
                [
                    Option(Content.assemble((f"{n:>2} ", "$muted"), safetext.fit(w, cells - 3)))
                    for n, w in enumerate(words, 1)
                ]
            )
        if highlighted is not None and options.has_focus and highlighted < len(words):
            options.highlighted = highlighted


def _line(neighbor: Neighbor, cells: int) -> Content:
    room = cells - RANK - SCORE - COUNT
    word_cells = min(LONGEST, room)
    bar_cells = room - word_cells
    filled = round(max(0.0, min(1.0, neighbor.score)) * bar_cells * 2)
    bar = ("━" * (filled // 2) + "╸" * (filled % 2)).ljust(bar_cells)
    return Content.assemble(
        (f"{neighbor.rank:>2} ", "$muted"),
        safetext.column(neighbor.neighbor, word_cells - 1),
        " ",
        (bar, "$origin-vectors"),
        (f"{neighbor.score:>{SCORE}.2f}", ""),
        (f"{neighbor.count:>{COUNT},}" if neighbor.count else " " * COUNT, "$muted"),
    )
