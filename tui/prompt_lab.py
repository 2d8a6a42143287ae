"""The prompt lab's state: the templates of a model and one's own, which one is looked at, and the answer words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core import api
from core.eras.prompts import PromptError, Template, read_answers, write_answers
from tui.model_comparison import ComparedModel


@dataclass
class PromptLab:
    """What is asked of a prompted model. `own`: a template that a person typed; None before one did.

    `refused`: the own template that the engine could not ask with: it is left out until it changes or is looked at.
    """

    model: str
    templates: tuple[str, ...]
    answers: str
    usual_answers: str
    own: str | None = None
    place: int = 0
    refused: str | None = None

    @classmethod
    def of(cls, compared: ComparedModel) -> PromptLab:
        """As the model is asked of itself; without templates where it is not a prompted one."""
        entry = compared.entry
        if entry is None:
            return cls(compared.key, (), "", "")
        config = entry.info.config
        templates = _strings(config.get("templates"))
        listed = config.get("answers")
        words = map(_strings, listed) if isinstance(listed, list | tuple) else ()
        answers = dict(zip(entry.labels, words, strict=False))
        written = write_answers(answers)
        return cls(entry.spec, templates, written, written)

    @property
    def listed(self) -> tuple[str, ...]:
        """The model's templates, then one's own."""
        return self.templates if self.own is None else (*self.templates, self.own)

    @property
    def chosen(self) -> str:
        """The template that is looked at."""
        listed = self.listed
        return listed[self.place] if listed else ""

    @property
    def at_own(self) -> bool:
        """Whether it is one's own."""
        return self.place >= len(self.templates)

    def step(self, by: int) -> None:
        """Look at another template; beyond the last comes the first."""
        self.place = (self.place + by) % max(1, len(self.listed))

    def edit(self, typed: str) -> None:
        """Ask with what was typed: one's own template, unless it is one of the model's."""
        if typed.strip() in self.templates:
            self.own, self.place = None, self.templates.index(typed.strip())
        else:
            self.own, self.place = typed, len(self.templates)

    def question(self, text: str) -> api.AskPrompt:
        """What to ask the engine. Raises PromptError where the template looked at, or the answer words, are broken."""
        if self.at_own:
            Template(self.chosen.strip())
        read_answers(self.answers)
        return api.AskPrompt(text, self.model, (*self.templates, *self._own_asked), self.answers)

    @property
    def _own_asked(self) -> tuple[str, ...]:
        if self.own is None or (self.own == self.refused and not self.at_own):
            return ()
        try:
            return (Template(self.own.strip()).shown,)
        except PromptError:
            return ()

    def refuse(self) -> None:
        """The engine could not ask so: what it can ask is to be had again by stepping away."""
        if self.at_own:
            self.refused = self.own

    def find(self, answer: api.Prompted) -> api.AskedTemplate | None:
        """What the answer says of the template that is looked at."""
        return next((each for each in answer.templates if each.template == self.chosen.strip()), None)

    def mean(self, answer: api.Prompted) -> dict[str, float]:
        """By class, the mean over the model's own templates, which is its answer: see `mean_answer`."""
        return mean_answer([each.probabilities for each in answer.templates if each.template in self.templates])


def _strings(listed: object) -> tuple[str, ...]:
    """What a model's file says, where it says a list."""
    return tuple(map(str, listed)) if isinstance(listed, list | tuple) else ()


def mean_answer(answers: Sequence[dict[str, float]]) -> dict[str, float]:
    """The mean of the logarithms of the probabilities, as shares of one: what a prompted model answers.

    Empty for no answers.
    """
    if not answers:
        return {}
    tiny = 1e-30
    logs = {name: sum(math.log(max(each[name], tiny)) for each in answers) / len(answers) for name in answers[0]}
    most = max(logs.values())
    return share_out({name: math.exp(value - most) for name, value in logs.items()})


def share_out(values: dict[str, float]) -> dict[str, float]:
    """Each as its share of their sum; alike where all are 0."""
    total = sum(values.values())
    return {name: value / total if total else 1 / len(values) for name, value in values.items()}
