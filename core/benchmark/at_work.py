"""A trial at work: its folder, what it says of itself, how it is let go; here in a process of this machine."""

from __future__ import annotations

import os
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from core.benchmark import trial_process
from core.machine.process import child_environment
from core.runs import EventReader, events
from core.runs.lifecycle import worker_command


class AtWork(ABC):
    """What is known of a trial from its folder, wherever its child runs."""

    def __init__(self, folder: Path, spec: trial_process.TrialSpec) -> None:
        self.spec, self.folder = spec, folder
        folder.mkdir(parents=True, exist_ok=True)
        spec.write(folder)
        self._events = EventReader(folder / trial_process.EVENTS)
        self._events.read()  # those of an earlier attempt
        self._earlier = trial_process.seconds_worked(folder)
        self._eta = 0.0
        self._failure = ""
        self._since = time.monotonic()

    @property
    @abstractmethod
    def code(self) -> int | None:
        """Its exit code; None while it runs."""

    @abstractmethod
    def let_go(self) -> None:
        """Ask it to stop: it keeps a checkpoint."""

    @abstractmethod
    def end(self, seconds: float) -> None:
        """Wait for its end, and kill it if that takes longer."""

    def left(self, expected: float) -> float:
        """Seconds it will still take, if it was to take `expected` in all: when it takes longer, as long as it says.

        What it says is the most: it does not know that it may end early.
        """
        self._listen()
        rest = expected - self._earlier - (time.monotonic() - self._since)
        return rest if rest > 0 else self._eta

    def complaint(self) -> str:
        """Why it failed, in words."""
        self._listen()
        unsaid = f"Its process ended without a last word (exit code {self.code}); see {self.folder / 'stderr.log'}."
        return self._failure or unsaid

    def _listen(self) -> None:
        for event in self._events.read():
            if isinstance(event, events.Progress) and isinstance(event.eta, float):
                self._eta = event.eta
            if isinstance(event, events.Failed):
                self._failure = " ".join(part for part in (event.message, event.hint) if part)


class Pool(Protocol):
    """Where trials are trained."""

    @property
    def workers(self) -> int:
        """How many at a time."""

    @property
    def lacks(self) -> str:
        """What holds everything up, in a sentence that says what to do; empty where nothing does."""

    def begin(self, folder: Path, spec: trial_process.TrialSpec) -> AtWork:
        """Start one."""

    def close(self) -> None:
        """Nothing is at work any more."""


class TrialProcess(AtWork):
    """One trial at work in a process of its own."""

    def __init__(self, folder: Path, spec: trial_process.TrialSpec, module: str) -> None:
        super().__init__(folder, spec)
        self._process = start_child(folder, module)

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def let_go(self) -> None:
        """Ask it to stop: it keeps a checkpoint."""
        close_input(self._process)

    def end(self, seconds: float) -> None:
        """Wait for its end, and kill it if that takes longer."""
        try:
            self._process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Processes:
    """Trials in processes of this machine, `workers` side by side."""

    lacks = ""

    def __init__(self, workers: int, module: str) -> None:
        self.workers, self._module = workers, module

    def begin(self, folder: Path, spec: trial_process.TrialSpec) -> AtWork:
        """Start one."""
        return TrialProcess(folder, spec, self._module)

    def close(self) -> None:
        """There is nothing to let go of."""


def start_child(folder: Path, module: str) -> subprocess.Popen[bytes]:
    """The training child of a trial's folder; its standard input stays open for as long as it is wanted."""
    with (folder / "stderr.log").open("ab") as stderr:
        return subprocess.Popen(
            worker_command(folder, module),
            cwd=folder,
            env=child_environment({"OMP_NUM_THREADS": "1", **os.environ}),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            close_fds=True,
        )


def close_input(process: subprocess.Popen[bytes]) -> None:
    """Say that a child is no longer wanted."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
