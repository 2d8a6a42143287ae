"""The ladder's own run: it keeps a few children at work, a trial each, and says how far it is."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.benchmark import spec, trial_process, trials
from core.benchmark.at_work import AtWork, Pool, Processes
from core.benchmark.costs import Costs, Texts
from core.benchmark.live_report import LiveReport
from core.benchmark.trials import TrialResult
from core.errors import UserError
from core.jobs import LadderJob, TrainJob
from core.runs import events
from core.runs.logger import RunLogger
from core.storage.store import Store

WORKER = "core.benchmark.trial_process"
Last = events.Done | events.Stopped | events.Failed
LOOK_SECONDS = 0.1
STOP_SECONDS = 10.0
"""How long a child may take to write its checkpoint before it is killed."""


class Keys(Protocol):
    """`core.benchmark.trial_keys.TrialKeys`, which brings torch along."""

    def key(self, job: TrainJob) -> str:
        """The key of the job's classifier."""

    def texts(self, job: TrainJob) -> Texts:
        """The labelled training texts its data has."""


@dataclass
class Survey:
    """A ladder before it goes on: what there is, what is to be measured (with its classifier's key), what cannot be."""

    found: dict[TrainJob, TrialResult] = field(default_factory=dict)
    waiting: deque[tuple[TrainJob, str]] = field(default_factory=deque)
    refused: dict[str, str] = field(default_factory=dict)
    """Why trials cannot be measured, and what to do about it."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Budgets that ask for more labels than there are, likewise: nothing that could be mended."""
    texts: dict[str, Texts] = field(default_factory=dict)
    """The training texts of each data set."""


def survey(job: LadderJob, store: Store, keys: Keys) -> Survey:
    """Look up every trial of the ladder; trains nothing. What is to be measured waits with the cheapest in front.

    Cheap by the guess, not by what others took: the order is the same wherever the ladder runs, and when it goes on.
    """
    seen = Survey()
    for trial in spec.list_trials(job):
        try:
            texts, key = keys.texts(trial), keys.key(trial)
        except UserError as error:
            seen.refused.setdefault(f"{trial.era} on {trial.data}: {error.message}", error.hint)
            continue
        seen.texts[trial.data] = texts
        if trial.labels is not None and trial.labels > texts.number:
            message = (
                f"{trial.data} has {texts.number:,} labelled training texts; {trial.labels:,} labels are left out."
            )
            seen.left_out.setdefault(message, "Ask for fewer labels, or for all.")
        elif measured := trials.find(store, key, job.split == "test"):
            seen.found[trial] = measured
        else:
            seen.waiting.append((trial, key))
    costs = Costs(seen.texts)
    seen.waiting = deque(sorted(seen.waiting, key=lambda waiting: costs.guess(waiting[0])))  # those alike as listed
    return seen


def run_ladder(
    job: LadderJob, run: Path, store: Store, logger: RunLogger, keys: Keys | None = None, module: str = WORKER
) -> Last:
    """Measure every trial that was not measured yet, in the run's folder. Returns how it ended.

    A trial that fails is reported and the others go on; the run then ends as failed. Whatever happens, no child is
    left behind, and ladder.json in the run's folder holds what there is, also on the way. Killed, it goes on where it
    was: trials are in the store, and those at work have their checkpoints.
    """
    logger.log(events.Progress(phase="data", step=0, total=0))
    seen = survey(job, store, keys or _trial_keys(store))
    if not seen.found and not seen.waiting:
        message, hint = next(iter((seen.refused | seen.left_out).items()))
        return events.Failed(message=message, hint=hint)
    pool: Pool = Processes(job.workers, module)
    if job.scheduler is not None:
        from core.benchmark.cluster import Cluster

        pool = Cluster(job.scheduler, module)
    try:
        return _Ladder(job, run, store, logger, seen, pool).go()
    finally:
        pool.close()


def _trial_keys(store: Store) -> Keys:
    from core.benchmark.trial_keys import TrialKeys

    return TrialKeys(store)


class _Ladder:
    """A ladder at work."""

    def __init__(self, job: LadderJob, run: Path, store: Store, logger: RunLogger, survey: Survey, pool: Pool) -> None:
        self.job, self.run, self.store, self.logger, self.pool = job, run, store, logger, pool
        self.found, self.waiting, self.survey = survey.found, survey.waiting, survey
        self.total = len(self.found) + len(self.waiting)
        self.failed = 0
        self.lacks = ""
        self.children: list[AtWork] = []
        self.costs = Costs(survey.texts)
        self.report = LiveReport(job, run, survey.texts)
        for trial, measured in self.found.items():
            self.costs.record(trial, measured.seconds)

    def go(self) -> Last:
        """Until all is measured, or the person stops it."""
        done, say = len(self.found), self.logger.log
        say(events.Start(title=self.job.title, step=done, total=self.total, resumed=done > 0))
        # From here on nothing is lost: trials are kept one by one.
        say(events.Checkpoint(step=done, path=""))
        for message in self.survey.refused | self.survey.left_out:
            say(events.Warned(message=message))
        try:
            finished = self._work()
        finally:
            self._end_children()
            # Half a minute for a whole ladder on a busy machine.
            say(events.Progress(phase="intervals", step=len(self.found), total=self.total))
            self.report.finish(self.found)
        if not finished:
            return events.Stopped(step=len(self.found))
        if self.failed or self.survey.refused:
            missing = f"{self.failed} of {self.total} cells failed" if self.failed else "some cells cannot be measured"
            return events.Failed(message=f"The ladder is not whole: {missing}.", hint=self._hint())
        return events.Done(cached=done == self.total)

    def _hint(self) -> str:
        if self.failed:
            return f"The warnings say why. `nlp-tui resume {self.run.name}` tries again what failed."
        return next(iter(self.survey.refused.values()))

    def _work(self) -> bool:
        """Returns whether it came to the end."""
        while self.waiting or self.children:
            if self.logger.wait_while_paused(len(self.found)) == "stopped":
                return False
            self._say_what_lacks()
            while self.waiting and len(self.children) < self.pool.workers:
                self._start(*self.waiting.popleft())
            for child in [child for child in self.children if child.code is not None]:
                self.children.remove(child)
                self._ended(child)
            self.report.offer(self.found)
            if self.logger.progress_is_due():
                self._progress()
            time.sleep(LOOK_SECONDS)
        return True

    def _say_what_lacks(self) -> None:
        """Once, when it comes up: the pool waits, and would do so without a word."""
        before, self.lacks = self.lacks, self.pool.lacks
        if self.lacks and self.lacks != before:
            self.logger.log(events.Warned(message=self.lacks))

    def _start(self, trial: TrainJob, key: str) -> None:
        budget = "all" if trial.labels is None else trial.labels
        name = f"{trial.era}-{budget}-seed{trial.seed}-{key[:8]}"
        wanted = trial_process.TrialSpec(trial, key, self.job.split == "test")
        self.children.append(self.pool.begin(self.run / "cells" / name, wanted))

    def _ended(self, child: AtWork) -> None:
        child.let_go()
        trial, key = child.spec.job, child.spec.key
        if child.code == trial_process.STOPPED:  # it saw a wish to stop that was taken back
            self.waiting.appendleft((trial, key))
        elif child.code == trial_process.DONE and (measured := trials.find(self.store, key, child.spec.test)):
            self.found[trial] = measured
            self.costs.record(trial, measured.seconds)
            self._say_measured(trial, measured.scores[self.job.split])
            self._progress()
        else:
            self.failed += 1
            self.logger.log(events.Warned(message=f"{trial.title} failed. {child.complaint()}"))

    def _say_measured(self, trial: TrainJob, scores: Mapping[str, float]) -> None:
        self.logger.log(
            events.Trial(
                data=trial.data,
                labels=trial.labels,
                era=trial.era,
                seed=trial.seed,
                title=trial.title,
                split=self.job.split,
                loss=scores["loss"],
                accuracy=scores["accuracy"],
                n=scores["n"],
            )
        )

    def _progress(self) -> None:
        rest = [child.left(self.costs.expect(child.spec.job)) for child in self.children]
        left = self.costs.left([trial for trial, _ in self.waiting], rest, self.pool.workers)
        self.logger.log(events.Progress(phase="ladder", step=len(self.found), total=self.total, eta=left))

    def _end_children(self) -> None:
        for child in self.children:
            child.let_go()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.end(deadline - time.monotonic())
