"""One word of a picture, enlarged: all the numbers of its c and h that are known, and where it is still held."""

from __future__ import annotations

from collections.abc import Iterator

from core.drawing.heat import strip, top_of
from core.drawing.labels import said
from core.drawing.lecture import Known
from core.drawing.spans import Line, Span, fit

MOST, LONGEST = 6, 14
"""States that are named of those that hold a word most, and cells of each name."""


def draw_word(known: Known, place: int, gutter: int, cells: int) -> Iterator[Line]:
    """A line for each row that has the word, and one for what holds it; in at most `cells` cells behind the gutter."""
    states = known.states
    word = states.tokens[place].text
    for row in reversed(states.rows):
        if row.name not in ("c", "h") or place >= len(row.strips):
            continue
        found = row.strips[place]
        top = top_of(value for each in row.strips for value in each.values)
        shown = min(len(found.values), cells - 12)
        counted = Span(f" {shown} of {found.width}", "muted")
        yield (*said(f"{row.name} {word}", gutter, "bold"), *strip(found.values, shown, top), counted)
    memory = known.steps.memory if known.steps else ()
    if place >= len(memory):
        return
    held = sorted(
        ((row[place] or 0.0, states.tokens[at].text) for at, row in enumerate(memory) if at != place), reverse=True
    )
    named = "  ".join(f"{fit(other, LONGEST)} {moved:.2f}" for moved, other in held[:MOST] if moved >= 0.005)
    yield (*said("held at", gutter), Span(named or "no other word's state", "" if named else "muted"))
