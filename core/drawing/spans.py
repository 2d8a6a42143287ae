"""What a picture is made of: pieces of text, each with the roles that say how it may be painted.

A role is a word: an origin (`random`, `vectors`, ...), a heat (`heat+3`), `muted`, `bold`, `left` and `right` for the
sides of an answer, `chosen`. Who draws has a colour for each, or none: nothing is said by a role alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from core.visible import one_line

ELLIPSIS = "…"


class Span(NamedTuple):
    """A piece of text on one line, made visible; `roles`: words with spaces between."""

    text: str
    roles: str = ""


Line = tuple[Span, ...]


def width(text: str) -> int:
    """How many terminal cells the text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def length(line: Line) -> int:
    """How many cells the line takes."""
    return sum(width(span.text) for span in line)


def fit(text: str, cells: int) -> str:
    """Text from anywhere as one visible line of at most `cells` cells, with an ellipsis where something is missing."""
    text = one_line(text[: 8 * max(cells, 0) + 64])
    if width(text) <= cells:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > cells - 1:
            break
        kept += character
    # A joiner at the cut would join nothing.
    return one_line(kept) + ELLIPSIS if cells > 0 else ""


def column(text: str, cells: int) -> str:
    """The same in exactly `cells` cells."""
    kept = fit(text, cells)
    return kept + " " * (cells - width(kept))


def padded(line: Sequence[Span], cells: int) -> Line:
    """The line with blanks at its end to at least `cells` cells."""
    missing = cells - length(tuple(line))
    return (*line, Span(" " * missing)) if missing > 0 else tuple(line)


def plain(line: Line) -> str:
    """Its text alone."""
    return "".join(span.text for span in line)
