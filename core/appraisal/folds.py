"""Which texts are learned from and which are answered: the task's own test split, or of few texts each one in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from core.data.corpora import Split, Task
from core.data.leaving_out import FEW
from core.data.splits import content_key, share
from core.data.texts import take

PARTS = 5
"""Folds of a repeat: four fifths are learned from, about as many as with a test split."""


@dataclass(frozen=True)
class Fold:
    """One training: `task` holds what is learned from, and as its test split the texts at `places` of all answered."""

    repeat: int
    number: int
    task: Task
    places: Sequence[int]


@dataclass(frozen=True)
class Plan:
    """How a task is answered. `answered` are the texts that have an answer a repeat, in a fixed order."""

    task: Task
    repeats: int
    crossed: bool
    """Whether each text is answered by a model that has learned from others only; else those of the test split are."""

    @cached_property
    def answered(self) -> Split:
        """(n,) texts with their class numbers."""
        task = self.task
        if not self.crossed:
            return task.test
        parts = (task.train, task.validation, task.test)
        return Split([text for part in parts for text in part.texts], [each for part in parts for each in part.labels])

    @property
    def parts(self) -> int:
        """Trainings of one era a repeat."""
        if not self.crossed:
            return 1
        counts = [list(self.answered.labels).count(label) for label in range(len(self.task.labels))]
        return max(2, min(PARTS, *counts))

    def folds(self) -> Iterator[Fold]:
        """Every training of an era, repeat by repeat."""
        for repeat in range(self.repeats):
            if not self.crossed:
                yield Fold(repeat, 0, replace(self.task, notes=()), range(len(self.answered)))
                continue
            part_of = self._assign(repeat)
            for number in range(self.parts):
                yield self._fold(repeat, number, part_of)

    def _assign(self, repeat: int) -> list[int]:
        """(n,): the fold in which each text is answered; every class is spread evenly, by content alone."""
        part_of = [0] * len(self.answered)
        dealt = 0
        for label in range(len(self.task.labels)):
            own = [place for place, each in enumerate(self.answered.labels) if each == label]
            own.sort(key=lambda place: share(content_key(self.answered.texts[place]), f"fold {repeat}"))
            for place in own:
                part_of[place] = dealt % self.parts
                dealt += 1
        return part_of

    def _fold(self, repeat: int, number: int, part_of: Sequence[int]) -> Fold:
        rest = [place for place, part in enumerate(part_of) if part != number]
        held = [place for place, part in enumerate(part_of) if part == number]
        # Its notes are said once, of the whole.
        task = Task(self.task.name, self.task.labels, self._at(rest), Split([], []), self._at(held))
        return Fold(repeat, number, task, held)

    def _at(self, places: Sequence[int]) -> Split:
        return Split(take(self.answered.texts, places), [self.answered.labels[place] for place in places])


def plan(task: Task, repeats: int) -> Plan:
    """How to answer a task's texts: of few each in turn, `repeats` times, else the test split with as many seeds."""
    n = sum(map(len, (task.train, task.validation, task.test)))
    return Plan(task, repeats, crossed=n <= FEW)
