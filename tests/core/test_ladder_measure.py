"""Measuring a cell for real: it trains what `train` trains, scores what `train` scores, and keeps nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.benchmark.trial_keys import TrialKeys
from core.finetuning import train
from core.finetuning.train import measure
from core.jobs import TrainJob
from core.runs.logger import RunLogger, Stopped
from core.storage.store import Artifact, Store
from tests.core.conftest import EVERY_STEP, FITTED, TRAINABLE, Events, tiny_job, work


def quick(era: str, reviews: Path, **settings: int | None) -> TrainJob:
    return tiny_job(era, reviews, **{"epochs": 2, **settings})


@pytest.fixture(autouse=True)
def _vectors_of_both_kinds(tiny_glove: Artifact) -> None:
    """Also where this file is run alone."""
    assert tiny_glove


@pytest.mark.parametrize("era", ["scratch", "ulmfit", "average"])
def test_a_cell_is_the_model_that_training_ships(
    era: str, reviews: Path, store: Store, tiny_language_models: dict[str, Artifact], tmp_path: Path
) -> None:
    assert tiny_language_models
    job = quick(era, reviews)
    cell = measure(job, tmp_path / "cell", store, RunLogger(Events()), test=True)
    assert store.find(cell.key) is None, "no model is kept"
    events = Events()
    work(train.train, job, tmp_path / "run", store, RunLogger(events))
    shipped = events.kinds("done")[0]
    assert cell.key == shipped["artifact"]
    for split in ("validation", "test"):
        assert cell.scores[split].accuracy == shipped["scores"][split]["accuracy"]
        assert cell.right[split].mean() == pytest.approx(cell.scores[split].accuracy)


def test_validation_is_the_same_texts_at_every_budget_and_test_is_read_only_when_asked(
    reviews: Path, store: Store, tmp_path: Path
) -> None:
    few, many = (
        measure(quick("scratch", reviews, labels=n), tmp_path / str(n), store, RunLogger(Events()), test=False)
        for n in (20, None)
    )
    assert set(few.right) == set(few.scores) == {"validation"}
    assert few.right["validation"].shape == many.right["validation"].shape
    assert few.key != many.key


@pytest.mark.parametrize("era", [era for era in TRAINABLE if era not in FITTED])
def test_interrupted_and_resumed_equals_uninterrupted(
    era: str,
    reviews: Path,
    store: Store,
    tiny_language_models: dict[str, Artifact],
    tmp_path: Path,
) -> None:
    assert tiny_language_models
    job = quick(era, reviews, labels=100)
    events = Events()
    # Stopped as soon as it has been through an epoch.
    logger = RunLogger(events, lambda: "stopped" if events.kinds("checkpoint") else "running", EVERY_STEP)
    with pytest.raises(Stopped):
        measure(job, tmp_path / "cell", store, logger, test=False)
    resumed = measure(job, tmp_path / "cell", store, RunLogger(Events()), test=False)
    whole = measure(job, tmp_path / "whole", store, RunLogger(Events()), test=False)
    assert resumed.scores == whole.scores
    assert resumed.right["validation"].tolist() == whole.right["validation"].tolist()


def test_the_key_is_known_before_anything_is_trained(
    reviews: Path, store: Store, tiny_language_models: dict[str, Artifact]
) -> None:
    assert tiny_language_models
    identity = TrialKeys(store)
    jobs = [
        quick(era, reviews, labels=labels, seed=seed) for era in TRAINABLE for labels in (20, None) for seed in (0, 1)
    ]
    keys = [identity.key(job) for job in jobs]
    assert keys == [train.prepare(job, store).spec.key for job in jobs]
    assert len(set(keys)) == len(jobs)
    texts = identity.texts(jobs[0])
    assert texts.number == len(train.prepare(jobs[0], store).task.train)
    assert 3 < texts.words < 15
