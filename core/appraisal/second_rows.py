"""How an era's second row is called: the one over what has read a person's text without labels first."""

from __future__ import annotations

MARK = " +text"
"""What the name of a second row ends in."""


def era_of(row: str) -> str:
    """The era of a row, whichever of its two it is."""
    return row.removesuffix(MARK)
