"""From the words at a blank to an answer, as the small calculation it is: every number has a name."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from core import api
from tui import safetext
from tui.prompt_lab import share_out
from tui.widgets.read.class_marks import colour_of, mark_of

NAME, WORDS, NOTHING, TIMES, BIAS, ANSWER, PLAIN = 10, 9, 11, 8, 8, 8, 6
"""Cells of the columns."""
TALL = 34
"""Lines of a screen from which the numbers are explained at length."""
NOT_CALIBRATED = "Not calibrated: the answer is the shares of its words."
BIASED = " The bias of a class was learned, or is what texts get on average; the first class's is 1."
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
        height = self.content_size.height
        self.refresh(layout=not height or height != len(self._lines(self.content_size.width)))

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
        shows_plain = self._calibrated and cells >= NAME + WORDS + NOTHING + TIMES + ANSWER + PLAIN + (
            BIAS if bias else 0
        )
        head = f"{'':<{NAME}}{'its words':>{WORDS}}"
        if self._calibrated:
            head += f"{'of nothing':>{NOTHING}}{'times':>{TIMES}}"
        head += f"{'bias':>{BIAS}}" if bias else ""
        last = f"{'plain':>{PLAIN}}" if shows_plain else ""
        lines = [Content.assemble((head, "$muted"), (f"{'answer':>{ANSWER}}", "bold"), (last, "$muted"))]
        for name in labels:
            paint = colour_of(name, labels)
            row = [
                (mark_of(name, labels) + " ", f"bold {paint}"),
                (safetext.column(name, NAME - 2), f"bold {paint}"),
                (f"{_percent(asked.sums[name]):>{WORDS}}", ""),
            ]
            if self._calibrated:
                row.append((f" ÷{_percent(asked.nothing[name]):>{NOTHING - 2}}", ""))
                row.append((f" ={_times(times[name]):>{TIMES - 2}}", ""))
            if bias:
                row.append((f" ×{_times(bias[name]):>{BIAS - 2}}", ""))
            row.append((f"{100 * asked.probabilities[name]:>{ANSWER - 2}.1f} %", f"bold {paint}"))
            if shows_plain:
                row.append((f"{100 * plain[name]:>{PLAIN - 2}.0f} %", "$muted"))
            lines.append(Content.assemble(*row))
        return [*lines, *self._words(asked, plain, bool(bias), cells)]

    def _words(self, asked: api.AskedTemplate, plain: dict[str, float], biased: bool, cells: int) -> list[Content]:
        """What the numbers mean: a line on a short screen, all of it on others."""
        short, more = _explain(asked, plain) if self._calibrated else (NOT_CALIBRATED, "")
        if biased:
            more += BIASED
        if self.app.size.height < TALL:
            said = [safetext.fit(short, cells)]
        else:
            said = _wrap(safetext.visible(f"{short}{more}"), cells)
        return [Content.styled(line, "italic $muted") for line in said]


def _bias(asked: api.AskedTemplate, before: dict[str, float]) -> dict[str, float]:
    """What the classes' bias multiplies each with, the first class's being 1; empty where it changes nothing."""
    factors = {name: asked.probabilities[name] / max(value, TINY) for name, value in before.items()}
    first = next(iter(factors.values())) or 1.0
    found = {name: factor / first for name, factor in factors.items()}
    return {} if all(abs(factor - 1) < 0.005 for factor in found.values()) else found


def _explain(asked: api.AskedTemplate, plain: dict[str, float]) -> tuple[str, str]:
    """Why what the template says of nothing is divided out, and what the columns are."""
    empty = share_out(asked.nothing)
    lean = max(empty, key=lambda name: empty[name])
    answer = max(plain, key=lambda name: asked.probabilities[name])
    uncalibrated = max(plain, key=lambda name: plain[name])
    changes = f" Plain, it would answer {uncalibrated}, not {answer}." if uncalibrated != answer else ""
    return (
        f"Of no text it is {100 * empty[lean]:.0f} % {lean}: divided out.",
        f"{changes} That lean is the template's own and says nothing of the sentence. its words: the probabilities of "
        "a class's words, added up; of nothing: the same without any text; answer: each times as a share of all; "
        "plain: the shares without dividing.",
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
