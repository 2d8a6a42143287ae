"""A run's life: created, started as a process of its own, resumed, deleted."""

from __future__ import annotations

import errno
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from core.jobs import Job, TrainJob, command, to_json
from core.machine.process import Process, child_environment
from core.runs.branching import plant
from core.runs.directory import RunDirectory, plain_errors
from core.runs.event_log import RunError
from core.runs.pins import write_pins
from core.storage.artifact import installed_versions
from core.storage.atomic import staging_folder, sweep, sync, write_json
from core.storage.paths import Home

WORKER = "core.worker"
GOING_SECONDS = 10.0


def start_run(job: Job, home: Home | None = None, after: str = "", pins: Sequence[str] = ()) -> RunDirectory:
    """Create the run's folder, all at once, and start its worker; it begins once the run `after` is over.

    `pins`: sentences to answer while it learns. Raises RunError.
    """
    run = create_run(job, home, after)
    if pins:
        write_pins(run.path, pins)
    launch(run)
    return run


def create_run(job: Job, home: Home | None = None, after: str = "") -> RunDirectory:
    """Create the run's folder, all at once, without starting it. Raises RunError."""
    runs = (home or Home.locate()).runs
    with plain_errors(runs):
        runs.mkdir(parents=True, exist_ok=True)
        sweep(runs)
        folder = staging_folder(runs)
        try:
            if isinstance(job, TrainJob) and job.branch:
                plant(job, folder, home)
            while True:
                number = secrets.token_hex(3)
                described = {
                    "v": 1,
                    "id": number,
                    "title": job.title,
                    "command": command(job),
                    "created": round(time.time(), 3),
                    "job": to_json(job),
                    "versions": installed_versions(),
                    **({"after": after} if after else {}),
                }
                write_json(folder / "run.json", described)
                try:
                    folder.rename(runs / number)
                except OSError as error:
                    if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                        raise
                else:
                    sync(runs)
                    return RunDirectory(runs / number)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # no longer there once it is the run's


def worker_command(path: Path, module: str) -> list[str]:
    """The worker's argument list. `-P`: no `core` folder of the person's is ever imported."""
    return [sys.executable, "-P", "-m", module, str(path)]


def launch(run: RunDirectory, module: str = WORKER) -> None:
    """Start the run's worker: detached, in a session of its own, so that it outlives whoever started it.

    Raises RunError if it lives already or cannot be started.
    """
    with run.exclusive():
        if run.alive():
            raise RunError(f"run {run.id} is at work already", f"`nlp-tui watch {run.id}` shows it")
        with plain_errors(run.path), run.stderr_path.open("ab") as stderr:
            child = subprocess.Popen(
                worker_command(run.path, module),
                cwd=run.path,
                env=child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                close_fds=True,
                start_new_session=True,
            )
        # A dead child stays a zombie until somebody waits for it.
        threading.Thread(target=child.wait, name=f"wait for run {run.id}", daemon=True).start()
        # The worker notes itself too; until it gets there, nobody else may start a second one.
        if (process := Process.of(child.pid)) is not None:
            run.write_worker(process)


def resume(run: RunDirectory, module: str = WORKER) -> None:
    """Let a run go on: out of its pause, or from its last checkpoint. Raises RunError if it is done or at work."""
    view = run.latest()
    if view.final in ("stopped", "failed"):
        # It has said its last word and is about to go.
        wait_until_gone(run)
    alive = run.alive()
    status = view.status(alive)
    if status == "done":
        raise RunError(f"run {run.id} is done", "start a new one to train again")
    if alive and status != "paused" and run.control().state == "running":
        raise RunError(f"run {run.id} is at work already", f"`nlp-tui watch {run.id}` shows it")
    run.set_state("running")
    if not alive:
        launch(run, module)


def wait_until_gone(run: RunDirectory) -> None:
    """Give a worker that has said its last word a moment to leave."""
    deadline = time.monotonic() + GOING_SECONDS
    while run.alive() and time.monotonic() < deadline:
        time.sleep(0.02)


def delete_run(run: RunDirectory) -> None:
    """Remove the run's folder; what it put into the store stays. Raises RunError while it is at work."""
    with run.exclusive():
        if run.alive():
            raise RunError(f"run {run.id} is at work", "stop it first")
        with plain_errors(run.path.parent):
            aside = staging_folder(run.path.parent)
            run.path.rename(aside / run.id)
    shutil.rmtree(aside, ignore_errors=True)
