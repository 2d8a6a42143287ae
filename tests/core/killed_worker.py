"""A run's worker that is killed at any moment of its training, and in whose training a person halves the rate.

`kill.json` in the run's folder: {"seconds": 0.7, "halve": 20}: SIGKILL so long after the training began; the rate is
wanted halved once that step is made. Either may be null.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from core import worker
from core.runs import Change, EventWriter, RunDirectory
from core.runs.events import Event, Progress, Start
from tests.core.conftest import EVERY_STEP

MODULE = "tests.core.killed_worker"
PLAN = "kill.json"


def plan(run: RunDirectory, seconds: float | None, halve: int | None) -> None:
    """What happens to the run's next worker."""
    (run.path / PLAN).write_text(json.dumps({"seconds": seconds, "halve": halve}))


def kill_after(seconds: float) -> None:
    """End this process as the system does, whatever it is at."""
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


class Doomed(EventWriter):
    """Writes events; the first of the training starts the clock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._run = RunDirectory(path.parent)
        self._plan: dict[str, Any] = json.loads((path.parent / PLAN).read_text())

    def write(self, event: Event) -> None:
        super().write(event)
        if isinstance(event, Start) and self._plan["seconds"] is not None:
            threading.Thread(target=kill_after, args=(self._plan["seconds"],), daemon=True).start()
        reached = isinstance(event, Progress) and event.phase == "train" and event.step == self._plan["halve"]
        if reached and not self._run.control().changes:
            self._run.steer(Change(factor=0.5))


if __name__ == "__main__":
    sys.exit(worker.main(sys.argv[1:], Doomed, EVERY_STEP))
