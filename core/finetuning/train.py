"""Training one era's classifier: fitted, written, and scored as it is read back from disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from msgspec.structs import replace
from numpy.typing import NDArray

from core.catalog.model_info import write_info
from core.data.batches import Encoded
from core.data.corpora import Split
from core.data.text import words
from core.errors import GO_ON, room_on
from core.finetuning.branching import describe_start
from core.finetuning.calibration import Answered, calibrate
from core.finetuning.embedding_snapshots import FOLDER
from core.finetuning.fit import Fitted, fit
from core.finetuning.judging import judge
from core.finetuning.prepare import KIND, prepare
from core.finetuning.scoring import Score, score
from core.jobs import TrainJob
from core.machine.device import resolve
from core.pretrained import classifier
from core.runs import events
from core.runs.branching import FOLDER as BRANCH
from core.runs.logger import RunLogger, Stopped, waiting
from core.storage.atomic import staging, sync_tree
from core.storage.store import Store

__all__ = ["KIND", "Measurement", "measure", "prepare", "train"]


@dataclass(frozen=True)
class Measurement:
    """One training without its weights: the key of the classifier it made, scores by split, and what it got right.

    `right`: (texts,) of the task's own split, in order.
    """

    key: str
    scores: Mapping[str, Score]
    right: Mapping[str, NDArray[np.bool_]]


class _Steered(Exception):
    """The training was steered: what it made does not belong where the job's own result does."""

    def __init__(self, fitted: Fitted) -> None:
        super().__init__()
        self.fitted = fitted


def train(job: TrainJob, run: Path, store: Store, logger: RunLogger) -> events.Done | events.Stopped:
    """Train a job in its run directory, continuing from its checkpoint. Returns how it ended.

    A finished model goes to the store; a stopped run's best model so far goes to `run/model`. Raises DeviceError
    before anything is read if the device is not there, and what `prepare` raises.
    """
    _settle(job, logger)
    built, stopped = False, events.Stopped()

    def tune() -> Fitted:
        nonlocal built, stopped
        built = True
        fitted = fit(training, run, store, logger, run / FOLDER, retreats=True)
        if not fitted.outcome.finished:
            stopped = _keep_best(fitted, run, store)
            raise Stopped
        return fitted

    def build(folder: Path) -> None:
        fitted = tune()
        if fitted.training.steered:
            raise _Steered(fitted)
        _write(folder, fitted, store, logger)

    training = prepare(job, store)
    if job.branch:
        training.begins = describe_start(run / BRANCH, job.branch)
    try:
        if logger.recorded:  # it went its own way before it was interrupted: what the store has of the job is not it
            raise _Steered(tune())
        artifact = store.get_or_build(training.spec, build, waiting(logger))
    except _Steered as way:
        fitted = way.fitted
        artifact = store.get_or_build(
            fitted.training.spec, lambda folder: _write(folder, fitted, store, logger), waiting(logger)
        )
    except Stopped:
        return stopped
    info = classifier.load(artifact.path, store).info
    return events.Done(
        artifact=artifact.key, model=f"run:{run.name}", best=info.best, scores=info.scores, cached=not built
    )


def measure(job: TrainJob, run: Path, store: Store, logger: RunLogger, test: bool) -> Measurement:
    """Train as `train` does, but keep only what was measured on the task's validation split, and on its test split.

    Raises Stopped with a checkpoint left in `run`, and what `train` raises.
    """
    _settle(job, logger)
    training = prepare(job, store)
    found = store.find(training.spec.key)
    folder = run / "measured"
    if found is None:
        fitted = fit(training, run, store, logger)
        if not fitted.outcome.finished:
            raise Stopped
        folder.mkdir(parents=True, exist_ok=True)
        fitted.save(folder, store)
    model = classifier.load(found.path if found else folder, store)
    task = training.task
    splits = {"validation": task.validation} | ({"test": task.test} if test else {})
    scores, right = {}, {}
    for name, split in splits.items():
        scores[name], probabilities = score(model.model, encode(model, split), torch.device("cpu"))
        right[name] = probabilities.argmax(dim=1).numpy() == np.array(split.labels)
    shutil.rmtree(folder, ignore_errors=True)
    return Measurement(training.spec.key, scores, right)


def encode(model: classifier.Classifier, split: Split) -> Encoded:
    """A split as the model reads it."""
    return Encoded([model.encode(words(text)) for text in split.texts], list(split.labels))


def _settle(job: TrainJob, logger: RunLogger) -> None:
    if job.threads:
        torch.set_num_threads(job.threads)
    resolve(job.device)
    logger.log(events.Progress(phase="data", step=0, total=0))


def _write(folder: Path, fitted: Fitted, store: Store, logger: RunLogger) -> None:
    """Write the artifact and the scores of the model as it is read back from disk."""
    fitted.save(folder, store)
    step, epoch = fitted.outcome.progress.step, fitted.outcome.progress.best_epoch
    logger.log(events.Progress(phase="score", step=step, total=fitted.total))
    shipped = classifier.load(folder, store)
    task = fitted.training.task
    scores: dict[str, Score] = {}
    answered: dict[str, Answered] = {}
    for name, split in (("validation", fitted.training.validation), ("test", task.test)):
        if not len(split):  # the whole budget was trained on
            continue
        scores[name], probabilities = score(shipped.model, encode(shipped, split), torch.device("cpu"))
        # Logits up to a number that is the same for all classes of a text.
        answered[name] = probabilities.clamp(min=1e-30).log().numpy(), np.array(split.labels)
        logger.log(events.Eval(step=step, epoch=epoch, split=name, best=True, final=True, **asdict(scores[name])))
        if name == "validation":
            logger.log(judge(name, split, shipped.labels, probabilities))
    labelled = fitted.training.job.labels != 0
    fitting = answered.get("validation") if labelled else None
    calibration = calibrate(answered["test"], fitting) if "test" in answered else None
    told = {name: asdict(value) for name, value in scores.items()}
    write_info(folder, replace(fitted.info, scores=told, calibration=calibration))


def _keep_best(fitted: Fitted, run: Path, store: Store) -> events.Stopped:
    """Keep the best model so far beside the run, scored on validation only: the test is read when training is done."""
    outcome = fitted.outcome
    if outcome.best:
        scores = {"validation": outcome.progress.best}
        with room_on(f"The disk of {run}", GO_ON), staging(run) as building:
            fitted.save(building, store, scores)
            sync_tree(building)
            # What an earlier stop kept stands until the new one is whole.
            shutil.rmtree(run / "model", ignore_errors=True)
            building.rename(run / "model")
    return events.Stopped(
        step=outcome.progress.step,
        artifact=None,
        has_model=bool(outcome.best),
        best={"epoch": outcome.progress.best_epoch, **outcome.progress.best},
    )
