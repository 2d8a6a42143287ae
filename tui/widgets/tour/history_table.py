"""All eras beneath one another: what each had learned before the first label, and what it scores with few."""

from __future__ import annotations

from textual.content import Content

from core.budget import name_budget
from core.catalog.ladder import MeasuredLadder
from core.eras.table import BY_ID, Composition, Era, Origin
from tui.tour import BENEATH, Step
from tui.widgets.shared.parameter_block import colour
from tui.widgets.tour.gains import describe_gain, find_means

NAME, LETTER = 9, 4
LETTERS = ("C", "W_e", "W_h", "W_o", BENEATH)
LEGEND = "■ learned from text without labels   · starts random   – not in it"


def describe_history(step: Step, ladder: MeasuredLadder, data: str) -> Content:
    """A line an era; the ladder is read at the first of the step's numbers of labels."""
    means = {mean.era: mean for mean in find_means(step, ladder, data)}
    budget = name_budget(step.budgets[0]) if step.budgets else ""
    head = "".join(f"{letter:<{LETTER}}" for letter in LETTERS)
    lines = [Content.styled(f"{'':<{NAME}}{head}{budget}: % right, gain [95 %]", "$muted")]
    for id in step.asked:
        parts: list[Content | tuple[str, str]] = [(f"{id:<{NAME}}", "bold")]
        parts += [_mark(BY_ID[id], letter) for letter in LETTERS]
        if (mean := means.get(id)) is not None:
            gain = ladder.gain(mean)
            score = Content.styled(f"{100 * mean.mean:.1f} ", "bold")
            parts += [score, *([describe_gain(gain)] if gain is not None else [])]
        lines.append(Content.assemble(*parts))
    return Content("\n").join([*lines, Content.styled(LEGEND, "$muted")])


def _mark(era: Era, letter: str) -> tuple[str, str]:
    if letter == BENEATH:
        origin = Origin.LANGUAGE_MODEL if era.reads_states else Origin.NONE
    else:
        origin = era.parameter(letter).origin
        if origin is Origin.NONE and era.composition is Composition.TRANSFORMER:
            origin = Origin.TRANSFORMER
    sign = {Origin.NONE: "–", Origin.RANDOM: "·"}.get(origin, "■")
    return f"{sign:<{LETTER}}", colour(origin)
