"""A run's curves as an SVG file: one small plot for each thing that was measured, all over the same epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from textwrap import wrap
from xml.sax.saxutils import escape

from core.drawing.columns import Point, thin
from core.drawing.svg import COLOURS, INK, MARGIN, PAPER
from core.visible import one_line

WIDTH, HEIGHT, GAP, LABEL = 560, 130, 46, 64
"""Pixels: a plot, what is between two, and the room for the numbers at its left."""
LINE = 16
_LONGEST = 84
"""Characters of a line of words: more would not be seen."""


def draw_curves(
    curves: Mapping[str, Sequence[Point]], title: str, marks: Sequence[tuple[float, str]] = (), remark: str = ""
) -> str:
    """The whole file; values that are no numbers are gaps. Names, title and marks may come from anywhere.

    All plots go from epoch 0 to the last of any. `marks`: epochs at which an upright line stands in each, with a number
    at its head and its words at the foot of the file, where `remark` stands, too. Of more points than a plot has pixels
    each pixel shows the lowest and the highest, which the foot says as well.
    """
    last = max((points[-1][0] for points in curves.values() if points), default=0.0) or 1.0
    parts = [_text(MARGIN, MARGIN + 12, title, "bold")]
    top = MARGIN + GAP
    for name, points in curves.items():
        finite = [point for point in points if math.isfinite(point[1])]
        parts += _plot(name, thin(finite, WIDTH), last, [x for x, _ in marks], top + 8)
        top += HEIGHT + GAP
    dense = any(len(points) > 2 * WIDTH for points in curves.values())
    shown = "Of curves with more points than pixels, each pixel shows the lowest and the highest." if dense else ""
    words = [f"{number}: {said}" for number, (_, said) in enumerate(marks, start=1)]
    for line in (part for said in (*words, shown, remark) for part in wrap(one_line(said), _LONGEST)):
        parts.append(_text(MARGIN, top, line))
        top += LINE
    across = WIDTH + LABEL + 2 * MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {top + MARGIN}" font-family="monospace" '
        f'font-size="12">\n<title>{escape(one_line(title))}</title>\n'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _plot(name: str, points: Sequence[Point], last: float, marks: Sequence[float], top: float) -> list[str]:
    """One plot from epoch 0 to the `last`."""
    left, bottom = MARGIN + LABEL, top + HEIGHT
    parts = [
        _text(left, top - 5, name),
        f'<path d="M{left} {top}V{bottom}H{left + WIDTH}" fill="none" stroke="{COLOURS["muted"]}"/>',
        _text(left, bottom + 14, "0"),
        _text(left + WIDTH, bottom + 14, f"{last:.4g}", anchor="end"),
    ]
    for number, epoch in enumerate(marks, start=1):
        x = left + WIDTH * epoch / last
        parts.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="{COLOURS["left"]}" stroke-dasharray="4 3"/>')
        parts.append(_text(x + 3, top + 10, str(number)))
    if not points:
        return parts
    ys = [y for _, y in points]
    up = (max(ys) - min(ys)) or 1.0
    places = [(left + WIDTH * x / last, bottom - HEIGHT * (y - min(ys)) / up) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return [
        *parts,
        f'<polyline points="{line}" fill="none" stroke="{COLOURS["right"]}" stroke-width="1.5"/>',
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{COLOURS["right"]}"/>',
        _text(MARGIN, top + 10, f"{max(ys):.4g}"),
        _text(MARGIN, bottom, f"{min(ys):.4g}"),
    ]


def _text(x: float, y: float, words: str, weight: str = "normal", anchor: str = "start") -> str:
    style = f'fill="{INK}" font-weight="{weight}" text-anchor="{anchor}"'
    said = one_line(words)
    short = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(short)}</text>'
