"""`train --unlabeled FILE`: what the eras start from reads a person's text first, then they are trained over it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.cli.printing import say
from core.cli.runs import make_absolute, start_jobs
from core.errors import UserError
from core.jobs import MaskedJob, Pretraining, TrainJob
from core.runs import RunDirectory, list_runs
from core.runs.wording import gain


@dataclass
class _Plan:
    """Of each classifier that is asked for, the run that each of its parts takes. `notes`: of those that have none."""

    parts: dict[TrainJob, dict[str, Pretraining]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def runs(self) -> list[Pretraining]:
        """Each once, in the order of the eras."""
        return list(dict.fromkeys(job for parts in self.parts.values() for job in parts.values()))


def start_over_text(wanted_jobs: Sequence[TrainJob], wanted: Namespace) -> int:
    """Have the text read, say what that bought, and train. What was read before is found in the store.

    Stopped and called again it goes on: a language model and `mlm` from their checkpoints. Returns the exit code.
    """
    from core.finetuning.adapting import start_from

    plan = _plan(wanted_jobs, make_absolute(wanted.unlabeled))
    for note in plan.notes:
        say(note)
    runs = plan.runs()
    if runs and (code := start_jobs(runs, Namespace(**{**vars(wanted), "pin": []}))):
        return code
    made = {job: _made(job) for job in runs}
    for job, run in made.items():
        say(_bought(job, run))
    keys = {job: run.latest().artifact or "" for job, run in made.items()}
    over = [start_from(job, {part: keys[each] for part, each in parts.items()}) for job, parts in plan.parts.items()]
    # What was to be waited for is over when the text has been read.
    return start_jobs(over, Namespace(**{**vars(wanted), "after": None}) if runs else wanted)


def _plan(wanted_jobs: Iterable[TrainJob], text: str) -> _Plan:
    from core.eras.table import BY_ID
    from core.finetuning.adapting import OwnText, list_adaptations, say_nothing_goes_on
    from core.finetuning.prepare import prepare
    from core.storage.store import default_store

    store, plan, task = default_store(), _Plan(), None
    for job in wanted_jobs:
        plan.parts[job] = {}
        try:
            training = prepare(job, store, task)
        except UserError:
            continue  # its own run says what is wrong with it, as it does without a text
        task = training.task
        plan.parts[job] = list_adaptations(training, OwnText.beside(job, text), store)
        if not plan.parts[job]:
            plan.notes.append(say_nothing_goes_on(BY_ID[job.era]))
    return plan


def _made(job: Pretraining) -> RunDirectory:
    """The run of that very job, which has just ended."""
    return next(run for run in list_runs() if run.job == job)


def _bought(job: Pretraining, run: RunDirectory) -> str:
    """What a part's reading bought, in a sentence."""
    found = gain(run.latest().scores, "masked pieces" if isinstance(job, MaskedJob) else "words")
    return f"{job.title}: {found or 'read; what that gains shows only in what is trained over them'}."
