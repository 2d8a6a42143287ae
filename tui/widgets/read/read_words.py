"""Which words a language model has read when it comes to the blank, and which it never sees."""

from __future__ import annotations

from textual.content import Content

from core.eras.prompts import Template
from tui import safetext

BLANK = "▁▁▁▁"
_READ = {"forward": "what stands before the blank", "backward": "what stands behind the blank"}
NO_TEXT = "(no text)"


def describe_reading(template: Template, direction: str, text: str, cells: int) -> Content:
    """The text in its template, cut where it is far from the blank, in at most `cells` cells."""
    before, between, behind = template.around
    said = text.strip() or NO_TEXT
    if (behind if template.blank_first else between).lstrip().startswith("."):
        # A full stop that the text ends with is the same as the template's: the model reads one.
        said = said.removesuffix(".").rstrip() or said
    around = sum(map(safetext.width, (before, between, behind))) + len(BLANK)
    room = max(8, cells - around)
    blank, read = (BLANK, "bold $accent"), "$origin-language-model"
    beyond = "$faint strike" if direction in _READ else read
    if template.blank_first:
        parts = [
            (safetext.visible(before), beyond),
            blank,
            (safetext.visible(between), read),
        ]
        parts += [(safetext.fit(said, room), ""), (safetext.visible(behind), read)]
    else:
        parts = [(safetext.visible(before), read), (safetext.fit_end(said, room), "")]
        parts += [
            (safetext.visible(between), read),
            blank,
            (safetext.visible(behind), beyond),
        ]
    whole = Content.assemble(*parts)
    return whole.truncate(cells, ellipsis=True) if whole.cell_length > cells else whole


def describe_direction(template: Template, direction: str, unknown: tuple[str, ...]) -> str:
    """Who comes to the blank, and what of the template it does not read or know."""
    read = _READ.get(direction, "both sides of the blank")
    said = f"The {direction} model has read {read}."
    if template.unread and direction in _READ:
        said += f" Beyond it, unread: {safetext.fit(template.unread, 40)}."
    if unknown:
        said += f" Words it does not know: {safetext.fit(', '.join(unknown), 60)}."
    return said
