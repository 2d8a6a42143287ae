"""A picture as an SVG file: its lines in a monospaced font, coloured as the light theme of the app."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from core.drawing.spans import Line, Span, length, width
from core.visible import one_line

COLOURS = {
    "random": "#6b7280",
    "vectors": "#087f5b",
    "language-model": "#7b3fb5",
    "transformer": "#8a6a00",
    "muted": "#5f6875",
    "left": "#b45309",
    "right": "#0b63b5",
}
INK, PAPER = "#1b2330", "#fbfaf7"
CELL, LINE, MARGIN = 8.4, 18, 16
"""Pixels: the width of a cell, the height of a line, the margin around all."""


def write_svg(lines: Sequence[Line], title: str) -> str:
    """The whole file. What is in the lines, and the title, may come from anywhere."""
    across = max(map(length, lines), default=0) * CELL + 2 * MARGIN
    down = len(lines) * LINE + 2 * MARGIN
    body = "\n".join(text for number, line in enumerate(lines) for text in _texts(line, number))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down}" font-family="monospace" '
        f'font-size="14">\n<title>{escape(one_line(title))}</title>\n'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n{body}\n</svg>\n'
    )


def _texts(line: Line, number: int) -> list[str]:
    """Each piece at its own place, as wide as it is: fonts differ."""
    found, cells = list[str](), 0
    for span in line:
        if span.text.strip():
            x, y = MARGIN + cells * CELL, MARGIN + (number + 0.75) * LINE
            size = width(span.text) * CELL
            found.append(
                f'<text x="{x:.1f}" y="{y:.1f}" textLength="{size:.1f}" lengthAdjust="spacingAndGlyphs" '
                f'xml:space="preserve"{_style(span)}>{escape(span.text)}</text>'
            )
        cells += width(span.text)
    return found


def _style(span: Span) -> str:
    roles = span.roles.split()
    heat = next((role for role in roles if role.startswith("heat")), "")
    fill = COLOURS["right" if "+" in heat else "left"] if heat else INK
    fill = next((COLOURS[role] for role in roles if role in COLOURS), fill)
    decoration = ' text-decoration="underline"' if "unknown" in roles else ""
    return f' fill="{fill}"{decoration}' + (' font-weight="bold"' if "bold" in roles else "")
