"""What a person types to steer a run, or to start another one like it, checked before it is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from core.jobs import Declared, Group, Job, Option, TrainJob, kind_of, options_of
from core.runs.directory import RunDirectory, list_runs
from core.runs.event_log import RunError
from core.runs.steering import UNCHANGED, Change
from core.storage.paths import Home

_FACTOR = Declared("factor", float, None, False, Option("what the rate is multiplied by"))


def steer_run(
    run: RunDirectory, rate: str = "", freeze: Sequence[str] = (), unfreeze: Sequence[str] = (), finish: bool = False
) -> Change:
    """Want a run changed from its next step on; one that is not at work is changed when it goes on. Raises RunError.

    `rate`: the new highest one, or x and a factor: `0.0005`, `x0.5`. `freeze` and `unfreeze` name groups of parameters
    by a letter that is in them: `W_e` is the group of W_e and W_h. A paused run that is to finish goes on to do so.
    """
    change = replace(read_rate(rate), finish=finish)
    view = run.latest()
    if kind_of(run.job).group is not Group.TRAINING or run.status(view) == "done":
        what = "is done" if kind_of(run.job).group is Group.TRAINING else "trains no classifier"
        raise RunError(f"run {run.id} {what}: there is nothing to steer", "`nlp-tui branch` goes on from a run's end")
    groups = [group.name for group in view.groups]
    if not groups and ((view.started and view.total) or freeze or unfreeze):
        soon = "its groups are known once it trains" if not view.total else "it is fitted at once"
        raise RunError(f"run {run.id} has no groups of parameters to steer", soon)
    change = replace(change, freeze=_named(freeze, groups), unfreeze=_named(unfreeze, groups))
    if change == UNCHANGED:
        raise RunError("nothing is to be changed", "name a rate, groups to freeze or unfreeze, or say finish")
    numbered = run.steer(change)
    if finish and run.control().state == "paused":
        run.set_state("running")
    return numbered


def read_rate(text: str) -> Change:
    """The change of what was typed as a rate: a number, or x and a factor; nothing for nothing. Raises RunError."""
    typed = text.strip().lower()
    if not typed:
        return UNCHANGED
    try:
        if typed[0] in "x×*":
            return Change(factor=_FACTOR.read(typed[1:]))
        return Change(learning_rate=options_of(TrainJob)["learning_rate"].read(typed))
    except ValueError as error:
        raise RunError(f"the rate: {error}", "as in 0.0005, or x0.5 for half of it") from error


def _named(names: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """The groups that are meant by their names, or by letters that are in them."""
    found: list[str] = []
    for name in filter(None, (each.strip() for each in names)):
        group = next((group for group in groups if name == group or name in group.split(", ")), None)
        if group is None:
            raise RunError(f"there is no group {name!r}", f"there are {' · '.join(groups)}")
        found.append(group)
    return tuple(dict.fromkeys(found))


def again_job(run: RunDirectory, seed: int | None = None, home: Home | None = None) -> Job:
    """The job of a run with another seed: that one, or the next that no run of the same job has had. Raises RunError.

    Of a branch it is the seed of the order and of dropout, as it stays with the texts of the run it comes from.
    """
    name = "order_seed" if isinstance(run.job, TrainJob) and run.job.branch else "seed"
    if name not in {field.name for field in fields(run.job)}:
        raise RunError(f"run {run.id} has no seed: again it would be the same", f"again: {run.command}")
    if seed is None:
        same = [other.job for other in list_runs(home) if _but(other.job, name) == _but(run.job, name)]
        seed = 1 + max(_seed(job, name) for job in (run.job, *same))
    changed: dict[str, Any] = {name: seed}
    return replace(run.job, **changed)


def _but(job: Job, name: str) -> tuple[str, dict[str, Any]]:
    return job.kind, {key: value for key, value in vars(job).items() if key != name}


def _seed(job: Job, name: str) -> int:
    seed: int | None = getattr(job, name)
    return int(getattr(job, "seed", 0)) if seed is None else seed
