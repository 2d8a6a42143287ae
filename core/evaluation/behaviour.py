"""What models can do: how many minimal pairs of each ability they answer as asserted (Ribeiro et al. 2020)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.data.minimal_pairs import Suite
from core.errors import UserError
from core.intervals import wilson

Answer = Callable[[Sequence[str]], Sequence[Mapping[str, float]]]
"""Texts to the probabilities, 0 to 1, of each one's classes."""


class OtherClasses(UserError):
    """The model does not have the classes of the pairs. `message` and `hint` are for a person."""


@dataclass(frozen=True)
class Passed:
    """How many of an ability's pairs a model answers as asserted: `passed` of `n`, with Wilson's 95 % interval."""

    ability: str
    test: str
    n: int
    passed: int
    share: float
    low: float
    high: float


def check(suite: Suite, answer: Answer, model: str) -> list[Passed]:
    """One line an ability. Raises OtherClasses where the model answers other classes."""
    found = []
    for ability in suite.abilities:
        texts = [text for pair in ability.pairs for text in (pair.first, pair.second)]
        answers = answer(texts)
        if set(answers[0]) != set(suite.labels):
            raise OtherClasses(
                f"{model} answers {', '.join(answers[0])}; the pairs are {' or '.join(suite.labels)}.",
                "Check a model of film reviews.",
            )
        held = [
            ability.holds(pair, first, second)
            for pair, first, second in zip(ability.pairs, answers[::2], answers[1::2], strict=True)
        ]
        n, passed = len(held), sum(held)
        found.append(Passed(ability.name, ability.test, n, passed, passed / n, *wilson(passed / n, n)))
    return found


def always(suite: Suite, label: str) -> Answer:
    """Who answers one class to everything: what can be had without reading."""
    return lambda texts: [{each: float(each == label) for each in suite.labels} for _ in texts]
