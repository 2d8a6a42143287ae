"""Two thousand runs in the list: how soon they are there, and how soon a key is answered among them; and of twenty."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from core.storage.paths import Home
from tests.benchmarks.stall import DOWN, F4
from tests.benchmarks.terminal import Terminal, app_command
from tests.tui.fake_run import FakeRun

MANY, FEW = 2_000, 20
KEYS = 20


@dataclass(frozen=True)
class Listed:
    """Seconds: from the key to Train until the rows are there; from a key to the next run's title; and of the verb."""

    rows: float
    key: float
    verb: float


def measure(environment: Mapping[str, str], runs: int) -> Listed:
    """Open the app where there are so many runs that are done, and list them on the command line."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(store=Path(folder) / "store", runs=Path(folder) / "runs")
        for number in range(1, runs + 1):
            run = FakeRun(home, number=number, title=_title(number))
            run.start()
            run.train(3, best_at=2)  # as much as the list reads
            run.done(best_at=2)
        environment = {**environment, "NLP_TUI_HOME": folder}
        with Terminal(app_command(), environment) as terminal:
            terminal.wait(lambda screen: "ready" in screen, 300)
            pressed = terminal.send(F4)
            rows = terminal.wait(lambda screen: screen.count(_title(runs)) > 1, 120) - pressed
            terminal.settle(2.0)
            keys = [_go_down(terminal, runs - place) for place in range(1, KEYS)]
        begun = time.perf_counter()
        subprocess.run([*app_command(), "runs"], env=environment, stdout=subprocess.DEVNULL, check=True)
        return Listed(rows, median(keys), time.perf_counter() - begun)


def _title(number: int) -> str:
    return f"the {number:05}th"


def _go_down(terminal: Terminal, number: int) -> float:
    """Press the key to the next run, and wait for its name above the curves."""
    pressed = terminal.send(DOWN)
    seconds = terminal.wait(lambda screen: screen.count(_title(number)) > 1, 60) - pressed
    terminal.settle(0.3)
    return seconds
