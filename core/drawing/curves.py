"""A run's curves as an SVG file: one small plot for each thing that was measured, over the epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from core.drawing.svg import COLOURS, INK, MARGIN, PAPER
from core.visible import one_line

WIDTH, HEIGHT, GAP, LABEL = 560, 130, 46, 64
"""Pixels: a plot, what is between two, and the room for the numbers at its left."""

Point = tuple[float, float]


def draw_curves(curves: Mapping[str, Sequence[Point]], title: str) -> str:
    """The whole file; values that are no numbers are gaps. Names and title may come from anywhere."""
    parts = [_text(MARGIN, MARGIN + 12, title, "bold")]
    top = MARGIN + GAP
    for name, points in curves.items():
        parts += _plot(name, [point for point in points if math.isfinite(point[1])], top + 8)
        top += HEIGHT + GAP
    across = WIDTH + LABEL + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {top + MARGIN}" font-family="monospace" '
        f'font-size="12">\n<title>{escape(one_line(title))}</title>\n'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _plot(name: str, points: Sequence[Point], top: float) -> list[str]:
    left, bottom = MARGIN + LABEL, top + HEIGHT
    parts = [
        _text(left, top - 5, name),
        f'<path d="M{left} {top}V{bottom}H{left + WIDTH}" fill="none" stroke="{COLOURS["muted"]}"/>',
    ]
    if not points:
        return parts
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across, up = (max(xs) - min(xs)) or 1.0, (max(ys) - min(ys)) or 1.0
    places = [(left + WIDTH * (x - min(xs)) / across, bottom - HEIGHT * (y - min(ys)) / up) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return [
        *parts,
        f'<polyline points="{line}" fill="none" stroke="{COLOURS["right"]}" stroke-width="1.5"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{COLOURS["right"]}"/>',
        _text(MARGIN, top + 10, f"{max(ys):.4g}"),
        _text(MARGIN, bottom, f"{min(ys):.4g}"),
        _text(left, bottom + 14, f"{min(xs):.4g}"),
        _text(left + WIDTH, bottom + 14, f"{max(xs):.4g}", anchor="end"),
    ]


def _text(x: float, y: float, words: str, weight: str = "normal", anchor: str = "start") -> str:
    style = f'fill="{INK}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x}" y="{y}" {style}>{escape(one_line(words))}</text>'
