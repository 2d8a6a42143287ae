"""What tells the classes of a prompt apart: a colour, and for who sees none a mark."""

from __future__ import annotations

from collections.abc import Sequence

COLOURS = ("$negative", "$positive", "$origin-vectors", "$origin-language-model", "$origin-transformer")
PAIR = ("◂", "▸")
MANY = "①②③④⑤⑥⑦⑧⑨"


def colour_of(label: str, labels: Sequence[str]) -> str:
    """The class's colour: of two the app's own for left and right."""
    return COLOURS[list(labels).index(label) % len(COLOURS)] if label in labels else ""


def mark_of(label: str, labels: Sequence[str]) -> str:
    """Its mark, one cell: an arrow to its side of the bar, or of more than two its number."""
    if label not in labels:
        return " "
    place = list(labels).index(label)
    return PAIR[place] if len(labels) == len(PAIR) else MANY[place] if place < len(MANY) else "•"
