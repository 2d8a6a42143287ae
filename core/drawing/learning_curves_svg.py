"""Accuracy against the number of labels as an SVG file: a panel a data set, every era with its band, every name beside.

Controls are broken and grey, their marks hollow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from xml.sax.saxutils import escape

from core.drawing.learning_curves import Curve, CurveChart, accuracy_ticks
from core.drawing.looks import LIGHT
from core.drawing.svg import COLOURS, INK, MARGIN, PAPER
from core.visible import one_line

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, ABOVE, BELOW = 52, 215, 34, 46
"""Pixels of a panel's plot, and what stands around it: accuracies, names, the title, the numbers of labels."""
LINE = 15
"""Pixels from one name to the next, at the least."""
_SIZE = WIDTH + LEFT + RIGHT, HEIGHT + ABOVE + BELOW


def draw_svg(charts: Sequence[CurveChart], notes: Sequence[str], title: str) -> str:
    """The whole file. `notes` stand at its foot, folded. Names, notes and title may come from anywhere."""
    parts: list[str] = []
    top = MARGIN
    for chart in charts:
        parts += _panel(chart, MARGIN + LEFT, top + ABOVE)
        top += _SIZE[1]
    folded = [line for note in notes for line in wrap(one_line(note), _SIZE[0] // 8)]
    parts += [_text(MARGIN, top + 12 + LINE * line, note, COLOURS["muted"]) for line, note in enumerate(folded)]
    across, down = _SIZE[0] + 2 * MARGIN, top + LINE * (len(folded) + 1) + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" font-family="monospace" '
        f'font-size="12">\n<title>{escape(one_line(title))}</title>\n'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _panel(chart: CurveChart, left: float, top: float) -> Iterator[str]:
    low, high = chart.range
    bottom, right = top + HEIGHT, left + WIDTH

    def at(x: float, y: float) -> tuple[float, float]:
        return left + WIDTH * x, bottom - HEIGHT * (y - low) / (high - low)

    yield _text(left, top - 14, chart.title, INK, weight="bold")
    for tick in accuracy_ticks(low, high, 12):
        y = at(0, tick)[1]
        yield _path(f"M{left} {y:.1f}H{right}", "#e3e1da")
        yield _text(left - 8, y + 4, f"{100 * tick:.0f} %", COLOURS["muted"], "end")
    begins = at(chart.ticks[1][0], 0)[0] if chart.broken and len(chart.ticks) > 1 else left
    yield _path(f"M{begins:.1f} {bottom}H{right}", COLOURS["muted"])
    if begins > left:  # zero lies beyond a break
        yield _path(f"M{left} {bottom}H{begins:.1f}", COLOURS["muted"], dashes="2 4")
    for x, label in chart.ticks:
        yield _path(f"M{at(x, 0)[0]:.1f} {bottom}v5", COLOURS["muted"])
        yield _text(at(x, 0)[0], bottom + 18, label, COLOURS["muted"], "middle")
    yield _text(left + WIDTH / 2, bottom + 36, "labels (logarithmic)", COLOURS["muted"], "middle")
    if chart.level is not None:
        yield _path(f"M{left} {at(0, chart.level)[1]:.1f}H{right}", COLOURS["muted"], dashes="2 4")
    for era in (curve for curve in chart.curves if not curve.control):
        for run in era.banded:
            yield _band(era, [at(p.x, p.top) for p in run] + [at(p.x, p.foot) for p in reversed(run)])
    for curve in sorted(chart.curves, key=lambda curve: not curve.control):
        yield from _curve(curve, [at(point.x, point.y) for point in curve.points])
    yield from _names(chart, {curve.name: at(curve.points[-1].x, curve.points[-1].y) for curve in chart.curves}, top)


def _band(curve: Curve, outline: Sequence[tuple[float, float]]) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in outline)
    return f'<polygon points="{places}" fill="{_colour(curve)}" fill-opacity="0.12"/>'


def _curve(curve: Curve, places: list[tuple[float, float]]) -> Iterator[str]:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    style = 'stroke-width="1" stroke-dasharray="5 4"' if curve.control else 'stroke-width="2"'
    yield f'<polyline points="{line}" fill="none" stroke="{_colour(curve)}" {style}/>'
    for x, y in places:
        yield _text(x, y + 4, curve.mark, _colour(curve), "middle")


def _names(chart: CurveChart, ends: dict[str, tuple[float, float]], top: float) -> Iterator[str]:
    """Each name as near to the end of its curve as the others leave room, a thin line between the two."""
    x, below = MARGIN + LEFT + WIDTH + 22, top - LINE
    level = chart.level is not None
    room = LINE * (len(chart.curves) + level)
    for number, curve in enumerate(sorted(chart.curves, key=lambda curve: ends[curve.name][1])):
        end, height = ends[curve.name]
        latest = top + HEIGHT - room + LINE * number
        y = below = max(below + LINE, min(height, latest))
        yield _path(f"M{end + 6:.1f} {height:.1f}L{x - 4} {y:.1f}", _colour(curve), "1 3")
        yield _text(x, y + 4, f"{curve.mark} {curve.name}{' (control)' * curve.control}", _colour(curve))
    if chart.level is not None:
        low, high = chart.range
        y = top + HEIGHT * (1 - (chart.level - low) / (high - low))
        yield _text(x, max(below + LINE, y) + 4, "majority class", COLOURS["muted"])


def _colour(curve: Curve) -> str:
    return COLOURS["muted"] if curve.control else LIGHT[curve.number % len(LIGHT)]


def _path(path: str, colour: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1"{dashed}/>'


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start", weight: str = "normal") -> str:
    style = f'fill="{colour}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(one_line(words))}</text>'
