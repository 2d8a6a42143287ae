"""A step of the tour as it stands: guessed or not, shown or not, with the answers that came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.api import Predicted
from tui.tour import Step, Tour
from tui.widgets.tour.answers import Answered


@dataclass(frozen=True)
class Scene:
    """What a page, or the stage, shows."""

    tour: Tour
    place: int
    guesses: Mapping[str, str]
    """The guess of each step, by its id."""
    revealed: bool
    answers: tuple[Answered, ...]
    own: str
    """One's own sentence; empty if there is none."""
    own_answers: tuple[Answered, ...]
    frozen: tuple[str, ...]
    """The letters that the model of the step's era did not tune."""

    @property
    def step(self) -> Step:
        """The present step."""
        return self.tour.steps[self.place]

    @property
    def guess(self) -> str | None:
        """What was guessed of the present sentence."""
        return self.guesses.get(self.step.id)

    @property
    def bears_out(self) -> bool:
        """Whether the answers that came are what the step says of them."""
        said = {row.era: row.answer.label for row in self.answers if isinstance(row.answer, Predicted)}
        return self.step.holds(said)

    @property
    def guessed_right(self) -> tuple[int, int]:
        """Of how many guesses how many were right: first the right ones."""
        made = [(self.guesses[step.id], step.label) for step in self.tour.steps if step.id in self.guesses]
        return sum(guess == label for guess, label in made), len(made)
