"""A run's worker that is interrupted at an event of its own, so that neither a fast nor a loaded machine misses it.

`interrupt.json` in the run's folder says at which: {"kind": "checkpoint", "number": 2, "how": "killed"}, or "stopped".
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from core import worker
from core.runs import EventWriter, RunDirectory
from core.runs.events import Event, to_fields
from tests.core.conftest import EVERY_STEP

MODULE = "tests.core.interrupted_worker"
PLAN = "interrupt.json"


def plan(run: RunDirectory, kind: str, number: int, how: str) -> None:
    """Have the run's next worker be `killed` or `stopped` at its event of that kind and number, counted from one."""
    (run.path / PLAN).write_text(json.dumps({"kind": kind, "number": number, "how": how}))


class Interrupting(EventWriter):
    """Writes events; after the one that is planned for, the worker is interrupted."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._run = RunDirectory(path.parent)
        self._plan: dict[str, Any] = json.loads((path.parent / PLAN).read_text())
        self._left = int(self._plan["number"])

    def write(self, event: Event) -> None:
        super().write(event)
        self._left -= to_fields(event)["kind"] == self._plan["kind"]
        if self._left == 0 and self._plan["how"] == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._left == 0:
            self._run.set_state("stopped")


if __name__ == "__main__":
    sys.exit(worker.main(sys.argv[1:], Interrupting, EVERY_STEP))
