"""The longest time the Train screen keeps a key waiting, while the run it shows says 2,000 things a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from statistics import median

from core.jobs import TrainJob
from core.storage.paths import Home
from tests.benchmarks.terminal import Terminal, app_command
from tests.tui.fake_run import FakeRun

EVENTS_A_SECOND = 2_000
SECONDS = 10.0
QUIET_KEYS = 40
F4, DOWN = "\x1bOS", "\x1b[B"
MARK = "z"
LONGEST = 20.0


def measure(environment: Mapping[str, str], home: Home) -> tuple[float, float]:
    """Seconds from a key to its letter: (the longest under the flood, the median in quiet)."""
    run = FakeRun(home, TrainJob("scratch", epochs=10_000))
    run.start()
    with Terminal(app_command(), environment) as terminal:
        terminal.wait(lambda screen: "Type a sentence" in screen, 60)
        terminal.send(F4)
        terminal.wait(lambda screen: "epochs" in screen and "seed" in screen, 30)
        line = _find_a_field(terminal)
        quiet = [_key(terminal, line) for _ in range(QUIET_KEYS)]
        over = threading.Event()
        flooding = threading.Thread(target=flood, args=(run, over))
        flooding.start()
        try:
            until = time.perf_counter() + SECONDS
            flooded = []
            while time.perf_counter() < until:
                flooded.append(_key(terminal, line))
        finally:
            over.set()
            flooding.join()
    return max(flooded), median(quiet)


def _find_a_field(terminal: Terminal) -> int:
    """Go to the first field that takes letters; returns the line it is on."""
    for _ in range(12):
        terminal.send("\t")
        terminal.settle(0.3)
        before = _marks(terminal)
        terminal.send(MARK)
        terminal.settle(0.5)
        for line, (was, count) in enumerate(zip(before, _marks(terminal), strict=True)):
            if count == was + 1:
                terminal.send("\x7f")
                terminal.settle(0.5)
                return line
    raise TimeoutError(f"no field takes letters:\n{terminal.text}")


def _marks(terminal: Terminal) -> list[int]:
    return [line.count(MARK) for line in terminal.lines]


def _key(terminal: Terminal, line: int) -> float:
    """Type a letter and take it away again; the longer of the two times."""
    before = _marks(terminal)[line]
    times = []
    for key, count in ((MARK, before + 1), ("\x7f", before)):
        pressed = terminal.send(key)
        while _marks(terminal)[line] != count:
            if time.perf_counter() > pressed + LONGEST:
                raise TimeoutError(f"the letter did not appear within {LONGEST:g} s:\n{terminal.text}")
            terminal.read(LONGEST)
        times.append(time.perf_counter() - pressed)
        terminal.settle(0.01)
    return max(times)


def flood(run: FakeRun, over: threading.Event, first: int = 0) -> None:
    """Progress as a training would report it, and then some."""
    step, began = first, time.monotonic()
    while not over.wait(0.01):
        due = first + round((time.monotonic() - began) * EVENTS_A_SECOND) - step
        fields = [
            {
                "phase": "train",
                "step": step + number,
                "total": run.total,
                "epoch": (step + number) / run.steps_per_epoch,
                "speed": 2000.0,
                "unit": "tokens/s",
                "eta": 100.0,
                "loss": 0.7 / (1 + (step + number) / 5000),
                "accuracy": 0.5,
            }
            for number in range(due)
        ]
        run.say_all([("progress", 1 / EVENTS_A_SECOND, entry) for entry in fields])
        step += due
