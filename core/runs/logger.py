"""What a job says while it works, and how it hears that the person wants it paused or stopped."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from core.errors import DiskFull, UserError
from core.runs import events
from core.runs.events import Event, Steered
from core.runs.steering import Change


@dataclass(frozen=True)
class Intervals:
    """How often a run speaks and listens, in seconds; with 0 it does so at every step."""

    heartbeat: float = 5.0
    progress: float = 0.125
    control: float = 0.25


USUAL = Intervals()


class Stopped(Exception):
    """The person wants the run stopped; raised out of jobs that keep nothing on stopping."""


class Diverged(UserError):
    """The loss is no longer a number, or beyond all bounds. `message` and `hint` are for a person."""

    def __init__(self, step: int, loss: float = math.nan) -> None:
        super().__init__(
            f"The training diverged: the loss {describe_loss(loss)} at step {step:,}.",
            "Try a smaller learning rate.",
        )


def describe_loss(loss: float) -> str:
    """What is wrong with a loss: "is not a number"."""
    return f"is {loss:,.0f} nats" if math.isfinite(loss) else "is not a number"


class Writer(Protocol):
    """Where events go: `core.runs.EventWriter`, or a list in a test."""

    def write(self, event: Event) -> None:
        """Append one event."""


class RunLogger:
    """Events out (thread-safe, progress thinned to eight a second), the desired state in."""

    def __init__(
        self,
        writer: Writer,
        desired: Callable[[], str] = lambda: "running",
        intervals: Intervals = USUAL,
        changes: Callable[[], Sequence[Change]] = tuple,
        recorded: Sequence[Steered] = (),
    ) -> None:
        """`changes`: those that the person wants; `recorded`: those that the log says were made, and that stand."""
        self.recorded = recorded
        self._writer = writer
        self._desired = desired
        self._wanted = changes
        self._changes: Sequence[Change] = ()
        self._intervals = intervals
        self._lock = threading.Lock()
        self._last_progress = 0.0
        self._last_look = 0.0
        self._state = "running"
        self._silent = threading.Event()

    def log(self, event: Event) -> None:
        """Write one event now."""
        with self._lock:
            self._writer.write(event)

    def progress_is_due(self) -> bool:
        """Whether the next progress event may be written; asking takes the turn."""
        now = time.monotonic()
        if now - self._last_progress < self._intervals.progress:
            return False
        self._last_progress = now
        return True

    def desired(self) -> str:
        """`running`, `paused` or `stopped`, looked up at most four times a second."""
        now = time.monotonic()
        if now - self._last_look >= self._intervals.control:
            self._last_look = now
            self._state = self._desired()
            self._changes = self._wanted()
        return self._state

    @property
    def changes(self) -> Sequence[Change]:
        """What is to be changed while it trains, as it was when the desired state was looked up."""
        return self._changes

    def wait_while_paused(self, step: int, obey: Callable[[str], str] = str) -> str:
        """Wait while the run should be paused; returns `running` or `stopped`.

        `obey` turns the state that was looked up into the one that holds: of several processes only one is told.
        """
        state = obey(self.desired())
        if state != "paused":
            return state
        self.log(events.Paused(step=step))
        while state == "paused":
            time.sleep(self._intervals.control)
            state = obey(self.desired())
        if state == "running":
            self.log(events.Resumed(step=step))
        return state

    def start_heartbeat(self) -> None:
        """Say that the process lives, every few seconds, from a thread of its own."""

        def beat() -> None:
            while not self._silent.wait(self._intervals.heartbeat):
                with suppress(DiskFull, OSError):  # a full disk may have room again by the next one
                    self.log(events.Heartbeat())

        threading.Thread(target=beat, name="heartbeat", daemon=True).start()

    def stop_heartbeat(self) -> None:
        """Stop the thread, so that the final event is the last."""
        self._silent.set()


class Clock:
    """Speed and remaining time of a job, from the work done in this process (a resumed run starts counting anew)."""

    def __init__(self, done: float, total: float) -> None:
        self._start = time.monotonic()
        self._first = done
        self._total = total

    def read(self, done: float) -> tuple[float, float | None]:
        """(units a second, seconds left or None while nothing is known)."""
        elapsed = time.monotonic() - self._start
        work = done - self._first
        if work <= 0 or elapsed <= 0:
            return 0.0, None
        speed = work / elapsed
        return speed, max(0.0, (self._total - done) / speed)


class Work:
    """A phase of so many pieces: says how far it is, and ends when the person wants that."""

    def __init__(self, phase: str, total: int, unit: str, logger: RunLogger) -> None:
        self._phase, self._total, self._unit, self._logger = phase, total, unit, logger
        self._clock, self._done = Clock(0, total), 0

    def did(self, pieces: int = 1) -> None:
        """So many more are done. Raises Stopped."""
        self._done += pieces
        if self._logger.wait_while_paused(0) == "stopped":
            raise Stopped
        if self._logger.progress_is_due():
            speed, left = self._clock.read(self._done)
            self._logger.log(
                events.Progress(
                    phase=self._phase,
                    step=self._done,
                    total=self._total,
                    speed=speed,
                    unit=self._unit,
                    eta=left,
                )
            )


def counted(logger: RunLogger) -> Callable[[str, int, int], None]:
    """A reporter of documents: `(phase, done, total)`, after each of them. It raises Stopped."""

    def report(phase: str, done: int, total: int) -> None:
        if logger.wait_while_paused(done) == "stopped":
            raise Stopped
        if logger.progress_is_due():
            logger.log(events.Progress(phase=phase, step=done, total=total, unit="documents"))

    return report


def waiting(logger: RunLogger, phase: str = "waiting") -> Callable[[], None]:
    """What to do while another process makes the same, or in another `phase`: say so. It raises Stopped."""

    def report() -> None:
        if logger.wait_while_paused(0) == "stopped":
            raise Stopped
        if logger.progress_is_due():
            logger.log(events.Progress(phase=phase, step=0, total=0))

    return report
