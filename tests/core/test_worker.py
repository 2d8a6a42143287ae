"""Runs as real processes: killed and resumed they end as if nothing had happened; the same job is trained once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.jobs import IndexJob, Job, LanguageModelJob, TrainJob
from core.runs import EventReader, RunDirectory, create_run, launch, resume, start_run
from core.storage.paths import ASSETS, Home
from core.storage.store import Store
from tests.core import interrupted_worker
from tests.core.conftest import tiny_job

pytestmark = pytest.mark.slow
DEADLINE = 120.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(ASSETS.parent))  # the workers find the tests
    return Home.locate()


def wait_for(run: RunDirectory, found: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    reader, events = EventReader(run.events_path), list[dict[str, Any]]()
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        events += reader.read_fields()
        if found(events):
            return events
        time.sleep(0.02)
    raise AssertionError(f"run {run.id} said {[e['kind'] for e in events]}; stderr: {run.stderr_tail(20)}")


def ended(events: list[dict[str, Any]]) -> bool:
    return bool(events) and events[-1]["kind"] in ("done", "stopped", "failed")


def done(events: list[dict[str, Any]]) -> bool:
    return bool(events) and events[-1]["kind"] in ("done", "failed")


def start_interrupted(job: Job, kind: str, number: int, how: str) -> RunDirectory:
    """A run whose worker is killed or stopped at its event of that kind and number."""
    run = create_run(job)
    interrupted_worker.plan(run, kind, number, how)
    launch(run, interrupted_worker.MODULE)
    return run


def wait_for_its_death(run: RunDirectory) -> None:
    deadline = time.monotonic() + DEADLINE
    while run.alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def small_job(reviews: Path) -> TrainJob:
    return tiny_job("scratch", reviews, epochs=6, patience=6)


def weights(store: Store, key: str) -> bytes:
    artifact = store.find(key)
    assert artifact is not None
    artifact.verify()
    return (artifact.path / "weights.safetensors").read_bytes()


def test_killed_twice_and_resumed_it_ends_as_if_nothing_had_happened(home: Home, reviews: Path, tmp_path: Path) -> None:
    whole_home = tmp_path / "whole"
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setenv("NLP_TUI_HOME", str(whole_home))
        whole = start_run(small_job(reviews))
    run = start_interrupted(small_job(reviews), "checkpoint", 2, "killed")
    wait_for_its_death(run)
    resume(run, interrupted_worker.MODULE)
    wait_for_its_death(run)
    assert run.status(run.view()) == "lost"
    assert Store(home.store).all("classifier") == [], "nothing half-written"
    resume(run)
    events = wait_for(run, ended)
    assert events[-1]["kind"] == "done", events[-1]
    assert sum(event["kind"] == "start" for event in events) == 3

    whole_events = wait_for(whole, ended)
    assert whole_events[-1]["artifact"] == events[-1]["artifact"]
    assert whole_events[-1]["scores"] == events[-1]["scores"]
    key = events[-1]["artifact"]
    assert weights(Store(home.store), key) == weights(Store(whole_home / "store"), key)


def test_a_stopped_language_model_goes_on_from_its_checkpoint(home: Home, reviews: Path) -> None:
    job = LanguageModelJob(
        "backward", str(reviews), "text", "random", dimension=8, hidden=12, epochs=1, batch_size=4, bptt=8, negatives=9
    )
    run = start_interrupted(job, "eval", 1, "stopped")
    events = wait_for(run, ended)
    assert events[-1]["kind"] == "stopped"
    assert run.view().result == "Stopped; it goes on from its checkpoint."
    step = [event for event in events if event["kind"] == "checkpoint"][-1]["step"]
    resume(run)
    events = wait_for(run, lambda found: bool(found) and found[-1]["kind"] == "done")
    assert [event["step"] for event in events if event["kind"] == "start"] == [0, step]
    assert events[-1]["scores"]["held-out"]["perplexity"] > 1
    assert 0 <= events[-1]["scores"]["probe"]["accuracy"] <= 1
    (artifact,) = Store(home.store).all("language_model")
    artifact.verify()
    assert run.view().result.startswith("Perplexity ")


def test_the_same_job_twice_at_once_is_trained_once(home: Home, reviews: Path) -> None:
    first, second = start_run(small_job(reviews)), start_run(small_job(reviews))
    ends = [wait_for(run, ended)[-1] for run in (first, second)]
    assert [end["kind"] for end in ends] == ["done", "done"]
    assert ends[0]["artifact"] == ends[1]["artifact"]
    assert sorted(end["cached"] for end in ends) == [False, True]
    assert len(Store(home.store).all("classifier")) == 1


def test_stopping_keeps_the_best_and_resuming_goes_on(home: Home, reviews: Path) -> None:
    run = start_interrupted(small_job(reviews), "checkpoint", 2, "stopped")
    events = wait_for(run, ended)
    assert events[-1]["kind"] == "stopped"
    assert events[-1]["has_model"]
    assert (run.path / "model" / "model.json").exists()
    assert Store(home.store).all("classifier") == []
    resume(run)
    events = wait_for(run, lambda found: bool(found) and found[-1]["kind"] == "done")
    assert sum(event["kind"] == "checkpoint" for event in events) > 0, "it went on training"
    assert events[-1]["scores"]["test"]["n"] > 0
    assert len(Store(home.store).all("classifier")) == 1


@pytest.mark.parametrize(
    ("job", "message", "hint"),
    [
        (TrainJob("scratch", data="/no/such/file.csv"), "no", ""),
        (TrainJob("word2vec", dimension=7), "no word2vec vectors with 7 dimensions", "nlp-tui pretrain word2vec"),
        (TrainJob("scratch", device="mps"), "no mps device", "--device auto"),
        (LanguageModelJob(dimension=7), "no word2vec vectors with 7 dimensions", "nlp-tui pretrain word2vec"),
        (IndexJob("run:ffffff"), "ffffff", "nlp-tui runs"),
    ],
)
def test_a_failure_says_what_happened_and_what_to_do(home: Home, job: Job, message: str, hint: str) -> None:
    assert home
    run = start_run(job)
    end = wait_for(run, ended)[-1]
    assert end["kind"] == "failed"
    assert message in end["message"]
    assert hint in end["hint"]
    assert "Traceback" not in end["message"] + end["hint"]


def test_a_damaged_checkpoint_is_said_plainly(home: Home, reviews: Path) -> None:
    assert home
    run = start_interrupted(small_job(reviews), "checkpoint", 1, "stopped")
    wait_for(run, ended)
    for file in run.checkpoints_path.rglob("tensors.safetensors"):
        file.write_bytes(file.read_bytes()[:100])
    resume(run)
    end = wait_for(run, lambda found: bool(found) and found[-1]["kind"] == "failed")[-1]
    assert "checkpoint" in end["message"]
    assert "delete" in end["hint"].lower() or "again" in end["hint"].lower()
