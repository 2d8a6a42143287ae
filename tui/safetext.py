"""Text from outside, made safe to show: the one door between untrusted text and everything that is drawn.

Sentences, tokens, labels, file names and error messages may hold markup, terminal escapes, bidi controls or half
characters. Markup is avoided by building `Content` and `Text` directly; characters that would act on the terminal
instead of being seen are replaced by visible ones here.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.content import Content

from core.visible import one_line, visible

__all__ = ["ELLIPSIS", "column", "content", "fit", "fit_end", "one_line", "rich_text", "visible", "width"]

ELLIPSIS = "…"


def width(text: str) -> int:
    """How many terminal cells the text takes."""
    return cell_len(text)


def fit(text: str, cells: int) -> str:
    """The text made visible and cut to at most `cells` terminal cells, with an ellipsis where something is missing."""
    text = visible(text[: 4 * max(cells, 0) + 64])
    if cell_len(text) <= cells:
        return text
    if cells <= 0:
        return ""
    return set_cell_size(text, cells - 1).rstrip(" ") + ELLIPSIS


def fit_end(text: str, cells: int) -> str:
    """Like `fit`, but keeps the end of the text."""
    text = visible(text[-(4 * max(cells, 0) + 64) :])
    if cell_len(text) <= cells:
        return text
    if cells <= 0:
        return ""
    kept = text
    while kept and cell_len(kept) > cells - 1:
        kept = kept[max(1, (cell_len(kept) - cells + 1) // 2) :]
    return ELLIPSIS + kept.lstrip(" ")


def column(text: str, cells: int, align: str = "left") -> str:
    """The text in exactly `cells` cells, aligned `left` or `right` (which also keeps the end when it is too long)."""
    if align == "right":
        kept = fit_end(text, cells)
        return " " * (cells - cell_len(kept)) + kept
    kept = fit(text, cells)
    return kept + " " * (cells - cell_len(kept))


def content(text: str, style: str = "") -> Content:
    """Untrusted text as Textual content: visible, never markup."""
    return Content.styled(visible(text), style) if style else Content(visible(text))


def rich_text(text: str, style: str = "") -> Text:
    """Untrusted text as Rich text, for the widgets that take Rich renderables (tables, trees)."""
    return Text(visible(text), style=style)
