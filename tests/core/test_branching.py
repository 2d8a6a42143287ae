"""Runs that begin where another one was, are repeated with another seed, or wait for another to be over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core import worker
from core.errors import OutOfMemory, explain
from core.finetuning.train import train
from core.jobs import IndexJob, TrainJob, command, from_json, to_json, unused
from core.runs import Change, RunDirectory, RunError, create_run
from core.runs.branching import FOLDER, branch_job, find_kept
from core.runs.lifecycle import delete_run
from core.runs.logger import RunLogger, Stopped
from core.runs.queue import wait_for_turn
from core.runs.wishes import again_job, read_rate, steer_run
from core.storage.paths import Home
from core.storage.store import Store
from tests.core.conftest import EVERY_STEP, Events, tiny_job, write_reviews
from tests.tui.fake_run import FakeRun


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return Home.locate()


def work(run: RunDirectory, changes: Callable[[Events], tuple[Change, ...]] = lambda _: ()) -> Events:
    """Do the run's work in this process."""
    events = Events()
    logger = RunLogger(events, intervals=EVERY_STEP, changes=lambda: changes(events))
    assert isinstance(run.job, TrainJob)
    logger.log(train(run.job, run.path, Store(Home.locate().store), logger))
    return events


def finish_after(epochs: int) -> Callable[[Events], tuple[Change, ...]]:
    return lambda events: (Change(1, finish=True),) if len(events.kinds("eval")) == epochs else ()


@pytest.fixture
def ended(home: Home, tmp_path: Path) -> RunDirectory:
    run = create_run(tiny_job("scratch", write_reviews(tmp_path / "mine.csv", 120), patience=8))
    work(run, finish_after(3))
    return run


def test_a_branch_goes_on_where_the_other_run_is_with_what_is_its_own(ended: RunDirectory) -> None:
    kept = find_kept(ended)
    assert kept.epoch == 3
    job = branch_job(ended, rate=read_rate("x0.5"), epochs=5)
    assert isinstance(ended.job, TrainJob)
    assert job == replace(ended.job, branch=f"{ended.id}@{kept.step}", learning_rate=0.005, epochs=5)
    branch = create_run(job)
    delete_run(ended)  # what it came from is its own
    events = work(branch)
    (start,) = events.kinds("start")
    assert (start["step"], start["epochs"], start["resumed"]) == (kept.step, 5, True)
    assert [event["epoch"] for event in events.kinds("eval") if not event.get("final")] == [4, 5]
    assert events[-1]["kind"] == "done"
    assert events[-1]["cached"] is False


def test_with_the_same_settings_it_is_the_run_that_was_not_ended(ended: RunDirectory, tmp_path: Path) -> None:
    whole = create_run(ended.job)
    scores = [e["loss"] for e in work(whole).kinds("eval") if not e.get("final")]
    branched = work(create_run(branch_job(ended)))
    assert [e["loss"] for e in branched.kinds("eval") if not e.get("final")] == scores[3:]


def test_from_the_best_it_goes_on_from_the_end_of_that_epoch(ended: RunDirectory) -> None:
    kept = find_kept(ended)
    events = work(create_run(branch_job(ended, best=True)))
    assert events.kinds("start")[0]["step"] == kept.best_epoch * (kept.step // 3)


def test_another_seed_is_that_of_order_and_dropout_so_that_the_texts_stay(ended: RunDirectory) -> None:
    job = branch_job(ended, seed=7)
    assert isinstance(ended.job, TrainJob)
    assert (job.seed, job.order_seed) == (ended.job.seed, 7)
    assert "seed 7 · from" in job.title
    one, other = (work(create_run(each)).kinds("eval")[0]["loss"] for each in (job, branch_job(ended)))
    assert one != other


def test_what_a_branch_cannot_be(ended: RunDirectory, home: Home) -> None:
    assert isinstance(ended.job, TrainJob)
    with pytest.raises(RunError, match="3 times, and is asked for no more"):
        branch_job(ended, epochs=3)
    job = branch_job(ended)
    with pytest.raises(RunError, match="cannot have another seed, hidden"):
        create_run(replace(job, hidden=13, seed=4))
    with pytest.raises(RunError, match=r"no longer has its checkpoint of step 1; it keeps the newest, .*@best"):
        create_run(replace(job, branch=f"{ended.id}@1"))
    with pytest.raises(RunError, match="no run 'ffffff'"):
        create_run(replace(job, branch="ffffff@best"))
    with pytest.raises(RunError, match="no checkpoint to begin from"):
        branch_job(create_run(ended.job))
    with pytest.raises(RunError, match="trains no classifier"):
        branch_job(create_run(IndexJob("scratch")))
    assert len(list(home.runs.glob("*"))) == 3, "nothing is left of what could not begin"


def test_a_branch_is_its_command_again_and_no_other_job_is_changed_by_there_being_branches() -> None:
    job = TrainJob("scratch", branch="3f2a1b@480", order_seed=2)
    assert command(job) == "nlp-tui train --era scratch --from 3f2a1b@480 --order-seed 2"
    assert from_json(to_json(job)) == job
    assert {"branch", "order_seed"} <= unused(TrainJob("scratch"))
    assert not {"branch", "order_seed"} & unused(job)


def test_killed_and_resumed_a_branch_goes_on_from_its_own_checkpoint(ended: RunDirectory) -> None:
    branch = create_run(branch_job(ended))
    events = Events()
    logger = RunLogger(events, lambda: "stopped" if events.kinds("checkpoint") else "running", EVERY_STEP)
    assert isinstance(branch.job, TrainJob)
    train(branch.job, branch.path, Store(Home.locate().store), logger)
    again = work(branch)
    assert again.kinds("start")[0]["step"] == events.kinds("checkpoint")[-1]["step"]
    assert (branch.path / FOLDER).is_dir()


# ---------------------------------------------------------------- again


def test_again_takes_the_next_seed_that_it_has_not_had(home: Home) -> None:
    first = FakeRun(home, TrainJob("scratch", labels=500, seed=3)).directory
    FakeRun(home, TrainJob("scratch", labels=500, seed=5), number=2)
    FakeRun(home, TrainJob("scratch", labels=100, seed=9), number=3)
    assert again_job(first, home=home) == TrainJob("scratch", labels=500, seed=6)
    assert again_job(first, 1, home) == TrainJob("scratch", labels=500, seed=1)
    branch = FakeRun(home, TrainJob("scratch", branch="000001@best"), number=4).directory
    assert again_job(branch, home=home) == TrainJob("scratch", branch="000001@best", order_seed=1)
    with pytest.raises(RunError, match="has no seed"):
        again_job(FakeRun(home, IndexJob("scratch"), number=5).directory, home=home)


# ---------------------------------------------------------------- what is typed to steer


@pytest.mark.parametrize(
    ("typed", "change"),
    [
        ("", Change()),
        ("0.0005", Change(learning_rate=0.0005)),
        ("x0.5", Change(factor=0.5)),
        ("x2", Change(factor=2.0)),
        ("× 2e-1", Change(factor=0.2)),
    ],
)
def test_a_rate_is_a_number_or_a_factor(typed: str, change: Change) -> None:
    assert read_rate(typed) == change


@pytest.mark.parametrize("typed", ["fast", "0", "x-1", "nan", "x"])
def test_what_is_no_rate_is_said(typed: str) -> None:
    with pytest.raises(RunError, match=r"0\.0005, or x0\.5"):
        read_rate(typed)


def test_groups_are_named_by_a_letter_that_is_in_them(home: Home) -> None:
    fake = FakeRun(home)
    with pytest.raises(RunError, match="known once it trains"):
        steer_run(fake.directory, freeze=["C"])
    assert steer_run(fake.directory, "x0.5").number == 1, "a rate may be wanted before it begins"
    fake.fine_tune(1)
    assert steer_run(fake.directory, freeze=["W_h", "W_e"], unfreeze=["C"]).freeze == ("W_e, W_h",)
    with pytest.raises(RunError, match=r"no group 'W'; there are W_o · W_e, W_h · C"):
        steer_run(fake.directory, freeze=["W"])
    with pytest.raises(RunError, match="nothing is to be changed"):
        steer_run(fake.directory)
    fake.directory.set_state("paused")
    steer_run(fake.directory, finish=True)
    assert fake.directory.control().state == "running"
    fake.done()
    with pytest.raises(RunError, match="is done"):
        steer_run(fake.directory, "x0.5")


# ---------------------------------------------------------------- the queue


def test_a_run_waits_until_the_one_before_it_is_over(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = FakeRun(home)
    run = create_run(TrainJob("scratch", seed=1), home, before.directory.id)
    assert RunDirectory(run.path).after == "000001"
    looks, events = list[float](), Events()

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        before.live(len(looks) < 3)

    monkeypatch.setattr(time, "sleep", sleep)
    wait_for_turn(run, RunLogger(events))
    assert len(looks) == 3
    assert events == [{"kind": "queued", "after": "000001"}]
    wait_for_turn(run, RunLogger(events))
    assert len(events) == 1, "it is over"
    before.live(True)
    with pytest.raises(Stopped):
        wait_for_turn(run, RunLogger(events, lambda: "stopped"))
    monkeypatch.setattr(RunDirectory, "alive", lambda _: False)
    delete_run(before.directory)
    wait_for_turn(run, RunLogger(events))


def test_it_is_shown_as_waiting_for_the_other(home: Home) -> None:
    fake = FakeRun(home)
    fake.say("queued", after="0000ff")
    assert fake.directory.status(fake.directory.view()) == "queued"
    assert fake.directory.summary() == "waiting for run 0000ff"
    fake.live(False)
    assert fake.directory.status(fake.directory.view()) == "lost"
    fake.live(True)
    fake.start()
    assert fake.directory.status(fake.directory.view()) == "running"


# ---------------------------------------------------------------- not enough memory


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_not_enough_memory_is_said_and_half_the_batch_offered(error: Exception) -> None:
    assert isinstance(explain(error, ""), OutOfMemory)
    assert worker.smaller_hint(TrainJob("scratch", batch_size=32)) == (
        "Again with half as many texts a step: `nlp-tui train --era scratch --batch-size 16`."
    )
    assert worker.smaller_hint(TrainJob("scratch", batch_size=1)) == ""
    assert worker.smaller_hint(IndexJob("scratch")) == ""
    assert not isinstance(explain(RuntimeError("shapes"), ""), OutOfMemory)
