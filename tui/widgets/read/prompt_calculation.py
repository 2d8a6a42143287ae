"""From the words at a blank to an answer, as the small calculation it is: every number has a name."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from core import api
from tui import safetext
from tui.prompt_lab import share_out
from tui.widgets.read.class_marks import colour_of, mark_of

NAME, NUMBER, SIGN = 11, 8, 3
TINY = 1e-9


class PromptCalculation(Widget):
    """A line a class: its words here ÷ its words of nothing = times; the share of that is the answer."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: api.AskedTemplate | None = None
        self._calibrated = True

    def show(self, asked: api.AskedTemplate | None, calibrated: bool) -> None:
        """Show how one template comes to its answer; `calibrated`: whether what it says of nothing is taken off."""
        self._asked, self._calibrated = asked, calibrated
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as are drawn."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The table, and what it means in words."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, cells: int) -> list[Content]:
        asked = self._asked
        if asked is None or not asked.sums:
            return [Content("")]
        labels = tuple(asked.sums)
        plain = share_out(asked.sums)
        times = {name: asked.sums[name] / max(asked.nothing[name], TINY) for name in labels}
        bias = _bias(asked, times if self._calibrated else asked.sums)
        head = f"{'':<{NAME}}{'its words':>{NUMBER + 1}}"
        if self._calibrated:
            head += f"{'of nothing':>{NUMBER + SIGN}}{'times':>{NUMBER}}"
        head += f"{'bias':>{NUMBER}}" if bias else ""
        lines = [
            Content.assemble(
                (head, "$muted"), (f"{'answer':>{NUMBER}}", "bold"), ("   plain" if self._calibrated else "", "$muted")
            )
        ]
        for name in labels:
            paint = colour_of(name, labels)
            row = [
                (mark_of(name, labels) + " ", f"bold {paint}"),
                (safetext.column(name, NAME - 2), f"bold {paint}"),
                (f"{_percent(asked.sums[name]):>{NUMBER + 1}}", ""),
            ]
            if self._calibrated:
                row.append((f" ÷ {_percent(asked.nothing[name]):>{NUMBER}}", ""))
                row.append((f" ={_times(times[name]):>{NUMBER - 2}}", ""))
            if bias:
                row.append((f" ×{bias[name]:>{NUMBER - 2}.2f}", ""))
            row.append((f"{100 * asked.probabilities[name]:>{NUMBER - 2}.1f} %", f"bold {paint}"))
            if self._calibrated:
                row.append((f"{100 * plain[name]:>6.0f} %", "$muted"))
            lines.append(Content.assemble(*row))
        said = (
            _explain(asked, labels, plain)
            if self._calibrated
            else ("Not calibrated: the answer is the shares of its words alone.")
        )
        if bias:
            said += " The bias was learned, or stands for the texts' mean; the first class's is 1."
        return lines + [Content.styled(line, "italic $muted") for line in _wrap(safetext.visible(said), cells)]


def _bias(asked: api.AskedTemplate, before: dict[str, float]) -> dict[str, float]:
    """What the classes' bias multiplies each with, the first class's being 1; empty where it changes nothing."""
    factors = {name: asked.probabilities[name] / max(value, TINY) for name, value in before.items()}
    first = next(iter(factors.values())) or 1.0
    found = {name: factor / first for name, factor in factors.items()}
    return {} if all(abs(factor - 1) < 0.005 for factor in found.values()) else found


def _explain(asked: api.AskedTemplate, labels: tuple[str, ...], plain: dict[str, float]) -> str:
    """Why what the template says of nothing is divided out."""
    empty = share_out(asked.nothing)
    lean = max(empty, key=lambda name: empty[name])
    answer = max(labels, key=lambda name: asked.probabilities[name])
    uncalibrated = max(labels, key=lambda name: plain[name])
    changes = f" Without that it would answer {uncalibrated}, not {answer}." if uncalibrated != answer else ""
    return (
        f"With no text at all it leans {100 * empty[lean]:.0f} % to {lean}: that says nothing of the sentence and is "
        f"divided out.{changes} answer = times, as shares; plain = without."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if share >= 0.00005 or share == 0 else "<0.01 %"


def _times(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}" if value < 10_000 else ">9,999"


def _wrap(said: str, cells: int) -> list[str]:
    lines, line = list[str](), ""
    for word in said.split():
        word = safetext.fit(word, max(1, cells))
        longer = f"{line} {word}".strip()
        if safetext.width(longer) > cells and line:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines
