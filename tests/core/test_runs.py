"""Run directories: started, found, resumed and deleted, whatever lies about in the folder of runs."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import core.runs.lifecycle
from core.jobs import IndexJob, TrainJob
from core.machine.process import Process
from core.runs import (
    RunDirectory,
    RunError,
    create_run,
    delete_run,
    find_run,
    launch,
    list_runs,
    resume,
    start_run,
)
from core.storage.paths import Home
from core.storage.store import Spec, Store

JOB = TrainJob("scratch", labels=500)

WORKER = """
import json, os, sys, time
from pathlib import Path
from core.runs import EventWriter, RunDirectory, events

run = RunDirectory(Path(sys.argv[-1]))
run.register_worker()
with EventWriter(run.events_path) as writer:
    writer.write(events.Start(title=run.title, step=0, total=10, steps_per_epoch=5, epochs=2, resumed=False))
    facts = {"cwd": os.getcwd(), "session": os.getsid(0) == os.getpid(), "stdin": os.read(0, 1).decode(),
             "malloc": os.environ["MALLOC_TOP_PAD_"], "pid": os.getpid()}
    print("to nowhere")
    print(json.dumps(facts), file=sys.stderr, flush=True)
    writer.write(events.Progress(phase="train", step=3, total=10))
    while run.control().state == "running":
        time.sleep(0.02)
    writer.write(events.Stopped(step=3))
"""


def until(condition: Callable[[], Any], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return Home.locate()


@pytest.fixture
def fake_worker(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker that says two things and then waits to be stopped."""

    def command(path: Path, module: str) -> list[str]:
        return [sys.executable, "-P", "-c", WORKER, str(path)]

    monkeypatch.setattr(core.runs.lifecycle, "worker_command", command)
    yield
    for run in list_runs(home):
        worker = run.worker()
        if worker is not None and worker.alive:
            os.kill(worker.pid, signal.SIGKILL)


def test_a_run_is_a_process_of_its_own(fake_worker: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MALLOC_TOP_PAD_", raising=False)
    run = start_run(JOB)
    assert run.alive()
    assert run.status(run.view()) in ("waiting", "running")
    until(lambda: run.view().step == 3)
    facts = json.loads(run.stderr_tail())
    assert facts["session"] is True
    assert facts["stdin"] == ""
    assert int(facts["malloc"]) > 1 << 20
    assert Path(facts["cwd"]) == run.path
    assert facts["pid"] == (run.worker() or Process(0, 0)).pid
    assert run.status(run.view()) == "running"
    assert run.summary() == "training · epoch 1/2 · 30 %"

    run.set_state("stopped")
    until(lambda: not run.alive())
    assert run.status(run.view()) == "stopped"
    until(lambda: not answers(facts["pid"]))  # no zombie is left, which would still have its number


def test_a_run_outlives_whoever_started_it(fake_worker: None, home: Home) -> None:
    code = f"""
import sys, core.runs.lifecycle as lifecycle
from core.jobs import TrainJob
lifecycle.worker_command = lambda path, module: [sys.executable, "-P", "-c", {WORKER!r}, str(path)]
print(lifecycle.start_run(TrainJob("scratch")).id)
"""
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    run = find_run(started.stdout.strip())
    until(lambda: run.view().step == 3)
    assert run.alive()
    run.set_state("stopped")
    until(lambda: not run.alive())


def test_a_killed_run_is_lost_and_can_be_resumed(fake_worker: None) -> None:
    run = start_run(JOB)
    until(lambda: run.view().step == 3)
    with pytest.raises(RunError, match="at work"):
        resume(run)
    with pytest.raises(RunError, match="at work"):
        launch(run)
    with pytest.raises(RunError, match="at work"):
        delete_run(run)

    worker = run.worker()
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    until(lambda: not run.alive())
    assert run.status(run.view()) == "lost"
    assert "resumes" in run.summary()

    resume(run)
    until(lambda: run.view().step == 3 and run.alive())
    assert run.worker() != worker
    assert run.status(run.view()) == "running"
    run.set_state("stopped")
    until(lambda: not run.alive())

    resume(run)
    assert run.control().state == "running"
    until(lambda: run.status(run.view()) == "running")
    run.set_state("stopped")
    until(lambda: not run.alive())
    delete_run(run)
    assert list_runs() == []


def test_a_run_that_is_done_is_not_resumed(home: Home) -> None:
    run = create_run(JOB)
    run.events_path.write_text('{"v":1,"seq":1,"t":1,"kind":"done"}\n')
    with pytest.raises(RunError, match="is done"):
        resume(run)


def test_a_paused_run_goes_on(home: Home) -> None:
    run = create_run(JOB)
    run.register_worker()  # this very process, which lives
    run.events_path.write_text('{"kind":"start"}\n{"kind":"paused","step":1}\n')
    run.set_state("paused")
    assert run.status(run.view()) == "paused"
    resume(run)
    assert run.control().state == "running"


def test_a_stopped_run_that_was_just_resumed_waits_for_its_worker(home: Home) -> None:
    run = create_run(JOB)
    run.register_worker()  # this very process, which lives
    since = (run.path / "worker.json").stat().st_mtime
    for kind, t, status in (
        ("stopped", since - 1, "waiting"),
        ("stopped", since + 1, "stopped"),
        ("done", since + 1, "done"),
    ):
        run.events_path.write_text(json.dumps({"kind": "start"}) + "\n" + json.dumps({"kind": kind, "t": t}) + "\n")
        assert run.status(run.view()) == status
        assert run.summary().startswith(status)


def test_a_recycled_number_is_not_the_worker(home: Home) -> None:
    run = create_run(JOB)
    assert not run.alive()
    run.register_worker()
    assert run.alive()
    mine = Process.current()
    run.write_worker(Process(mine.pid, mine.started + 10))
    assert not run.alive()


def test_a_worker_that_cannot_start_is_lost_and_leaves_its_last_words(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(JOB)
    launch(run, module="core.no_such_worker")
    until(lambda: not run.alive())
    assert "no_such_worker" in run.stderr_tail()
    assert run.view().status(run.alive(), age=60) == "lost"


def test_the_persons_own_core_folder_is_never_imported(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "project"
    (trap / "core" / "training").mkdir(parents=True)
    for folder in (trap / "core", trap / "core" / "training"):
        (folder / "__init__.py").write_text("raise SystemExit('the trap')")
    monkeypatch.chdir(trap)
    assert core.runs.lifecycle.worker_command(trap, "m")[1:] == ["-P", "-m", "m", str(trap)]
    run = create_run(JOB)
    (run.path / "core").symlink_to(trap / "core")  # even where the worker works
    launch(run, module="core.eras.table")  # any module of ours that ends by itself
    until(lambda: not run.alive())
    assert run.stderr_tail() == ""


def test_run_json_says_what_was_asked_and_how_to_ask_again(home: Home) -> None:
    run = create_run(JOB)
    described = json.loads((run.path / "run.json").read_text())
    assert described["v"] == 1
    assert described["command"] == run.command == "nlp-tui train --era scratch --labels 500"
    assert set(described["versions"]) >= {"torch", "nlp-tui"}
    again = RunDirectory(run.path)
    assert (again.id, again.title, again.job, again.created) == (run.id, JOB.title, JOB, run.created)
    assert run.path == home.runs / run.id
    assert len(run.id) == 6


def test_runs_are_listed_newest_first_and_found_by_a_prefix_or_a_path(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = iter(["aaa111", "aab222", "aab222", "ccc333"])
    fresh = iter(range(1000))
    monkeypatch.setattr("secrets.token_hex", lambda size: next(ids) if size == 3 else f"{next(fresh):0{2 * size}x}")
    runs = [create_run(job) for job in (JOB, IndexJob(), JOB)]
    assert [run.id for run in list_runs()] == ["ccc333", "aab222", "aaa111"]
    assert runs[1].job == IndexJob()
    for name in ("aaa", "aaa111", "run:aaa", str(runs[0].path)):
        assert find_run(name).id == "aaa111"
    with pytest.raises(RunError, match="2 runs begin with 'aa'") as ambiguous:
        find_run("aa")
    assert "aab222" in ambiguous.value.message
    for missing in ("zzz", "", "run:", "/", "aaa111x", "\0", "../" * 50):
        with pytest.raises(RunError, match="no run"):
            find_run(missing)


def _overwrite(**changes: Any) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        described = json.loads((path / "run.json").read_text())
        (path / "run.json").write_text(json.dumps({**described, **changes}))

    return change


def _replace(text: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        (path / "run.json").write_bytes(text)

    return change


def _fifo(path: Path) -> None:
    (path / "run.json").unlink()
    os.mkfifo(path / "run.json")


def _folder(path: Path) -> None:
    (path / "run.json").unlink()
    (path / "run.json").mkdir()


@pytest.mark.parametrize(
    "spoil",
    [
        _replace(b""),
        _replace(b"[]"),
        _replace(b"\xff\xfe{"),
        _replace(b"[" * 100_000),
        _fifo,
        _folder,
        lambda path: (path / "run.json").unlink(),
        _overwrite(id="ffffff"),
        _overwrite(id=["a"]),
        _overwrite(title=None),
        _overwrite(created="yesterday"),
        _overwrite(created=True),
        _overwrite(created=10**400),
        _overwrite(created=float("nan")),
        _overwrite(job=[]),
        _overwrite(job={"kind": "train"}),
        _overwrite(job={"kind": "train", "era": ["x"]}),
        _overwrite(job={"kind": "train", "era": "scratch", "of": "a later version"}),
        _overwrite(job={"kind": []}),
        _overwrite(job={"": 1, "kind": "train"}),
    ],
)
def test_what_is_not_a_run_is_passed_over(home: Home, spoil: Callable[[Path], None]) -> None:
    good, bad = create_run(JOB), create_run(JOB)
    spoil(bad.path)
    (home.runs / "abcdef").write_text("a file")
    (home.runs / "notes").mkdir()
    assert [run.id for run in list_runs()] == [good.id]


def test_no_runs_at_all(home: Home) -> None:
    assert list_runs() == []
    home.runs.parent.mkdir(parents=True)
    home.runs.write_text("a file where the folder should be")
    with pytest.raises(RunError, match="cannot be read"):
        list_runs()
    with pytest.raises(RunError, match="cannot be written") as caught:
        create_run(JOB)
    assert "NLP_TUI_HOME" in caught.value.hint


def test_a_full_disk_says_what_to_do(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, value: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(core.runs.lifecycle, "write_json", full)
    with pytest.raises(RunError, match="full"):
        create_run(JOB)
    assert list(home.runs.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "exploded"}', '{"state": ["paused"]}', '{"state": {}}'])
def test_a_senseless_wish_is_no_wish(home: Home, text: str) -> None:
    run = create_run(JOB)
    (run.path / "control.json").write_text(text)
    (run.path / "worker.json").write_text(text)
    assert run.control().state == "running"
    assert not run.alive()


def test_wishes_replace_each_other(home: Home) -> None:
    run = create_run(JOB)
    assert run.control().state == "running"
    for state in ("paused", "stopped", "running"):
        run.set_state(state)
        assert run.control().state == state
    with pytest.raises(ValueError, match="exploded"):
        run.set_state("exploded")


def test_a_deleted_run_is_gone_for_everybody(home: Home) -> None:
    run = create_run(JOB)
    other = RunDirectory(run.path)
    delete_run(run)
    for attempt in (delete_run, launch):
        with pytest.raises(RunError, match="gone"):
            attempt(other)
    with pytest.raises(RunError):
        other.set_state("stopped")
    assert list(home.runs.iterdir()) == []


def test_the_artifact_of_a_run_is_found_in_the_store(home: Home, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    artifact = store.get_or_build(Spec("classifier", "c.v1", {}), lambda folder: None)
    run = create_run(JOB)
    assert run.artifact_path(store) is None
    run.events_path.write_text(json.dumps({"kind": "done", "artifact": artifact.key}) + "\n")
    assert run.artifact_path(store) == artifact.path
    run.events_path.write_text(json.dumps({"kind": "done", "artifact": "../../etc"}) + "\n")
    assert run.artifact_path(store) is None
