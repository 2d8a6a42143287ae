"""How alike two places are, as bars: the word's own vector, the raw states, the centred ones, and what chance gives."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from core.api import Baseline, Compared
from tui import safetext
from tui.widgets.neighbor_line import score_bar

NAME, NUMBER = 12, 6
REMARK = 46


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
        remark = REMARK if cells >= NAME + NUMBER + REMARK + 20 else 0
        axis = max(6, cells - NAME - NUMBER - remark - 2)
        same = found.first == found.second
        lines = [
            _bar("as words", found.static, axis, "$origin-vectors", _of_words(found, same)),
            _bar("raw", found.raw, axis, "$faint", "the two states as they are"),
            _bar("centred", found.centred, axis, "$accent", _of_chance(found)),
            _band(found.baseline, axis),
        ]
        return Content("\n").join(line.truncate(cells, ellipsis=True) for line in lines)


def _bar(name: str, value: float | None, axis: int, style: str, remark: str) -> Content:
    number = "–" if value is None else f"{value:.2f}"
    bar = score_bar(value or 0.0, axis)
    return Content.assemble(
        (safetext.column(name, NAME), "$muted"),
        (f"{number:>{NUMBER}}", "bold"),
        "  ",
        (bar, style),
        (f" {remark}", "$muted"),
    )


def _band(baseline: Baseline | None, axis: int) -> Content:
    """Where random pairs lie on the axis: nine in ten shaded, the mean marked."""
    if baseline is None:
        return Content("")
    low, mean, high = (
        round(max(0.0, min(1.0, at)) * (axis - 1)) for at in (baseline.low, baseline.mean, baseline.high)
    )
    drawn = "".join("│" if n == mean else "░" if low <= n <= high else " " for n in range(axis))
    said = f" mean; nine in ten from {baseline.low:.2f} to {baseline.high:.2f}"
    return Content.assemble(
        (safetext.column("random pairs", NAME), "$muted"),
        (f"{baseline.mean:>{NUMBER}.2f}", "$muted"),
        "  ",
        (drawn, "$muted"),
        (said, "$muted"),
    )


def _of_words(found: Compared, same: bool) -> str:
    if found.static is None:
        return "a word without a vector"
    return "one word, one vector, whatever the sentence" if same else "two words' own vectors, centred"


def _of_chance(found: Compared) -> str:
    if found.percentile is None:
        return "needs the index: press b"
    return f"nearer than {found.percentile:.1f} % of random pairs"
