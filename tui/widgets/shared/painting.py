"""The lines of `core.drawing` on the screen: each role in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from textual.content import Content

from core.drawing.heat import STEPS
from core.drawing.spans import Line

_STYLES = {
    "random": "$origin-random",
    "vectors": "$origin-vectors",
    "language-model": "$origin-language-model",
    "transformer": "$origin-transformer",
    "muted": "$muted",
    "bold": "bold",
    "left": "$negative",
    "right": "$positive",
    "chosen": "reverse",
    "unknown": "underline italic",
}
_STRONGEST = 45
"""Percent of its colour behind the darkest cell."""


def paint(line: Line, ansi: bool) -> Content:
    """A line in colours; the glyphs say the same without any."""
    return Content.assemble(*((span.text, _style(span.roles, ansi)) for span in line))


def paint_all(lines: Iterable[Line], ansi: bool) -> Content:
    """Lines beneath one another."""
    return Content("\n").join(paint(line, ansi) for line in lines)


@cache
def _style(roles: str, ansi: bool) -> str:
    found: list[str] = []
    for role in roles.split():
        if not role.startswith("heat"):
            found.append(_STYLES[role])
            continue
        colour = "$positive" if role[4] == "+" else "$negative"
        # A terminal's own colours cannot be mixed.
        found.append(colour if ansi else f"{colour} on {colour} {_STRONGEST * int(role[5:]) // STEPS}%")
    return " ".join(found)
