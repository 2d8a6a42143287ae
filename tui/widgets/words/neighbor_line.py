"""One neighbour of a word on a line: rank, word, how near, how often it stood in the text; and the bar it has."""

from __future__ import annotations

from textual.content import Content

from core.api import Baseline, Neighbor
from tui import safetext

RANK, SCORE, COUNT = 3, 6, 9
LONGEST = 18
SHAKY, UNKNOWN = "*", "?"
"""Marks: it comes and goes with the seed; no other seed was looked at so far down."""


def score_bar(share: float, cells: int) -> str:
    """A bar of `cells` cells, filled in halves."""
    filled = round(max(0.0, min(1.0, share)) * cells * 2)
    return ("━" * (filled // 2) + "╸" * (filled % 2)).ljust(cells)


def neighbor_line(neighbor: Neighbor, cells: int, mark: str = " ", faint: bool = False) -> Content:
    """A neighbour in `cells` cells, with a mark of one cell, `SHAKY`, `UNKNOWN` or none; `faint`: it means nothing."""
    room = cells - RANK - SCORE - COUNT
    word_cells = min(LONGEST, room)
    return Content.assemble(
        (f"{neighbor.rank:>2} ", "$muted"),
        (safetext.column(neighbor.neighbor, word_cells - 2), "$muted" if faint else "italic" if mark == SHAKY else ""),
        (mark, "bold $warning" if mark == SHAKY else "$muted"),
        " ",
        (score_bar(neighbor.score, room - word_cells), "$faint" if faint else "$origin-vectors"),
        (f"{format_cosine(neighbor.score):>{SCORE}}", ""),
        (f"{neighbor.count:>{COUNT},}" if neighbor.count else " " * COUNT, "$muted"),
    )


def describe_baseline(baseline: Baseline | None) -> str:
    """What the cosine of a random pair is, in words; empty where it was not measured."""
    if baseline is None:
        return ""
    mean, low, high = (format_cosine(value) for value in (baseline.mean, baseline.low, baseline.high))
    return f"random pairs {mean}, nine in ten {low} to {high}"


def format_cosine(value: float) -> str:
    """A cosine with two digits, a minus sign of its own, and none before nothing."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
