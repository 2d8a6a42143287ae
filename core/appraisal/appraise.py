"""All eras on one person's texts: every fold trained or found, then put together, the cheapest eras first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.appraisal.folded_answers import FoldAnswers, answer_fold
from core.appraisal.folds import Fold, Plan
from core.benchmark.costs import Costs, Texts
from core.benchmark.spec import WHOLE_UP_TO
from core.data.text import words
from core.eras.table import BY_ID
from core.errors import UserError
from core.jobs import TrainJob
from core.runs import events
from core.runs.logger import RunLogger
from core.storage.store import Store

_SAMPLED = 200
"""Texts that the mean length is taken of."""

Told = Callable[[str, int, int, float], None]
"""Told what is at work, how many trainings are done, of how many, and the seconds that are left."""


@dataclass
class EraAnswers:
    """What one era answers. `probabilities`: by repeat, (n, classes), in the plan's order; costs are a fold's mean."""

    era: str
    probabilities: list[NDArray[np.float32]]
    seconds: float
    reading: float
    parameters: int
    megabytes: float

    def right(self, labels: NDArray[np.int64]) -> list[NDArray[np.bool_]]:
        """By repeat, (n,): which answers agree with `labels`, (n,)."""
        return [answers.argmax(axis=1) == labels for answers in self.probabilities]


@dataclass
class Appraised:
    """What came of a plan: `answers` by era, `left_out` with the reasons, `notes` as the trainings said them."""

    plan: Plan
    answers: dict[str, EraAnswers] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Appraiser:
    """Answers a plan's texts with eras, fold by fold; what is done already is found in the store."""

    def __init__(self, plan: Plan, store: Store, told: Told, base: TrainJob) -> None:
        """`base` says how the data is read, and holds what is the same for all trainings."""
        self.plan, self._store, self._told, self._base = plan, store, told, base
        self._notes: list[str] = []
        texts = plan.answered.texts
        some = [len(words(text)) for text in texts[:_SAMPLED]]
        self._costs = Costs({base.data: Texts(len(plan.task.train), sum(some) / max(1, len(some)))})

    def appraise(self, eras: Sequence[str]) -> Appraised:
        """All of them, the cheapest first. An era that cannot be had is left out, with the reason."""
        found = Appraised(self.plan)
        waiting = {era: list(self._trainings(era)) for era in eras}
        order = sorted(waiting, key=lambda era: self._costs.guess(waiting[era][0][0]))
        total, done = sum(map(len, waiting.values())), 0
        for era in order:
            answered = []
            try:
                for job, fold in waiting[era]:
                    answered.append((fold, self._answer(job, fold, done, total, [waiting[each] for each in order])))
                    waiting[era] = waiting[era][1:]
                    done += 1
            except UserError as error:
                found.left_out[era] = " ".join(filter(None, (f"{error.message.rstrip('.')}.", error.hint)))
                total -= len(waiting[era])
                waiting[era] = []
                continue
            found.answers[era] = put_together(era, self.plan, answered)
        found.notes = list(dict.fromkeys(self._notes))
        return found

    def with_half(self, era: str) -> tuple[EraAnswers, int]:
        """The same era with half of the labels, drawn from what each fold learns from; and how many they are."""
        trainings = [
            (replace(job, labels=half, whole_budget=half <= WHOLE_UP_TO), fold)
            for job, fold in self._trainings(era)
            for half in [max(2 * len(fold.task.labels), _labels(fold) // 2)]
        ]
        answered = []
        for done, (job, fold) in enumerate(trainings):
            answer = self._answer(job, fold, done, len(trainings), [trainings[done:]])
            answered.append((fold, answer))
        return put_together(era, self.plan, answered), trainings[0][0].labels or 0

    def _trainings(self, era: str) -> Iterator[tuple[TrainJob, Fold]]:
        job = replace(TrainJob.of(era), **_shared(self._base))
        if BY_ID[era].asked:  # nothing is trained: it reads every text as it is, and one repeat says it all
            task = replace(self.plan.task, notes=())
            if self.plan.crossed:
                whole = self.plan.answered
                task = replace(task, train=whole, validation=whole, test=whole)
            yield replace(job, labels=0), Fold(0, 0, task, range(len(self.plan.answered)))
            return
        for fold in self.plan.folds():
            labels = _labels(fold) if self.plan.crossed else None
            few = labels is not None and labels <= WHOLE_UP_TO
            yield replace(job, labels=labels, seed=fold.repeat, whole_budget=few), fold

    def _answer(
        self,
        job: TrainJob,
        fold: Fold,
        done: int,
        total: int,
        waiting: Sequence[Sequence[tuple[TrainJob, Fold]]],
    ) -> FoldAnswers:
        left = self._costs.left([each for trainings in waiting for each, _ in trainings], [], 1)
        said = f"{job.era} · {done + 1} of {total}"
        notes = self._notes

        class Listener:
            """Hears what a training says: its notes are kept, its steps show that it lives."""

            def __init__(self, told: Told) -> None:
                self._told = told

            def write(self, event: events.Event) -> None:
                if isinstance(event, events.Warned):
                    notes.append(f"{job.era}: {event.message}")
                elif isinstance(event, events.Progress) and event.total:
                    self._told(f"{said} · step {event.step:,} of {event.total:,}", done, total, left)

        self._told(said, done, total, left)
        answers = answer_fold(job, fold, self._store, RunLogger(Listener(self._told)))
        self._costs.record(job, answers.seconds + answers.reading * len(fold.places))
        return answers


def put_together(era: str, plan: Plan, answered: Sequence[tuple[Fold, FoldAnswers]]) -> EraAnswers:
    """The answers of an era's folds as whole repeats, in the plan's order."""
    n, classes = len(plan.answered), len(plan.task.labels)
    repeats = [np.zeros((n, classes), np.float32) for _ in range(1 + max(fold.repeat for fold, _ in answered))]
    for fold, answers in answered:
        repeats[fold.repeat][list(fold.places)] = answers.probabilities
    each = [answers for _, answers in answered]
    return EraAnswers(
        era,
        repeats,
        sum(answers.seconds for answers in each) / len(each),
        sum(answers.reading for answers in each) / len(each),
        each[0].parameters,
        each[0].megabytes,
    )


def _labels(fold: Fold) -> int:
    return len(fold.task.train) + len(fold.task.validation)


def _shared(base: TrainJob) -> dict[str, Any]:
    """What every training of the plan has of `base`: where the data is, how it is read, how it is computed."""
    names = ("data", "text_column", "label_column", "encoding", "no_header", "fold_labels", "offline", "threads")
    return {name: getattr(base, name) for name in names}
