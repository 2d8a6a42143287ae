"""Where a run was steered, for its curves: the epoch, a few words to stand there, and a sentence to read out."""

from __future__ import annotations

from dataclasses import dataclass

from core.jobs import Job, TrainJob
from core.runs.view import RunView
from core.runs.wording import name_changes, say_reason


@dataclass(frozen=True)
class SteeredMark:
    """A change that was made at an epoch. Group names in `label` and `said` may come from outside."""

    epoch: float
    label: str
    """As short as it can be said: "rate 0.0005, C frozen"."""
    said: str
    """The same with its step, and why where the run did it by itself: "rate 0.0005 from step 41"."""


def asked_rate(job: Job) -> float:
    """The highest learning rate that was asked for; 0 of what trains no classifier."""
    return job.learning_rate if isinstance(job, TrainJob) else 0.0


def list_marks(view: RunView, rate: float) -> list[SteeredMark]:
    """The changes that stand, in order; none where it is not known how many steps an epoch has.

    `rate`: the highest that was asked for.
    """
    if view.steps_per_epoch <= 0:
        return []
    found = []
    for change, what in zip(view.changes, name_changes(view.changes, rate), strict=True):
        where = f"{'at' if change.finish else 'from'} step {change.step:,}"
        found.append(SteeredMark(change.step / view.steps_per_epoch, what, f"{what} {where}{say_reason(change)}"))
    return found
