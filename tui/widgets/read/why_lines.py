"""What each token does to a row's answer, drawn under it; and in words which of the numbers are shown."""

from __future__ import annotations

from textual.content import Content

from core.api import Explained, Failed, Predicted
from tui import explanations, safetext
from tui.widgets.shared import probability_bar, token_line

FULL_TINT = 50.0
"""Points of the strongest tint: the same in every row, so that rows can be compared."""
MOST_LINES = 3
STEP = 0.1
"""From how large a last step on it is said what a full stop's step is."""
STOPS = (".", "!", "?", "...")


def lines(
    answer: Predicted, why: Explained | Failed | None, method: str, gutter: tuple[int, int], cells: int, ansi: bool
) -> list[Content]:
    """The tokens with their points, and what these are; dim while they are those of an earlier text.

    `gutter`: (cells before the sign of the legend, cells before the tokens).
    """
    start, indent = gutter
    if isinstance(why, Failed):
        said = safetext.fit(f"{why.message} {why.hint}", cells)
        return [Content.assemble(" " * indent, (said, "$error"))]
    if why is None:
        marked = token_line.marked_lines(answer.tokens, (), (), cells, ansi, MOST_LINES)
        return _with_gutter(marked, "", start, indent, _note("asking why…", indent, cells))
    tokens = [each.token for each in why.contributions]
    points = [each.points for each in why.contributions]
    leans = [max(-1.0, min(1.0, each / FULL_TINT)) for each in points]
    marked = token_line.marked_lines(tokens, leans, list(map(_number, points)), cells, ansi, MOST_LINES)
    sign = "▸" if len(answer.probabilities) == 2 else why.label
    out = _with_gutter(marked, f"pts {sign}", start, indent, _note(describe(why), indent, cells))
    if remark := _remark(why, answer):
        out.append(_note(remark, indent, cells))
    return [line.stylize("dim") for line in out] if is_stale(answer, why, method) else out


def is_stale(answer: Predicted, why: Explained, method: str) -> bool:
    """Whether these are the words of an earlier text, or the points of another method."""
    words = [token.text for token in answer.tokens]
    return method != why.method or [each.token.text for each in why.contributions] != words[: len(why.contributions)]


def describe_running(answer: Predicted) -> str:
    """What the percents of a running answer are; of a large last step, whose doing it is not."""
    label, _ = probability_bar.running_percents(answer)
    said = f"running answer, % {safetext.one_line(label)}"
    if (step := _last_step(answer)) is not None:
        return f"{said}; “{answer.tokens[-1].text}” {step[0]}→{step[1]}: unfinished before · ^y why"
    return f"{said}: as if the text ended there · ^y why"


def describe(why: Explained) -> str:
    """What the points are, in a line."""
    key = " · ^y next"
    if why.method == explanations.LEAVE_ONE_OUT:
        return f"why: points of {why.label} that go without the word{key}"
    if why.method == explanations.GRADIENT:
        return f"why: gradient × input, points of {why.label}{key}"
    total = sum(each.points for each in why.contributions)
    gap = "" if why.gap is None else f" (gap {why.gap:+.1f})"
    return f"why: integrated gradients, {total:+.0f} points{gap}{key}"


def _last_step(answer: Predicted) -> tuple[int, int] | None:
    """The percents before and after a full stop, where it turns the running answer."""
    running = probability_bar.running_percents(answer)[1]
    if len(running) < 2 or len(running) != len(answer.tokens) or answer.tokens[-1].text not in STOPS:
        return None
    return (running[-2], running[-1]) if abs(running[-1] - running[-2]) >= 100 * STEP else None


def _remark(why: Explained, answer: Predicted) -> str:
    """What must not be read into these points; of a full stop that turned the answer, what it did itself."""
    step = _last_step(answer)
    if why.method == explanations.INTEGRATED and step is not None and len(why.contributions) == len(answer.tokens):
        last = why.contributions[-1]
        return (
            f"“{last.token.text}” itself {_number(last.points)}; finishing the sentence moved it {step[1] - step[0]:+d}"
        )
    if not why.remark:
        return ""
    if why.method == explanations.LEAVE_ONE_OUT:
        return f"without “{why.contributions[-1].token.text}” it is unfinished: integrated tells its own part"
    return why.remark


def _with_gutter(marked: list[Content], sign: str, start: int, indent: int, note: Content) -> list[Content]:
    legend = safetext.column(sign, indent - start - 1)
    out = []
    for number, line in enumerate(marked):
        beside = legend if number % 2 else " " * (indent - start - 1)
        out.append(Content.assemble(" " * start, (beside, "$muted"), " ", line))
    return [*out, note]


def _note(said: str, indent: int, cells: int) -> Content:
    return Content.assemble(" " * indent, (safetext.fit(said, cells), "italic $muted"))


def _number(points: float) -> str:
    """Whole points with their sign; none of nothing."""
    whole = round(points)
    return f"{whole:+d}" if whole else "0"
