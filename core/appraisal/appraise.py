"""All eras on one person's texts: every fold trained or found, then put together, baselines and cheap eras first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.appraisal.advice import PLAIN
from core.appraisal.folded_answers import FoldAnswers, answer_fold
from core.appraisal.folds import Fold, Plan
from core.appraisal.own_text import TextReader
from core.appraisal.second_rows import MARK, era_of
from core.benchmark.costs import Costs, Texts
from core.benchmark.spec import WHOLE_UP_TO
from core.data.text import words
from core.eras.table import BY_ID
from core.errors import UserError
from core.jobs import TrainJob
from core.runs import events
from core.runs.logger import RunLogger, Stopped
from core.storage.store import Store

SHARES = (0.25, 0.5)
"""Of the labels, that the best eras are measured with, too: what more labels buy shows in what fewer would have."""
_SAMPLED = 200
"""Texts that the mean length is taken of."""

Told = Callable[[str, int, int, float], None]
"""Told what is at work, how many trainings are done, of how many, and the seconds that are left of all of them."""


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


Kept = Callable[[Appraised, Sequence[str]], None]
"""Given what there is after an era, and which eras are still to come."""


class Appraiser:
    """Answers a plan's texts with eras, fold by fold; what is done already is found in the store."""

    def __init__(
        self,
        plan: Plan,
        store: Store,
        told: Told,
        base: TrainJob,
        logger: RunLogger | None = None,
        reader: TextReader | None = None,
    ) -> None:
        """`base` says how the data is read, and holds what is the same for all trainings.

        `logger` says when they are to pause, or to stop, and is told of pauses. `reader` has what eras start from read
        a text first, for the rows that are marked so (`core.appraisal.own_text`).
        """
        self.plan, self._store, self._told, self._base, self._reader = plan, store, told, base, reader
        self._logger = logger or RunLogger(_Nobody())
        self._notes: list[str] = []
        self._done = self._total = 0
        texts = plan.answered.texts
        some = [len(words(text)) for text in texts[:_SAMPLED]]
        self._costs = Costs({base.data: Texts(len(plan.task.train), sum(some) / max(1, len(some)))})

    def appraise(self, eras: Sequence[str], kept: Kept = lambda *_: None, fewer: bool = False) -> Appraised:
        """All of them: baselines, then the cheapest first. An era that cannot be had is left out, with the reason.

        Second rows of eras, over what has read a text, come after all first ones. `kept` is called after each; `fewer`:
        whether `with_fewer` of the best follows, so that it is counted. Raises Stopped.
        """
        found = Appraised(self.plan)
        waiting = {era: list(self._trainings(era)) for era in eras}
        order = sorted(
            waiting, key=lambda era: (era.endswith(MARK), era not in PLAIN, self._costs.guess(waiting[era][0][0]))
        )
        kinds = {era in PLAIN for era in eras if not BY_ID[era_of(era)].asked}
        follows = len(kinds) * len(SHARES) * self.plan.repeats * self.plan.parts if fewer else 0
        self._total = self._done + sum(map(len, waiting.values())) + follows
        for era in order:
            answered = []
            try:
                for job, fold in waiting[era]:
                    rest = [each for trainings in waiting.values() for each, _ in trainings]
                    said = f"{era}, {self._place(job, fold)}"
                    answered.append((fold, self._answer(era, job, fold, said, rest, follows)))
                    waiting[era] = waiting[era][1:]
            except UserError as error:
                found.left_out[era] = " ".join(filter(None, (f"{error.message.rstrip('.')}.", error.hint)))
                self._total -= len(waiting[era])
                waiting[era] = []
            else:
                found.answers[era] = put_together(era, self.plan, answered)
            found.notes = list(dict.fromkeys(self._notes))
            kept(found, [each for each in order if waiting[each]])
        return found

    def with_fewer(self, eras: Sequence[str]) -> list[tuple[int, EraAnswers]]:
        """The same eras with `SHARES` of the labels, drawn from what each fold learns from: (labels, answers).

        Where so few cannot be drawn, two of each class are. Raises Stopped.
        """
        whole = min(_labels(fold) for fold in self.plan.folds())
        fewest = 2 * len(self.plan.task.labels)
        sizes = dict.fromkeys(max(fewest, int(share * whole)) for share in SHARES)
        asked = [(era, labels) for era in eras for labels in sizes if labels < whole]
        waiting = {
            (era, labels): [
                (replace(job, labels=labels, whole_budget=labels <= WHOLE_UP_TO), fold)
                for job, fold in self._trainings(era)
            ]
            for era, labels in asked
        }
        self._total = self._done + sum(map(len, waiting.values()))
        found = []
        for era, labels in asked:
            answered = []
            for job, fold in waiting[era, labels]:
                rest = [each for trainings in waiting.values() for each, _ in trainings]
                said = f"{era} with {labels:,} labels, {self._place(job, fold)}"
                answered.append((fold, self._answer(era, job, fold, said, rest, 0)))
                waiting[era, labels] = waiting[era, labels][1:]
            found.append((labels, put_together(era, self.plan, answered)))
        return found

    def _trainings(self, row: str) -> Iterator[tuple[TrainJob, Fold]]:
        era = era_of(row)
        job = replace(TrainJob.of(era), **_shared(self._base))
        if BY_ID[era].asked:  # nothing is trained: it reads every text as it is, and one repeat says it all
            task = replace(self.plan.task, notes=())
            if self.plan.crossed:
                whole = self.plan.answered
                task = replace(task, train=whole, validation=whole, test=whole)
            yield replace(job, labels=0, answers=self._base.answers), Fold(0, 0, task, range(len(self.plan.answered)))
            return
        for fold in self.plan.folds():
            labels = _labels(fold) if self.plan.crossed else None
            few = labels is not None and labels <= WHOLE_UP_TO
            yield replace(job, labels=labels, seed=fold.repeat, whole_budget=few), fold

    def _place(self, job: TrainJob, fold: Fold) -> str:
        """Which of an era's trainings it is, in words."""
        if BY_ID[job.era].asked:
            return "every text as it is"
        if not self.plan.crossed:
            return f"seed {fold.repeat + 1} of {self.plan.repeats}"
        within = f" of repeat {fold.repeat + 1} of {self.plan.repeats}" if self.plan.repeats > 1 else ""
        return f"fold {fold.number + 1} of {self.plan.parts}{within}"

    def _answer(
        self, row: str, job: TrainJob, fold: Fold, said: str, waiting: Sequence[TrainJob], follows: int
    ) -> FoldAnswers:
        """One fold of a row. `waiting` are the jobs still to do, this one among them; `follows`: how many come after.

        Of those after nobody knows yet which era they are: they count as the mean of those that wait.
        """
        if self._logger.wait_while_paused(self._done) == "stopped":
            raise Stopped
        expected = [self._costs.expect(each) for each in waiting]
        left = sum(expected) + follows * sum(expected) / len(expected)
        this, began = self._costs.expect(job), time.monotonic()

        def tell(more: str = "", first: float = 0.0) -> None:
            passed = min(this, time.monotonic() - began)  # beyond that nobody knows
            self._told(f"{said}{more}", self._done, self._total, left - passed + first)

        tell()
        if row.endswith(MARK):
            assert self._reader is not None
            job = self._reader.over(job, tell, self._logger)
            began = time.monotonic()
        logger = RunLogger(_Listener(row, self._notes, tell, self._logger), self._logger.desired)
        answers = answer_fold(job, fold, self._store, logger)
        self._costs.record(job, answers.seconds + answers.reading * len(fold.places))
        self._done += 1
        return answers


class _Nobody:
    """Where nobody listens."""

    def write(self, event: events.Event) -> None:
        """Pass it over."""


class _Listener:
    """Hears what a training says: its notes are kept, its steps show that it lives, its pauses are the report's."""

    def __init__(self, era: str, notes: list[str], tell: Callable[[str], None], logger: RunLogger) -> None:
        self._era, self._notes, self._tell, self._logger = era, notes, tell, logger

    def write(self, event: events.Event) -> None:
        """Take in one event."""
        if isinstance(event, events.Warned):
            self._notes.append(f"{self._era}: {event.message}")
        elif isinstance(event, events.Progress) and event.total:
            self._tell(f" · step {event.step or 0:,} of {event.total:,}")
        elif isinstance(event, events.Paused | events.Resumed):
            self._logger.log(event)


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
