"""What a steered training makes, and what is wanted of a run while it is wanted by several."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from core.finetuning.prepare import prepare
from core.finetuning.train import train
from core.jobs import TrainJob
from core.runs import Change, RunDirectory, create_run
from core.runs.events import Steered, from_fields
from core.runs.logger import RunLogger
from core.storage.artifact import MANIFEST
from core.storage.paths import Home
from core.storage.store import Store
from tests.core.conftest import EVERY_STEP, Events, tiny_job, work, write_reviews


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return create_run(TrainJob("scratch"), Home(tmp_path / "store", tmp_path / "runs"))


def after_an_epoch(events: Events, wishes: tuple[Change, ...]) -> tuple[Change, ...]:
    return wishes if events.kinds("checkpoint") else ()


def test_what_is_steered_is_no_longer_what_the_job_makes(tmp_path: Path) -> None:
    job = tiny_job("scratch", write_reviews(tmp_path / "mine.csv", 120), epochs=3, patience=3)
    store, made = Store(tmp_path / "store"), []
    for name, wishes in (("half", (Change(1, factor=0.5),)), ("ended", (Change(1, finish=True),)), ("plain", ())):
        events = Events()
        logger = RunLogger(events, intervals=EVERY_STEP, changes=partial(after_an_epoch, events, wishes))
        made.append(work(train, job, tmp_path / name, store, logger))
        first = events.kinds("checkpoint")[0]["step"]
        assert events[-1]["cached"] is False
        assert set(events[-1]["scores"]) == {"validation", "test"}
    assert made[-1].key == prepare(job, store).spec.key
    assert len({artifact.key for artifact in made}) == 3
    told = [json.loads((each.path / MANIFEST).read_text())["config"].get("steered") for each in made]
    assert told == [[[first, 0.005, [], False]], [[first, 0.01, [], True]], None]


def test_a_steered_run_that_was_interrupted_does_not_take_the_jobs_own_model_for_its_own(tmp_path: Path) -> None:
    job = tiny_job("scratch", write_reviews(tmp_path / "mine.csv", 120), epochs=3, patience=3)
    store, events = Store(tmp_path / "store"), Events()
    wanted = (Change(1, factor=0.5),)
    logger = RunLogger(
        events, lambda: "stopped" if events.kinds("checkpoint") else "running", EVERY_STEP, lambda: wanted
    )
    train(job, tmp_path / "run", store, logger)
    own = work(train, job, tmp_path / "other", store, RunLogger(Events()))
    (steered,) = events.kinds("steered")
    record = from_fields(steered)
    assert isinstance(record, Steered)
    again = Events()
    made = work(train, job, tmp_path / "run", store, RunLogger(again, intervals=EVERY_STEP, recorded=[record]))
    assert made.key != own.key
    assert again.kinds("start")[0]["step"] == events.kinds("checkpoint")[-1]["step"]


def test_changes_are_numbered_and_the_state_does_not_lose_them(run: RunDirectory) -> None:
    assert run.control().changes == ()
    assert run.steer(Change(factor=0.5)).number == 1
    run.set_state("paused")
    assert run.steer(Change(freeze=("W_e, W_h",))).number == 2
    run.set_state("running")
    control = run.control()
    assert control.state == "running"
    assert control.changes == (Change(1, factor=0.5), Change(2, freeze=("W_e, W_h",)))


def test_of_many_who_steer_at_once_nobody_is_overheard(run: RunDirectory) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(
            pool.map(lambda n: RunDirectory(run.path).steer(Change(learning_rate=n + 1.0)).number, range(12))
        )
    assert sorted(numbers) == list(range(1, 13))
    assert {change.learning_rate for change in run.control().changes} == {n + 1.0 for n in range(12)}


def test_what_was_made_is_read_from_the_log_once_each(run: RunDirectory) -> None:
    assert run.recorded_changes() == []
    told = [{"kind": "steered", "step": 4 + number, "number": number, "learning_rate": 0.1} for number in (1, 2, 2)]
    run.events_path.write_text("".join(json.dumps(each) + "\n" for each in told) + '{"kind":"steered","st')
    assert [(each.step, each.number) for each in run.recorded_changes()] == [(5, 1), (6, 2)]
