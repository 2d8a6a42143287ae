"""A run's folder: what was asked (run.json), who works on it (worker.json), what is wanted of it (control.json).

Beside them the worker keeps events.jsonl, checkpoints/ and, for whatever goes wrong unforeseen, stderr.log.
"""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from filelock import FileLock

from core.errors import is_full
from core.jobs import ForeignJob, Job, from_json
from core.machine.process import Process
from core.runs import wording
from core.runs.event_log import RunError, parse
from core.runs.events import Steered
from core.runs.following import GrowingView, look
from core.runs.steering import Change, read_changes, standing
from core.runs.view import RunView
from core.storage.atomic import try_lock, write_json
from core.storage.paths import Home
from core.storage.store import Store, default_store

STATES = ("running", "paused", "stopped")
_ID = re.compile(r"[0-9a-f]{6,32}")
_FILE_LIMIT = 1 << 20
"""A log may be larger than memory: no more of it is held at once."""
_HINTS: dict[str, dict[str, Any]] = {}
"""The types that a kind of job declares: looking them up takes longer than reading a job."""
_HOME_HINT = "set NLP_TUI_HOME to a folder you can write to"


@dataclass(frozen=True)
class Control:
    """What is wanted of a run: `running`, `paused` or `stopped`, and what is to be changed while it trains."""

    state: str = "running"
    changes: tuple[Change, ...] = ()


class RunDirectory:
    """One run's folder. Raises RunError if there is no valid run.json in it."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        described = read_json(self.path / "run.json")
        try:
            self.id: str = _checked(described["id"], str)
            self.title: str = _checked(described["title"], str)
            self.command: str = _checked(described["command"], str)
            self.after: str = _checked(described.get("after", ""), str)
            """The run that it waits for before it begins; empty if for none."""
            self.created: float = float(_checked(described["created"], (int, float)))
            self.job: Job = _job(described["job"])
            if not _ID.fullmatch(self.id) or not math.isfinite(self.created):
                raise ValueError
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            why = f": {error}" if isinstance(error, ForeignJob) else ""
            message = f"{path} is not the folder of a run of this version{why}"
            raise RunError(message, "`nlp-tui runs` lists them") from error

    def __repr__(self) -> str:
        return f"RunDirectory({str(self.path)!r})"

    @property
    def events_path(self) -> Path:
        """The file of events."""
        return self.path / "events.jsonl"

    @property
    def checkpoints_path(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def stderr_path(self) -> Path:
        """What the worker and its libraries wrote to standard error."""
        return self.path / "stderr.log"

    def control(self) -> Control:
        """What is wanted of the run; `running` as long as nobody said otherwise."""
        told = read_json(self.path / "control.json")
        state = told.get("state")
        return Control(state if state in STATES else "running", read_changes(told.get("changes")))

    def set_state(self, state: str) -> None:
        """Say what is wanted: `running`, `paused` or `stopped`. Raises ValueError for another, RunError if it fails."""
        if state not in STATES:
            raise ValueError(f"not a state of a run: {state!r}")
        with self._controlling() as control:
            self._write_control(replace(control, state=state))

    def steer(self, change: Change) -> Change:
        """Want something changed from the next step on; returns the change with its number. Raises RunError.

        Two who steer at once are heard one after the other.
        """
        with self._controlling() as control:
            numbered = replace(change, number=max((each.number for each in control.changes), default=0) + 1)
            self._write_control(replace(control, changes=(*control.changes, numbered)))
        return numbered

    def recorded_changes(self) -> list[Steered]:
        """The changes that the log says were made, and that stand."""
        try:
            with self.events_path.open("rb") as file:  # a long log has few of them among millions of lines
                said = [parse(line) for line in file if b'"steered"' in line]
        except FileNotFoundError:
            return []
        return standing(event for event in said if isinstance(event, Steered))

    @contextmanager
    def _controlling(self) -> Iterator[Control]:
        """What is wanted as it stands, while nobody else changes it; where locks lie, the last writer wins."""
        with self._holding(".control.lock", "steered"):
            yield self.control()

    def _write_control(self, control: Control) -> None:
        told: dict[str, Any] = {"v": 1, "state": control.state}
        if control.changes:
            told["changes"] = [change.to_json() for change in control.changes]
        with plain_errors(self.path):
            write_json(self.path / "control.json", told)

    def register_worker(self) -> None:
        """Called by the worker first of all: this process works on the run."""
        self.write_worker(Process.current())

    def worker(self) -> Process | None:
        """The process that works, or last worked, on the run."""
        described = read_json(self.path / "worker.json")
        pid, started = described.get("pid"), described.get("started")
        return Process(pid, started) if isinstance(pid, int) and isinstance(started, int) else None

    def alive(self) -> bool:
        """Whether the run's worker lives; another process under its recycled number is not it."""
        worker = self.worker()
        return worker is not None and worker.alive

    def view(self) -> RunView:
        """What the events say until now, all of them: of a very long log that takes minutes."""
        growing = GrowingView(self.events_path)
        growing.read()
        return growing.view

    def latest(self) -> RunView:
        """What the events say until now, at once however long the log is: of a long one only the newest are read."""
        return look(self.events_path)

    def status(self, view: RunView) -> str:
        """The status of `RunView.status`, with this run's process and age; `waiting` too when it was just resumed."""
        alive = self.alive()
        if alive and view.final and view.updated is not None and self._worker_since() > view.updated:
            return "waiting"
        return view.status(alive, time.time() - self.created)

    def summary(self, view: RunView | None = None) -> str:
        """One line of plain text about the run as it stands."""
        view = self.latest() if view is None else view
        return wording.summary(view, self.status(view))

    def artifact_path(self, store: Store | None = None) -> Path | None:
        """The folder of the artifact the run made; None if it made none, or it is gone from the store."""
        key = self.view().artifact
        artifact = (store or default_store()).find(key) if key else None
        return artifact.path if artifact else None

    def stderr_tail(self, lines: int = 5) -> str:
        """The last lines of standard error; empty if there are none."""
        try:
            with self.stderr_path.open("rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - 8192))
                return "\n".join(file.read().decode("utf-8", errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def _worker_since(self) -> float:
        try:
            return (self.path / "worker.json").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def write_worker(self, process: Process) -> None:
        """Note which process works on the run. Raises RunError."""
        with plain_errors(self.path):
            write_json(self.path / "worker.json", {"pid": process.pid, "started": process.started})

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody else starts or deletes the run meanwhile; where the file system's locks lie, it is best effort."""
        with self._holding(".launch.lock", "started"):
            yield

    @contextmanager
    def _holding(self, name: str, done: str) -> Iterator[None]:
        if not (self.path / "run.json").is_file():
            raise RunError(f"run {self.id} is gone: {self.path} was deleted", "`nlp-tui runs` lists what there is")
        lock = FileLock(self.path / name)
        with plain_errors(self.path):
            if not try_lock(lock, 10):
                raise RunError(f"run {self.id} is being {done} by another process", "try again")
        try:
            yield
        finally:
            lock.release()


def list_runs(home: Home | None = None) -> list[RunDirectory]:
    """All runs, newest first; what is not a run's folder is passed over. Raises RunError if it cannot be read."""
    return find_runs(home)[0]


def find_runs(home: Home | None = None) -> tuple[list[RunDirectory], list[str]]:
    """All runs, newest first; and the names of the folders among them that cannot be read as one. Raises RunError."""
    found: list[RunDirectory] = []
    unreadable: list[str] = []
    for path in run_folders(home):
        if (run := open_run(path)) is not None:
            found.append(run)
        elif path.is_dir():
            unreadable.append(path.name)
    return sorted(found, key=newest_first), sorted(unreadable)


def open_run(path: Path) -> RunDirectory | None:
    """The run in a folder of its name; None if there is none that can be read."""
    try:
        run = RunDirectory(path)
    except RunError:
        return None
    return run if run.id == path.name else None


def run_folders(home: Home | None = None) -> list[Path]:
    """What may be the folders of runs, by their names alone. Raises RunError if they cannot be listed."""
    runs = (home or Home.locate()).runs
    try:
        return [path for path in runs.iterdir() if _ID.fullmatch(path.name)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"the runs in {runs} cannot be read: {error.strerror}", _HOME_HINT) from error


def newest_first(run: RunDirectory) -> tuple[float, str]:
    """By when it was created, the latest first."""
    return (-run.created, run.id)


def find_run(name: str, home: Home | None = None) -> RunDirectory:
    """The run whose id starts with `name` (`run:` before it is allowed), or whose folder it is. Raises RunError."""
    if (run := find_by_prefix(name, list_runs(home))) is not None:
        return run
    if name and "\0" not in name and (Path(name) / "run.json").is_file():
        return RunDirectory(Path(name))
    raise RunError(f"no run '{name}'", "`nlp-tui runs` lists them")


def find_by_prefix(name: str, runs: Iterable[RunDirectory]) -> RunDirectory | None:
    """The one whose id starts with `name`, or is it. Raises RunError if several do."""
    prefix = name.removeprefix("run:")
    found = [run for run in runs if prefix and run.id.startswith(prefix)]
    exact = [run for run in found if run.id == prefix]
    if len(found) > 1 and not exact:
        ids = ", ".join(run.id for run in found[:5]) + (", ..." if len(found) > 5 else "")
        raise RunError(f"{len(found)} runs begin with '{prefix}': {ids}", "give more of the id")
    return next(iter(exact or found), None)


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn an OSError of writing to `path` into a RunError."""
    try:
        yield
    except OSError as error:
        if is_full(error):
            hint = "free some space, or set NLP_TUI_HOME to a folder on another disk"
            raise RunError(f"the disk of {path} is full", hint) from error
        raise RunError(f"{path} cannot be written: {error.strerror or error}", _HOME_HINT) from error


def read_json(path: Path) -> dict[str, Any]:
    """The object in a small regular file; empty if it is not there or is something else."""
    try:
        if not path.is_file() or path.stat().st_size > _FILE_LIMIT:
            return {}
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _checked(value: Any, kinds: type | tuple[type, ...]) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        raise TypeError(f"unexpected: {value!r}")
    return value


def _job(described: dict[str, Any]) -> Job:
    """The job, with every field of the type it is declared with. Raises TypeError or ValueError."""
    job = from_json(_checked(described, dict))
    if (hints := _HINTS.get(job.kind)) is None:
        hints = _HINTS[job.kind] = get_type_hints(type(job))
    for field in fields(job):
        value, declared = getattr(job, field.name), hints[field.name]
        if not isinstance(value, (int, float) if declared is float else declared):
            raise TypeError(f"{field.name} of the job: {value!r}")
    return job
