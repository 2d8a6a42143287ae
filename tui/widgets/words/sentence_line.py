"""A sentence on one line around one of its words."""

from __future__ import annotations

from textual.content import Content

from tui import safetext
from tui.widgets.shared.token_line import LONGEST
from tui.word_query import SentenceToken

WINDOW = 40
"""Tokens on either side that are looked at."""


def sentence_line(token: SentenceToken, letter: str, cells: int, style: str = "bold $accent") -> Content:
    """The letter, then as much of the sentence as fits, the word in its middle where it does not fit whole."""
    at = token.position
    word = safetext.fit(token.word, LONGEST)
    before = " ".join(safetext.fit(other, LONGEST) for other in token.tokens[max(0, at - WINDOW) : at])
    after = " ".join(safetext.fit(other, LONGEST) for other in token.tokens[at + 1 : at + 1 + WINDOW])
    room = max(4, cells - safetext.width(word) - 6)
    left = min(safetext.width(before), max(room // 2, room - safetext.width(after)))
    return Content.assemble(
        (f" {letter} ", "bold reverse"),
        " ",
        safetext.fit_end(before, left),
        " " if before else "",
        (word, style),
        " ",
        safetext.fit(after, room - left),
    )
