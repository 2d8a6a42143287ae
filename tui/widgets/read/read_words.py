"""Which words a language model has read when it comes to the blank, and which it never sees."""

from __future__ import annotations

from textual.content import Content

from core.eras.prompts import Template
from tui import safetext

BLANK = "▁▁▁▁"
NO_TEXT = "(no text)"


def describe_reading(template: Template, text: str, cells: int) -> Content:
    """The text in its template, cut where it is far from the blank, in at most `cells` cells."""
    before, between, behind = template.around
    said = text.strip() or NO_TEXT
    if (behind if template.blank_first else between).lstrip().startswith("."):
        # A full stop that the text ends with is the same as the template's: the model reads one.
        said = said.removesuffix(".").rstrip() or said
    around = sum(map(safetext.width, (before, between, behind))) + len(BLANK)
    room = max(8, cells - around)
    blank = (BLANK, "bold $accent")
    if template.blank_first:
        parts = [
            (safetext.visible(before), "$faint strike"),
            blank,
            (safetext.visible(between), "$origin-language-model"),
        ]
        parts += [(safetext.fit(said, room), ""), (safetext.visible(behind), "$origin-language-model")]
    else:
        parts = [(safetext.visible(before), "$origin-language-model"), (safetext.fit_end(said, room), "")]
        parts += [
            (safetext.visible(between), "$origin-language-model"),
            blank,
            (safetext.visible(behind), "$faint strike"),
        ]
    whole = Content.assemble(*parts)
    return whole.truncate(cells, ellipsis=True) if whole.cell_length > cells else whole


def describe_direction(template: Template, unknown: tuple[str, ...]) -> str:
    """Who comes to the blank, and what of the template it does not read or know."""
    side = "behind" if template.blank_first else "before"
    said = f"The {template.direction} model has read what stands {side} the blank."
    if template.unread:
        said += f" Beyond it, unread: {safetext.fit(template.unread, 40)}."
    if unknown:
        said += f" Words it does not know: {safetext.fit(', '.join(unknown), 60)}."
    return said
