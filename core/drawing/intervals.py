"""Accuracies with their intervals as a plot in SVG: a row each, one axis, and what they are to be held against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from core.drawing.svg import COLOURS, INK, MARGIN, PAPER
from core.visible import one_line

ROW, LEFT, WIDTH, RIGHT = 28, 130, 460, 150
"""Pixels: a row, the room for names, the axis, the room for numbers."""
_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2)
_MOST_TICKS = 6


@dataclass(frozen=True)
class Measured:
    """One row: a share and the interval it lies in, all 0 to 1. `marked`: drawn with the accent."""

    name: str
    mean: float
    low: float
    high: float
    marked: bool = False


def draw_intervals(rows: Sequence[Measured], against: tuple[float, str], title: str) -> str:
    """The whole file. `against`: a share, 0 to 1, drawn as a line, and its name. Raises ValueError without rows."""
    if not rows:
        raise ValueError("nothing to draw")
    low, high, step = _axis(min(against[0], *(row.low for row in rows)), max(against[0], *(row.high for row in rows)))

    def across(share: float) -> float:
        return MARGIN + LEFT + WIDTH * (share - low) / (high - low)

    top = MARGIN + 34
    bottom = top + ROW * len(rows)
    parts = [_text(MARGIN, MARGIN + 12, title, weight="bold")]
    for number in range(round((high - low) / step) + 1):
        x = across(low + number * step)
        parts.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="{COLOURS["muted"]}" stroke-opacity="0.25"/>')
        parts.append(_text(x, bottom + 16, f"{100 * (low + number * step):.0f} %", anchor="middle"))
    x = across(against[0])
    parts.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="{INK}" stroke-dasharray="4 3"/>')
    parts.append(_text(x, bottom + 34, against[1], anchor="middle"))
    for number, row in enumerate(rows):
        y = top + ROW * (number + 0.5)
        colour = COLOURS["right"] if row.marked else INK
        parts += [
            _text(MARGIN, y + 4, row.name, colour=colour, weight="bold" if row.marked else "normal"),
            f'<path d="M{across(row.low):.1f} {y}H{across(row.high):.1f}" stroke="{colour}" stroke-width="2"/>',
            f'<circle cx="{across(row.mean):.1f}" cy="{y}" r="4.5" fill="{colour}"/>',
            _text(
                MARGIN + LEFT + WIDTH + 14,
                y + 4,
                f"{100 * row.mean:.1f} ({100 * row.low:.1f} to {100 * row.high:.1f})",
                colour=colour,
            ),
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT + 2 * MARGIN} '
        f'{bottom + 34 + MARGIN}" font-family="monospace" font-size="12">\n<title>{escape(one_line(title))}</title>\n'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _axis(low: float, high: float) -> tuple[float, float, float]:
    """(first tick, last tick, step), which hold both and have few ticks between."""
    step = next((each for each in _TICKS if (high - low) / each <= _MOST_TICKS), _TICKS[-1])
    first, last = math.floor(low / step) * step, math.ceil(high / step) * step
    return first, last if last > first else first + step, step


def _text(x: float, y: float, words: str, colour: str = INK, weight: str = "normal", anchor: str = "start") -> str:
    style = f'fill="{colour}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(one_line(words))}</text>'
