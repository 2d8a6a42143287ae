"""Answers to one sentence beside the truth: a line an era, and what the person guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content

from core.api import Failed, Predicted
from tui import safetext
from tui.widgets.shared.probability_bar import bar, colour, lean_of

NAME, WIDEST_BAR, SAID = 10, 41, 24


@dataclass(frozen=True)
class Answered:
    """An era's answer; None where there is none, and then `absence` says why, if anybody knows."""

    era: str
    answer: Predicted | Failed | None
    absence: str = ""


def describe_answers(rows: Iterable[Answered], truth: str | None, guess: str | None, cells: int) -> Content:
    """The rows in `cells` cells, each right (✓) or wrong (✗) if the `truth` is known; the guess beneath them."""
    lines = [_describe(row, truth, cells) for row in rows]
    if guess is not None and truth is not None:
        lines.append(Content.assemble((f"{'you':<{NAME}}", "bold"), f"{guess} ", mark(guess, truth)))
    return Content("\n").join(lines)


def mark(label: str, truth: str | None) -> Content:
    """A tick, a cross, or nothing where nobody knows."""
    if truth is None:
        return Content("")
    right = label == truth
    return Content.styled("✓ right" if right else "✗ wrong", "bold $success" if right else "bold $error")


def percent(answer: Predicted) -> int:
    """The probability of the answer's own label, in percent."""
    return round(100 * answer.probabilities[answer.label])


def _describe(row: Answered, truth: str | None, cells: int) -> Content:
    name = Content.styled(f"{row.era:<{NAME}}", "bold")
    answer = row.answer
    if answer is None:
        return Content.assemble(name, (safetext.fit(row.absence or "…", cells - NAME), "italic $muted"))
    if isinstance(answer, Failed):
        said = safetext.fit(f"{answer.message} {answer.hint}", cells - NAME)
        return Content.assemble(name, (said, "italic $muted"))
    width = max(7, min(WIDEST_BAR, cells - NAME - SAID)) | 1
    label = safetext.fit(safetext.one_line(answer.label), SAID - 14)
    return Content.assemble(
        name,
        bar(answer.probabilities, width),
        " ",
        (f"{label} {percent(answer)} %", colour(lean_of(answer.probabilities))),
        "  ",
        mark(answer.label, truth),
    )
