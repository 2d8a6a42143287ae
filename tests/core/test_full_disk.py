"""A disk that is full in the middle of a save: one plain sentence, nothing half-written, what was good stays."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError

from core import worker
from core.errors import DiskFull, explain, is_full
from core.finetuning.embedding_snapshots import EmbeddingSnapshots
from core.jobs import TrainJob
from core.optim import checkpoint
from core.runs import EventReader, EventWriter, RunDirectory, create_run
from core.runs.events import Event, Resumed
from core.runs.lifecycle import WORKER, worker_command
from core.storage.paths import ASSETS, Home
from core.storage.store import Spec, Store, StoreError
from core.storage.weights import save_compact
from tests.core import interrupted_worker
from tests.core.conftest import tiny_job

ROOM = 20_000
"""Bytes that a file may have: less than these tensors, more than a run's events."""
LARGE = {"C": torch.ones(100, 100)}


@contextmanager
def little_room(room: int = ROOM) -> Iterator[None]:
    """No file grows beyond so many bytes: what is written says so as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OSError("100000 requested and 8176 written"), True),
        (SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"), True),
        (SafetensorError("Error while serializing: I/O error: Permission denied (os error 13)"), False),
        (OSError(errno.EACCES, "28 requested and 0 written"), False),
        (ValueError("100 requested and 8 written"), False),
    ],
)
def test_whoever_says_it_a_full_disk_is_known(error: Exception, full: bool) -> None:
    assert is_full(error) is full
    assert isinstance(explain(error, "See the log."), DiskFull) is full


def _weights(folder: Path) -> None:
    save_compact(folder / "weights.safetensors", LARGE, frozenset())


def _arrays(folder: Path) -> None:
    np.save(folder / "ids.npy", np.ones(10_000))


def _text(folder: Path) -> None:
    (folder / "passages.jsonl").write_text("x" * 100_000, encoding="utf-8")


@pytest.mark.parametrize("write", [_weights, _arrays, _text])
def test_an_artifact_that_has_no_room_is_not_there(write: Callable[[Path], None], tmp_path: Path) -> None:
    store, spec = Store(tmp_path), Spec("toy", "toy.v1", {})
    with little_room(10_000), pytest.raises(StoreError, match=r"the disk of the store .* is full") as caught:
        store.get_or_build(spec, write)
    assert "NLP_TUI_HOME" in caught.value.hint
    assert list((tmp_path / "toy").iterdir()) == []
    store.get_or_build(spec, write)
    assert len(store.all("toy")) == 1


def test_the_checkpoint_before_stands(tmp_path: Path) -> None:
    checkpoint.save(tmp_path, 1, LARGE, {"step": 1})
    with little_room(), pytest.raises(DiskFull, match=r"^The disk of the run's checkpoints in .* is full\. Free some"):
        checkpoint.save(tmp_path, 2, LARGE, {"step": 2})
    assert [path.name for path in tmp_path.iterdir()] == ["00000001"]
    found = checkpoint.latest(tmp_path)
    assert found is not None
    assert found[1] == {"step": 1}
    assert torch.equal(found[0]["C"], LARGE["C"])


def test_nothing_is_left_of_an_epoch_that_had_no_room(tmp_path: Path) -> None:
    epochs = tmp_path / "epochs"
    snapshots = EmbeddingSnapshots(epochs, torch.zeros(200, 100), 3, 200)
    with little_room(), pytest.raises(DiskFull, match="is full"):
        snapshots.keep(1, torch.ones(200, 100))
    assert list(epochs.iterdir()) == []


def _work(run: RunDirectory, module: str, room: int | None = None) -> int:
    """Do the run's work in a process of its own, which waits for it; with `room`, no file of it grows beyond that."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    return subprocess.run(
        worker_command(run.path, module),
        env={**os.environ, "PYTHONPATH": str(ASSETS.parent)},
        cwd=run.path,
        stderr=subprocess.DEVNULL,
        preexec_fn=limit,
        check=False,
        timeout=120,
    ).returncode


def test_a_log_that_has_no_room_names_itself_and_ends_with_the_event_before(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with EventWriter(path) as writer:
        writer.write(Resumed(step=1))
        before = path.read_bytes()
        with (
            little_room(len(before) + 9),
            pytest.raises(DiskFull, match=r"^The disk of the run's log .*events\.jsonl is full"),
        ):
            writer.write(Resumed(step=2))
        assert path.read_bytes() == before
        writer.write(Resumed(step=2))
    assert [event["seq"] for event in EventReader(path).read_fields()] == [1, 2]


@pytest.mark.slow
def test_a_run_whose_disk_is_full_says_so_and_goes_on_when_it_is_not(
    reviews: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    job: TrainJob = tiny_job("scratch", reviews, dimension=64, hidden=96, epochs=6, patience=6)
    run = create_run(job)
    interrupted_worker.plan(run, "checkpoint", 2, "stopped")
    assert _work(run, interrupted_worker.MODULE) == 0
    kept = {path: path.read_bytes() for path in run.checkpoints_path.rglob("*") if path.is_file()}
    model = {path: path.read_bytes() for path in (run.path / "model").iterdir()}
    largest = max(map(len, kept.values()))
    run.set_state("running")

    assert _work(run, WORKER, largest - 1) == 1
    last = EventReader(run.events_path).read_fields()[-1]
    assert last["kind"] == "failed"
    assert last["message"].startswith("The disk of ")
    assert last["message"].endswith(" is full.")
    assert "resume the run" in last["hint"]
    assert {path: path.read_bytes() for path in run.checkpoints_path.rglob("*") if path.is_file()} == kept
    assert {path: path.read_bytes() for path in (run.path / "model").iterdir()} == model
    assert not list(run.path.rglob(".staging-*"))
    assert Store(Home.locate().store).all("classifier") == []

    assert _work(run, WORKER) == 0
    assert json.loads(run.events_path.read_text("utf-8").splitlines()[-1])["kind"] == "done"


def test_a_run_that_cannot_even_begin_to_speak_says_so_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("core.worker.os.nice", lambda _: 0)

    def full(path: Path) -> EventWriter:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = create_run(TrainJob("scratch"))
    assert worker.main([str(run.path)], full) == 1
    assert capsys.readouterr().err == "The disk is full. Free some space, and start it again.\n"


def test_a_last_word_that_cannot_be_written_is_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("core.worker.os.nice", lambda _: 0)
    monkeypatch.setattr("torch.set_flush_denormal", lambda _: True)  # it would hold for all tests after this one

    class Full:
        def write(self, event: Event) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    run = create_run(TrainJob("scratch"))
    assert worker.main([str(run.path)], lambda _: Full()) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "The disk is full. Free some space, and start it again."
