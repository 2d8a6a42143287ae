"""A run that begins where another one was: with the checkpoint kept last, or with the best parameters of that run.

A run keeps its newest checkpoint only, and in it the best parameters so far: a branch begins at one of the two. It has
a copy of its own in its folder, so that neither the other run's going on nor its deletion changes what it came from.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.jobs import TrainJob
from core.runs.directory import RunDirectory, find_run, plain_errors
from core.runs.event_log import RunError
from core.runs.steering import UNCHANGED, Change
from core.storage.paths import Home

FOLDER = "branch"
"""Where in its folder a run keeps the checkpoint that it began with."""
BEST = "best"
OWN = frozenset({"branch", "order_seed", "learning_rate", "epochs", "patience", "device", "threads", "offline"})
"""What a branch may be asked for that differs: the texts, the network and the steps of an epoch stay."""
_ORIGIN = "origin.json"
_ATTEMPTS = 5


@dataclass(frozen=True)
class Kept:
    """The checkpoint that a run keeps: at which step, in which epoch (from 0), and the highest rate in force then."""

    path: Path
    step: int
    epoch: int
    best_epoch: int
    learning_rate: float | None


def find_kept(run: RunDirectory) -> Kept:
    """The newest checkpoint of a run that trains a classifier. Raises RunError if it keeps none."""
    try:
        newest = max((path for path in run.checkpoints_path.iterdir() if path.name.isdigit()), key=lambda p: p.name)
        state = json.loads((newest / "state.json").read_bytes())
        progress, steered = state["progress"], state.get("steered") or []
        rate = steered[-1]["learning_rate"] if steered else None
        return Kept(newest, int(newest.name), int(progress["epoch"]), int(progress["best_epoch"]), rate)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"run {run.id} has no checkpoint to begin from", "wait for the end of its first epoch"
        ) from error


def branch_job(
    run: RunDirectory,
    *,
    best: bool = False,
    rate: Change = UNCHANGED,
    epochs: int | None = None,
    patience: int | None = None,
    seed: int | None = None,
) -> TrainJob:
    """The job of a branch of that run, at its newest checkpoint or its best epoch, with what is given in its place.

    `rate`: what is made of the one in force at the checkpoint. `seed`: of the order of the texts and of
    dropout; which texts are trained on stays, or the branch would be validated with what it has learned from. Raises
    RunError.
    """
    if not isinstance(run.job, TrainJob):
        raise RunError(f"run {run.id} trains no classifier", "only those are branched")
    kept = find_kept(run)
    job = replace(
        run.job,
        branch=f"{run.id}@{BEST if best else kept.step}",
        learning_rate=(rate.learning_rate or kept.learning_rate or run.job.learning_rate) * (rate.factor or 1.0),
        epochs=epochs or run.job.epochs,
        patience=patience or run.job.patience,
        order_seed=run.job.order_seed if seed is None else seed,
    )
    read, most = kept.best_epoch if best else kept.epoch, job.epochs or run.latest().epochs
    if most and read >= most:
        raise RunError(f"run {run.id} has read its texts {read} times, and is asked for no more", "give more epochs")
    return job


def plant(job: TrainJob, folder: Path, home: Home | None = None) -> None:
    """Give a branch's new folder what it begins with. Raises RunError if the other run does not have it (any more)."""
    name, _, place = (job.branch or "").partition("@")
    run = find_run(name, home)
    if not isinstance(run.job, TrainJob):
        raise RunError(f"run {run.id} trains no classifier", "only those are branched")
    other = [name for name, value in vars(job).items() if name not in OWN and getattr(run.job, name) != value]
    if other:
        raise RunError(
            f"a branch of run {run.id} cannot have another {', '.join(other)}",
            "it goes on with the same texts and the same network: another rate, seed, patience or number of epochs",
        )
    with plain_errors(folder):
        for _ in range(_ATTEMPTS):
            kept = find_kept(run)
            if place not in (BEST, str(kept.step)):
                raise RunError(
                    f"run {run.id} no longer has its checkpoint of step {place}",
                    f"it keeps the newest, {run.id}@{kept.step}, and {run.id}@{BEST}",
                )
            # A run at work may write the next one meanwhile, and remove this one.
            with suppress(FileNotFoundError):
                shutil.rmtree(folder / FOLDER, ignore_errors=True)
                shutil.copytree(kept.path, folder / FOLDER, copy_function=_link)
                break
        else:
            raise RunError(f"run {run.id} is too quick with its checkpoints", "try again")
        with suppress(FileNotFoundError):
            (folder / "checkpoints").mkdir()
            shutil.copy2(run.checkpoints_path / _ORIGIN, folder / "checkpoints" / _ORIGIN)


def _link(source: str, target: str) -> Any:
    """The same file under a second name, as no checkpoint is ever changed; a copy where the file system cannot."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(source, target)
    return target
