"""How long the app's event loop is held while the run on Train says 2,000 things a second, and in quiet.

`python -m tests.benchmarks.run_flood FOLDER` is the app without a terminal, in which a task wakes up every few
milliseconds and notes how late it is.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.jobs import TrainJob
from core.storage.paths import Home
from tests.benchmarks.stall import flood
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import app_of, open_train
from tui.__main__ import GARBAGE

SECONDS, QUIET = 20.0, 5.0
BEFORE = 300
"""Epochs that the run has behind it: more points than a curve keeps."""
_EVERY = 0.002

Held = tuple[float, float]
"""Seconds: by the clock, and of work. Other processes take the processor too, which the clock does not tell apart."""


def measure(environment: Mapping[str, str]) -> tuple[Held, Held]:
    """The longest that the event loop was held: (under the flood, in quiet)."""
    with tempfile.TemporaryDirectory() as folder:
        run = FakeRun(_home(folder), TrainJob("scratch", epochs=10_000))
        run.start()
        run.train(BEFORE, validates=False)
        run.say_all([("eval", 0.5, _validation(epoch, run.steps_per_epoch)) for epoch in range(1, BEFORE + 1)])
        command = [sys.executable, "-m", "tests.benchmarks.run_flood", folder]
        over = threading.Event()
        with subprocess.Popen(
            command, env={**environment, "NLP_TUI_HOME": folder}, stdout=subprocess.PIPE, text=True
        ) as app:
            assert app.stdout is not None
            quiet = _read(app.stdout.readline())
            flooding = threading.Thread(target=flood, args=(run, over, run.steps_per_epoch * BEFORE))
            flooding.start()
            try:
                flooded = _read(app.stdout.readline())
            finally:
                over.set()
                flooding.join()
        return flooded, quiet


def _validation(epoch: int, steps: int) -> dict[str, Any]:
    scores = {"loss": 0.4 + 0.3 / epoch, "accuracy": 0.8 - 0.3 / epoch, "n": 100.0}
    return {"step": epoch * steps, "epoch": float(epoch), "split": "validation", "best": True, **scores}


async def _watch(folder: str) -> None:
    """Show the run, and say how long the event loop was held: at first in quiet, then under what comes."""
    app = app_of(_home(folder))
    gc.freeze()  # as the command does
    gc.set_threshold(*GARBAGE)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_train(pilot, runs=1)
        await pilot.pause(5 * QUIET)  # for what was said before
        for seconds in (QUIET, SECONDS):
            print(*await _longest(seconds), flush=True)


async def _longest(seconds: float) -> Held:
    until, late, worked = time.perf_counter() + seconds, 0.0, 0.0
    before, work = time.perf_counter(), time.thread_time()
    while before < until:
        await asyncio.sleep(_EVERY)
        now, spent = time.perf_counter(), time.thread_time()
        late, worked = max(late, now - before - _EVERY), max(worked, spent - work)
        before, work = now, spent
    return late, worked


def _read(line: str) -> Held:
    late, worked = map(float, line.split())
    return late, worked


def _home(folder: str) -> Home:
    return Home(store=Path(folder) / "store", runs=Path(folder) / "runs")


if __name__ == "__main__":
    asyncio.run(_watch(sys.argv[1]))
