"""One animated SVG of several screenshots of a terminal: each row is drawn once for as long as it stays the same.

Without animation (a printed page, a reader who asked for less motion) the last screenshot is what is seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

_LINE = 24.4
_STYLE = re.compile(r"\.terminal-\d+-r(\d+) \{ (.*?) \}")
_RECT = re.compile(r'<rect fill="([^"]+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+" shape-r[^>]*/>')
_TEXT = re.compile(
    r'<text class="terminal-\d+-r(\d+)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>(.*?)</text>', re.DOTALL
)
_FRAME = re.compile(r"<rect fill=[^>]* rx=[^>]*/>.*?(?=<g transform=\"translate\(9, 41\)\")", re.DOTALL)
_CLIP = re.compile(r'clip-terminal">\s*(<rect [^>]*/>)')
_VIEW = re.compile(r'viewBox="([^"]+)"')


@dataclass(frozen=True)
class Shot:
    """A screenshot: what is drawn in each row of cells, by its number, with styles in place of classes."""

    rows: dict[int, tuple[str, ...]]


def read(svg: str) -> Shot:
    """A screenshot as Textual exports it."""
    styles = dict(_STYLE.findall(svg))
    rows: dict[int, list[str]] = {}
    for (y, fill), run in groupby(_RECT.findall(svg), key=lambda found: (found[2], found[0])):
        some = list(run)
        x, end = float(some[0][1]), float(some[-1][1]) + float(some[-1][3])
        row = rows.setdefault(round((float(y) - 1.5) / _LINE), [])
        row.append(f'<rect fill="{fill}" x="{x:g}" y="{float(y):g}" width="{end - x:g}" height="24.65"/>')
    for style, x, y, length, text in _TEXT.findall(svg):
        if not text.replace("&#160;", "").strip():
            continue
        row = rows.setdefault(round((float(y) - 20) / _LINE), [])
        row.append(f'<text style="{styles[style]}" x="{x}" y="{y}" textLength="{length}">{text}</text>')
    return Shot({number: tuple(row) for number, row in sorted(rows.items())})


def animate(svgs: Sequence[str], seconds: Sequence[float]) -> str:
    """The screenshots one after the other, each for so many seconds, again and again."""
    shots = [read(svg) for svg in svgs]
    classes: dict[str, str] = {}
    spans: dict[tuple[int, int], str] = {}
    drawn = []
    for number in sorted({number for shot in shots for number in shot.rows}):
        first = 0
        for row, run in groupby(shot.rows.get(number, ()) for shot in shots):
            end = first + len(list(run))
            name = "" if (first, end) == (0, len(shots)) else spans.setdefault((first, end), f"v{len(spans)}")
            drawn.append(f"<g{f' class={name!r}' if name else ''}>{''.join(_short(part, classes) for part in row)}</g>")
            first = end
    times = [0.0, *accumulate(seconds)]
    rules = [f".{name}{{{style}}}" for style, name in classes.items()]
    rules += [_span(name, span, times) for span, name in spans.items()]
    view, frame, clip = (pattern.search(svgs[-1]) for pattern in (_VIEW, _FRAME, _CLIP))
    assert view is not None
    assert frame is not None
    assert clip is not None
    title = re.sub(r'class="terminal-\d+-title"', 'style="font:bold 18px arial"', frame[0])
    return "\n".join(
        [
            f'<svg viewBox="{view[1]}" xmlns="http://www.w3.org/2000/svg">',
            "<style>",
            "text{white-space:pre}",
            *rules,
            "@media (prefers-reduced-motion:reduce){g{animation:none!important}}",
            "</style>",
            f'<clipPath id="terminal">{clip[1]}</clipPath>',
            re.sub(r"\s*\n\s*", "", title),
            '<g transform="translate(9, 41)" clip-path="url(#terminal)" shape-rendering="crispEdges" '
            'font-family="Fira Code, monospace" font-size="20px">',
            *drawn,
            "</g>",
            "</svg>\n",
        ]
    )


def _short(part: str, classes: dict[str, str]) -> str:
    """An element with a class in place of its style."""

    def named(found: re.Match[str]) -> str:
        return f'class="{classes.setdefault(found[1], f"s{len(classes)}")}"'

    return re.sub(r'style="([^"]*)"', named, part)


def _span(name: str, span: tuple[int, int], times: Sequence[float]) -> str:
    """The rule that shows what is in a span of screenshots, from the first to before the second, and hides it else."""
    first, end = span
    last = end == len(times) - 1
    steps = ["0%{visibility:hidden}"] if first else []
    steps.append(f"{100 * times[first] / times[-1]:.2f}%{{visibility:visible}}")
    steps += [] if last else [f"{100 * times[end] / times[-1]:.2f}%{{visibility:hidden}}"]
    usual = "visible" if last else "hidden"
    return (
        f".{name}{{visibility:{usual};animation:{name} {times[-1]:g}s step-end infinite}}"
        f"@keyframes {name}{{{''.join(steps)}}}"
    )
