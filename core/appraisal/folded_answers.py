"""One fold's answers: an era trained on what the fold learns from, asked about the rest, kept in the store."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray

from core.appraisal.folds import Fold
from core.finetuning.fit import fit
from core.finetuning.prepare import Training, prepare
from core.finetuning.scoring import score
from core.finetuning.train import encode
from core.jobs import TrainJob
from core.pretrained import classifier
from core.runs.logger import RunLogger, Stopped
from core.storage.atomic import write_json
from core.storage.store import Spec, Store

KIND = "fold"
RECIPE = "fold.v1"
_ANSWERS, _MEASURED = "probabilities.npy", "measured.json"

Probabilities = NDArray[np.float32]


@dataclass(frozen=True)
class FoldAnswers:
    """`probabilities`: (texts of the fold, classes), as the model was trained; the rest is what that took."""

    probabilities: Probabilities
    seconds: float
    """Of training, from the data to the last step."""
    reading: float
    """Seconds for one text, answered in batches on as many threads as it was trained with: one, unless asked."""
    parameters: int
    megabytes: float
    """The model's own folder; what it reads through (a language model, a transformer) is not in it."""


def answer_fold(job: TrainJob, fold: Fold, store: Store, logger: RunLogger) -> FoldAnswers:
    """Train `job` on the fold and answer its texts; found in the store where that was done before.

    Raises what `prepare` and `fit` raise.
    """
    if job.threads:
        torch.set_num_threads(job.threads)
    training = prepare(job, store, fold.task)
    spec = Spec(KIND, RECIPE, {}, parents=(training.spec.key,))
    kept = store.get_or_build(spec, lambda folder: _measure(training, fold, folder, store, logger))
    measured = json.loads((kept.path / _MEASURED).read_bytes())
    probabilities: Probabilities = np.load(kept.path / _ANSWERS, allow_pickle=False)
    return FoldAnswers(
        probabilities, measured["seconds"], measured["reading"], measured["parameters"], measured["megabytes"]
    )


def _measure(training: Training, fold: Fold, folder: Path, store: Store, logger: RunLogger) -> None:
    began = time.monotonic()
    with TemporaryDirectory(prefix="nlp-tui-fold-") as name:
        fitted = fit(training, Path(name), store, logger)
        if not fitted.outcome.finished:
            raise Stopped
        seconds = time.monotonic() - began
        model_folder = Path(name) / "model"
        model_folder.mkdir()
        fitted.save(model_folder, store)
        size = sum(path.stat().st_size for path in model_folder.iterdir())
        model = classifier.load(model_folder, store)
    began = time.monotonic()
    _, probabilities = score(model.model, encode(model, fold.task.test), torch.device("cpu"))
    reading = (time.monotonic() - began) / len(fold.task.test)
    np.save(folder / _ANSWERS, probabilities.numpy(), allow_pickle=False)
    told = {"v": 1, "seconds": seconds, "reading": reading, "parameters": model.info.size, "megabytes": size / 1e6}
    write_json(folder / _MEASURED, told)
