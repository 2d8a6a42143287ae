"""How alike two places are, as bars: the word's own vector, the raw states, the centred ones, and what chance gives."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from core.api import Baseline, Compared
from core.api.parts import above
from tui import safetext
from tui.widgets.words.neighbor_line import format_cosine, score_bar

NAME, NUMBER = 13, 6
REMARK, SHORT = 46, 15
"""Cells for what is said after a bar, in a sentence or in two words."""


class ComparedBars(Widget):
    """Four lines; the room left of the remarks is an axis from 0 to 1."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Compared | None = None

    def show(self, compared: Compared | None) -> None:
        """Show another comparison."""
        self._shown = compared
        self.refresh()

    def render(self) -> Content:
        """The lines."""
        found = self._shown
        if found is None:
            return Content("")
        cells = self.content_size.width
        roomy = cells >= NAME + NUMBER + REMARK + 20
        axis = max(6, cells - NAME - NUMBER - (REMARK if roomy else SHORT) - 3)
        lines = [
            _bar("as words", found.static, axis, "$origin-vectors", _of_words(found, roomy)),
            _bar("raw", found.raw, axis, "$faint", "the two states as they are" if roomy else ""),
            _bar("centred", found.centred, axis, "$accent", _of_chance(found, roomy)),
            _band(found.baseline, axis, roomy),
        ]
        return Content("\n").join(line.truncate(cells) for line in lines)


def _bar(name: str, value: float | None, axis: int, style: str, remark: str) -> Content:
    number = "–" if value is None else format_cosine(value)
    return Content.assemble(
        (safetext.column(name, NAME), "$muted"),
        (f"{number:>{NUMBER}}", "bold"),
        "  ",
        (score_bar(value or 0.0, axis), style),
        (f" {remark}", "$muted"),
    )


def _band(baseline: Baseline | None, axis: int, roomy: bool) -> Content:
    """Where random pairs lie on the axis: nine in ten shaded, the mean marked."""
    if baseline is None:
        return Content("")
    places = (baseline.low, baseline.mean, baseline.high)
    low, mean, high = (round(max(0.0, min(1.0, place)) * (axis - 1)) for place in places)
    drawn = "".join("│" if n == mean else "░" if low <= n <= high else " " for n in range(axis))
    said = f"{format_cosine(baseline.low)} to {format_cosine(baseline.high)}"
    return Content.assemble(
        (safetext.column("random pairs", NAME), "$muted"),
        (f"{format_cosine(baseline.mean):>{NUMBER}}", "$muted"),
        "  ",
        (drawn, "$muted"),
        (f" mean; nine in ten from {said}" if roomy else f" {said}", "$muted"),
    )


def _of_words(found: Compared, roomy: bool) -> str:
    if found.static is None:
        return "a word without a vector" if roomy else "no vector"
    if found.first == found.second:
        return "one word, one vector, whatever the sentence" if roomy else "one vector"
    return "two words' own vectors, centred" if roomy else ""


def _of_chance(found: Compared, roomy: bool) -> str:
    if found.percentile is None:
        return "needs the index: press b" if roomy else "b: the index"
    share = above(found.percentile)
    return f"nearer than {share} of random pairs" if roomy else f"above {share}".replace("above over", "over")
