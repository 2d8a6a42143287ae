"""A step of the tour for a hall: which words stand on the stage, and which of them may be small."""

from __future__ import annotations

from core.api import Failed, Predicted
from core.eras.table import BY_ID
from tui.widgets.shared.parameter_block import colour
from tui.widgets.shared.probability_bar import colour as side
from tui.widgets.shared.probability_bar import lean_of
from tui.widgets.tour.answers import Answered, percent
from tui.widgets.tour.scene import Scene
from tui.widgets.tour.stage import Part

HEADLINE, NAME, ANSWER, SENTENCE = 1, 2, 3, 4
"""What becomes small last has most weight."""


def stage_parts(scene: Scene) -> tuple[Part, ...]:
    """The era, what is new in it, the sentence, and the answers once they are asked for."""
    step = scene.step
    number = f"{scene.place + 1} of {len(scene.tour.steps)}"
    era = BY_ID[step.era] if step.era else None
    title = f"{era.id} {era.year.lstrip('~')}" if era else step.title
    newest = next((each for each in era.parameters if each.symbol in step.changed), None) if era else None
    parts = [
        Part(title, f"bold {colour(newest.origin) if newest else '$accent'}", NAME, f"{number}   {title}"),
        Part(step.headline, "$muted", HEADLINE),
        Part(scene.own or step.text, "bold", SENTENCE),
    ]
    if scene.own:
        return (*parts, *(_answer(row, None) for row in scene.own_answers))
    if scene.revealed:
        return (*parts, *(_answer(row, step.label) for row in scene.answers), *_guess(scene, step.label))
    return (*parts, Part(" or ".join(scene.tour.labels) + "?", "$accent", ANSWER), *_guess(scene, None))


def _answer(row: Answered, truth: str | None) -> Part:
    answer = row.answer
    if not isinstance(answer, Predicted):
        said = f"{answer.message} {answer.hint}" if isinstance(answer, Failed) else row.absence or "…"
        return Part(f"{row.era}: {said}", "$muted", ANSWER)
    mark = "" if truth is None else " ✓" if answer.label == truth else " ✗"
    said = f"{row.era} {answer.label[:3]}. {percent(answer)}%{mark}"
    plain = f"{row.era}  {answer.label} {percent(answer)} %{mark}"
    return Part(said, side(lean_of(answer.probabilities)), ANSWER, plain, together=True)


def _guess(scene: Scene, truth: str | None) -> tuple[Part, ...]:
    if scene.guess is None:
        return ()
    mark = "" if truth is None else " ✓" if scene.guess == truth else " ✗"
    return (Part(f"you {scene.guess[:3]}.{mark}", "$foreground", ANSWER, f"you  {scene.guess}{mark}", together=True),)
