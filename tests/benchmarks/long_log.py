"""A log of ten million events, chosen on Train in a terminal: how soon its latest numbers are there, and all of them.

Beside it the same of a log of a thousand.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.jobs import TrainJob
from core.storage.paths import Home
from tests.benchmarks.stall import DOWN, F4
from tests.benchmarks.talk import held
from tests.benchmarks.terminal import Terminal, app_command
from tests.tui.fake_run import FakeRun

MANY, FEW = 10_000_000, 1_000
EPOCHS = 100
CHOSEN = f"epoch {EPOCHS} of {EPOCHS}"
"""What the monitor says of the run, and of no other."""
ABOVE = "another run"
"""The title of the one that stands first in the list."""
PART = "The newest"
"""What it says as long as it has read a part of the log only."""
PATIENCE = 3_600.0


@dataclass(frozen=True)
class Opened:
    """Seconds from the key that chooses the run until the latest numbers are there, and until all are.

    `held`: MB that the app held at most; `verbs`: seconds that `runs` and `watch` take.
    """

    bytes: int
    latest: float
    whole: float
    held: float
    verbs: tuple[float, float]


def measure(environment: Mapping[str, str], events: int) -> Opened:
    """Choose a run of so many events in the app, and name it on the command line."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(store=Path(folder) / "store", runs=Path(folder) / "runs")
        run = write_run(home, events).directory
        FakeRun(home, number=2, title=ABOVE, alive=False)
        environment = {**environment, "NLP_TUI_HOME": folder}
        with Terminal(app_command(), environment) as terminal:
            terminal.wait(lambda screen: "ready" in screen, PATIENCE)
            terminal.send(F4)
            terminal.wait(lambda screen: screen.count(ABOVE) > 1, PATIENCE)
            terminal.settle(2.0)
            pressed = terminal.send(DOWN)
            latest = terminal.wait(lambda screen: CHOSEN in screen, PATIENCE) - pressed
            whole = terminal.wait(lambda screen: CHOSEN in screen and PART not in screen, PATIENCE) - pressed
            most = held(terminal.process)["VmHWM"]
        verbs = _seconds(["runs"], environment), _seconds(["watch", run.id], environment)
        return Opened(run.events_path.stat().st_size, latest, whole, most, verbs)


def _seconds(verb: list[str], environment: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run([*app_command(), *verb], env=dict(environment), capture_output=True, check=True)
    return time.perf_counter() - begun


def write_run(home: Home, events: int) -> FakeRun:
    """A run that is done, with so many steps; at each epoch an evaluation, eight pinned sentences and a checkpoint."""
    run = FakeRun(home, TrainJob("scratch", epochs=EPOCHS))
    run.steps_per_epoch, run.total = events // EPOCHS, events
    run.start(groups=[{"name": "W_o", "factor": 1.0, "joins": 0}])
    chance = random.Random(0)
    pins = [{"text": f"sentence {number}", "probabilities": [0.25, 0.75]} for number in range(8)]
    for epoch in range(1, EPOCHS + 1):
        with run.directory.events_path.open("ab", buffering=1 << 20) as file:
            file.writelines(_steps(run, epoch, chance))
        run.now += run.steps_per_epoch / 2_000
        at: dict[str, Any] = {"step": epoch * run.steps_per_epoch, "epoch": float(epoch)}
        scores: dict[str, Any] = {"loss": 0.5, "accuracy": 0.7 + epoch / 1_000, "n": 100.0}
        run.say("eval", **at, split="validation", best=True, **scores)
        run.say("pinned", **at, sentences=pins)
        run.say("checkpoint", step=at["step"], path="best")
    run.done(best_at=EPOCHS)
    return run


def _steps(run: FakeRun, epoch: int, chance: random.Random) -> Iterator[bytes]:
    """The lines of an epoch, as a worker writes them."""
    for step in range((epoch - 1) * run.steps_per_epoch + 1, epoch * run.steps_per_epoch + 1):
        at, drawn, rate = step / run.total, chance.random(), 0.002 * (1 - step / run.total)
        yield (
            b'{"v":1,"seq":%d,"t":%.3f,"kind":"progress","phase":"train","step":%d,"total":%d,"epoch":%.4f,'
            b'"loss":%.4f,"accuracy":%.4f,"learning_rate":%.8f,"rates":{"W_o":%.8f},"gradient":%.4f,"speed":%.1f,'
            b'"unit":"tokens/s","eta":%.1f}\n'
        ) % (
            step,
            run.now + at,
            step,
            run.total,
            step / run.steps_per_epoch,
            0.3 + 0.4 / (1 + EPOCHS * at) + 0.1 * drawn,
            0.9 - 0.4 / (1 + EPOCHS * at) - 0.1 * drawn,
            rate,
            rate,
            drawn,
            2_000 + 100 * drawn,
            (run.total - step) / 2_000,
        )
