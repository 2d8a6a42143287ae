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

from core.api import Failed, Neighbor, NeighborList
from core.api.parts import STABLE
from tui import safetext
from tui.widgets.words.neighbor_line import SHAKY, UNKNOWN, describe_baseline, neighbor_line

NOISE = 0.1
"""The share of the ten nearest that another seed keeps, under which they are noise: word2vec has 0.55, scratch 0.01."""


class WordNeighbors(Vertical):
    """A pane: note and list; enter or a click looks a neighbour up in turn."""

    HELP = (
        "Enter looks the highlighted word up in turn. A star marks a neighbour that not every model of this era has "
        "among its ten nearest: trained from another seed, another word would stand there. A question mark: so far "
        "down no other seed was looked at. Where another seed keeps next to none of the ten, all of them are noise."
    )
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

    @property
    def found(self) -> NeighborList | None:
        """What is shown."""
        return self._shown

    def show(self, found: NeighborList) -> None:
        """Show neighbours, or nearest spellings for an unknown word."""
        self._shown = found
        word = safetext.fit(found.word, 24)
        if found.known:
            self._head(
                Content.assemble(("like ", "$muted"), (word, "bold $foreground"), (" as a word", "$muted")), found
            )
            few = STABLE if _are_noise(found) else None
            self._fill([neighbor.neighbor for neighbor in found.neighbors[:few]])
        else:
            self._head(Content.assemble((word, "bold"), (" is unknown", "$warning")), found)
            self._fill(list(found.suggestions))

    def say_failure(self, failed: Failed) -> None:
        """Show why there is no answer."""
        self.say(Content.styled("✕ no answer", "bold $error"), f"{failed.message} {failed.hint}")

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """The digits are the screen's, unless there are spellings to choose from."""
        return action != "choose" or (self._shown is not None and not self._shown.known)

    def action_choose(self, number: int) -> None:
        """Take the spelling with that number."""
        if number <= len(self._words):
            self.post_message(self.Chosen(self._words[number - 1]))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._words):
            self.post_message(self.Chosen(self._words[event.option_index]))

    def _head(self, heading: Content, found: NeighborList) -> None:
        self.border_title = heading
        self.border_subtitle = None
        if not found.known:
            note = "Nearest spellings (↓, then enter or a number; or click):"
            if not found.suggestions:
                note = "No word this model knows is spelled like it."
        else:
            # Nobody published how often the text of a pretrained transformer holds a word.
            times = f"{found.count:,} times in the text" if found.count else ""
            subtitle = "cosine · count" if found.count else "cosine"
            stable = ""
            if found.overlap is not None:
                stable = f"another seed keeps {100 * found.overlap:.0f} % of ten"
                subtitle += f" · {SHAKY} seed varies · {UNKNOWN} unknown" if not _are_noise(found) else ""
            self.border_subtitle = subtitle
            parts = [found.remark, times, found.note, describe_baseline(found.baseline), stable]
            if _are_noise(found):
                parts = [f"These neighbours are noise: {stable}", times, found.note]
            note = " · ".join(filter(None, parts))
        self.query_one(".pane-note", Static).update(safetext.content(note))

    def _fill(self, words: list[str]) -> None:
        self._words = words
        options = self.query_one(OptionList)
        highlighted = options.highlighted
        options.clear_options()
        cells = max(20, options.scrollable_content_region.width or self.content_size.width) - 2
        found = self._shown
        if found is not None and found.known:
            noise = _are_noise(found)
            lines = ((n, " " if noise else _mark(found, n)) for n in found.neighbors[: len(words)])
            options.add_options([Option(neighbor_line(n, cells, mark, noise)) for n, mark in lines])
        else:
            options.add_options(
                [
                    Option(Content.assemble((f"{n:>2} ", "$muted"), safetext.fit(w, cells - 3)))
                    for n, w in enumerate(words, 1)
                ]
            )
        if highlighted is not None and options.has_focus and highlighted < len(words):
            options.highlighted = highlighted


def _are_noise(found: NeighborList) -> bool:
    """Whether another seed would have other words throughout."""
    return found.overlap is not None and found.overlap < NOISE


def _mark(found: NeighborList, neighbor: Neighbor) -> str:
    if found.overlap is None:
        return " "
    if neighbor.rank > STABLE:
        return UNKNOWN
    return SHAKY if found.shaky(neighbor) else " "
