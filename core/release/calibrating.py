"""How well calibrated the shipped models are, and what a temperature would make of that: assets/calibration.json."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from core.catalog.calibration import CALIBRATION, Calibration, CalibrationFile, load_calibrations
from core.data.corpora import Split
from core.evaluation.own_data import load_own_task
from core.evaluation.split_reading import read_split
from core.finetuning.calibration import FORMULA, Answered, calibrate
from core.finetuning.train import KIND
from core.machine.extras import NoExtra
from core.pretrained import classifier
from core.pretrained.encoder import NoEncoder
from core.release.cards import MODELS
from core.storage.atomic import write_json
from core.storage.store import Artifact, Store

COMMAND = "python -P -m core.release calibrate"
TOLERANCE = 0.01
"""How far an error may be from the file's: a text that rounds the other way changes its bin."""


def measure_model(artifact: Artifact, store: Store) -> Calibration:
    """Fit a temperature on a model's validation texts, and measure on its test texts. Raises NoExtra and NoEncoder."""
    model = classifier.load(artifact.path, store)
    task = load_own_task(model.info)

    def read(split: Split) -> Answered:
        return read_split(model, split, lambda *_: None), np.asarray(split.labels)

    labelled = model.info.label_budget != 0
    return calibrate(read(task.test), read(task.validation) if labelled else None, artifact.path.name)


def measure_shipped(models: Path = MODELS) -> Iterator[tuple[str, Calibration]]:
    """(key, what was measured) of each shipped classifier."""
    shelf = Store(models.parent / "none", models)
    for artifact in shelf.all(KIND):
        yield artifact.key, measure_model(artifact, shelf)


def write_calibrations(found: dict[str, Calibration], path: Path = CALIBRATION) -> None:
    """Write the file. Raises OSError."""
    write_json(path, msgspec.to_builtins(CalibrationFile(1, COMMAND, FORMULA, found)))


def verify_calibrations(models: Path = MODELS, path: Path = CALIBRATION) -> Iterator[tuple[str, float, float, bool]]:
    """As `core.release.verify`: the errors in the file, measured again. A model without its packages disagrees."""
    shelf = Store(models.parent / "none", models)
    for key, claimed in load_calibrations(path).items():
        name, artifact = f"calibration {claimed.model}", shelf.find(key)
        if artifact is None:
            yield f"{name}: the model is not there", math.nan, math.nan, False
            continue
        try:
            fresh = measure_model(artifact, shelf)
        except (NoExtra, NoEncoder) as error:
            yield f"{name}: {error.message} {error.hint}", math.nan, math.nan, False
            continue
        for what, was, now in (("before", claimed.before, fresh.before), ("after", claimed.after, fresh.after)):
            if was is not None and now is not None:
                yield f"{name}: {what}", was, now, abs(was - now) <= TOLERANCE
