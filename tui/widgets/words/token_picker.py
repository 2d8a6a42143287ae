"""The sentence as the focused model reads it, one token of which is picked."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from core.api import Predicted
from tui import safetext
from tui.widgets.shared import probability_bar
from tui.widgets.shared.token_line import LONGEST, token_style

CONTENT = 4


class TokenPicker(Widget, can_focus=True):
    """Tokens side by side; arrows and clicks pick one."""

    HELP = "Left and right pick a token of the sentence; both lists below follow it."
    BINDINGS = [
        Binding("left", "pick(-1)", "Token", key_display="←→", id="words.left"),
        Binding("right", "pick(1)", "Next token", show=False, id="words.right"),
        Binding("home", "pick(-1000000)", "First token", show=False),
        Binding("end", "pick(1000000)", "Last token", show=False),
    ]

    picked: reactive[int | None] = reactive(None)
    pinned: reactive[int | None] = reactive(None)
    """The token that is compared with, where it is one of this sentence."""

    @dataclass
    class Picked(Message):
        """A token was picked by the person."""

        position: int
        word: str

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._answer: Predicted | None = None

    @property
    def tokens(self) -> list[str]:
        """The tokens shown."""
        return [token.text for token in self._answer.tokens] if self._answer else []

    def show(self, answer: Predicted | None) -> None:
        """Show these tokens; the pick stays where it is when it still exists."""
        self._answer = answer
        if self.picked is not None and self.picked >= len(self.tokens):
            self.picked = None
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the tokens take."""
        places = self._places(width)
        return places[-1][1] + 1 if places else 1

    def render(self) -> Content:
        """The tokens, tinted by the running answer; the picked one stands out."""
        if self._answer is None or not self._answer.tokens:
            return Content.styled("…", "$muted")
        leans = probability_bar.running_leans(self._answer)
        ansi = self.app.current_theme.ansi
        parts: list[Content] = []
        places = self._places(self.content_size.width)
        line = top = self._top(places)
        column = 0
        for index, (x, y, text) in enumerate(places):
            if not top <= y < top + self.content_size.height:
                continue
            if y > line:
                parts.append(Content("\n" * (y - line)))
                line, column = y, 0
            parts.append(Content(" " * (x - column)))
            token = self._answer.tokens[index]
            style = token_style(leans[index] if index < len(leans) else 0.0, token.known, ansi)
            if index == self.picked:
                style = "bold reverse" if self.has_focus else "bold underline"
            mark = "▸" if index == self.pinned else " "
            parts.append(Content.styled(f"{mark}{text} ", style) if style else Content(f"{mark}{text} "))
            column = x + safetext.width(text) + 2
        return Content("").join(parts)

    def on_click(self, event: events.Click) -> None:
        """Pick the token under the mouse."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None:
            return
        places = self._places(self.content_size.width)
        top = self._top(places)
        for index, (x, y, text) in enumerate(places):
            if y == top + offset.y and x <= offset.x < x + safetext.width(text) + 2:
                self._pick(index)

    def action_pick(self, step: int) -> None:
        """Pick the token so many places on."""
        if self.tokens:
            here = self.picked if self.picked is not None else (-1 if step > 0 else len(self.tokens))
            self._pick(max(0, min(len(self.tokens) - 1, here + step)))

    def _pick(self, index: int) -> None:
        self.picked = index
        self.post_message(self.Picked(index, self.tokens[index]))

    def _top(self, places: list[tuple[int, int, str]]) -> int:
        """The first line shown: of a long text, the lines around the picked token."""
        if not places:
            return 0
        here = places[self.picked][1] if self.picked is not None and self.picked < len(places) else 0
        last = places[-1][1] + 1 - self.content_size.height
        return max(0, min(here - self.content_size.height // 2, last))

    def _places(self, width: int) -> list[tuple[int, int, str]]:
        """Column, line and text of each token, wrapped at `width`."""
        places: list[tuple[int, int, str]] = []
        x = y = 0
        for token in self.tokens:
            text = safetext.fit(token, LONGEST)
            cells = safetext.width(text) + 2
            if x and x + cells > width:
                x, y = 0, y + 1
            places.append((x, y, text))
            x += cells
        return places


def pick_telling_token(answer: Predicted) -> int | None:
    """The token to look at first: the one that moved the answer most, else the longest; None without a word."""
    words = [(place, token.text) for place, token in enumerate(answer.tokens) if any(map(str.isalpha, token.text))]
    # Short words are mostly grammar, whose neighbours say little.
    words = [word for word in words if len(word[1]) >= CONTENT] or words
    if not words:
        return None
    leans = [0.0, *probability_bar.running_leans(answer)]
    moved = [(abs(leans[place + 1] - leans[place]), place) for place, text in words if place + 1 < len(leans)]
    if moved and max(moved)[0] > 0.02:
        return max(moved)[1]
    return max(words, key=lambda item: len(item[1]))[0]
