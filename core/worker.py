"""The child process of one run: `python -P -m core.worker RUN_DIRECTORY`.

It reads run.json, has the job's runner do it, and says everything it has to say in events.jsonl, the last word always
here. Its own stderr is a file. Where torchrun started several for one run, the first of them says it.
"""

from __future__ import annotations

import os
import pkgutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, cast

from core.errors import DiskFull, OutOfMemory, explain
from core.jobs import Job, command, kind_of
from core.machine import torchrun
from core.runs import EventWriter, RunDirectory, RunError, events
from core.runs.logger import USUAL, Intervals, RunLogger, Stopped, Writer
from core.runs.queue import wait_for_turn
from core.storage.store import Store, default_store

NICENESS = 5
Last = events.Done | events.Stopped | events.Failed


class Runner(Protocol):
    """What does a kind of job: named in its row of core.jobs.kinds, imported only here."""

    def __call__(self, job: Job, run: Path, store: Store, logger: RunLogger, /) -> Last:
        """Do the job in the run's folder `run`, from its checkpoint on if there is one. Returns how it ended.

        Raises Stopped where the person stops it and nothing new is kept; any other error is the run's failure.
        """


class Unheard:
    """Where events go of a process that another one of its run speaks for."""

    def write(self, event: events.Event) -> None:
        """Drop it."""


def main(arguments: list[str], writer: Callable[[Path], Writer] = EventWriter, intervals: Intervals = USUAL) -> int:
    """Do the run's job. Returns 0 when it is done or stopped, 1 when it failed (the events say why).

    `writer` opens what the events are written to, and `intervals` say how often: a test's worker brings its own.
    """
    os.nice(NICENESS)
    try:
        run = RunDirectory(Path(arguments[0]))
        first = torchrun.rank() == 0
        if first:
            run.register_worker()
        said = writer(run.events_path) if first else Unheard()
        recorded = run.recorded_changes()
        logger = RunLogger(said, lambda: run.control().state, intervals, lambda: run.control().changes, recorded)
    except (RunError, OSError) as error:
        # There is nowhere else to say it: whoever follows a run without a last word reads the end of its stderr.
        print(explain(error, "The run's folder has to be there, and writable."), file=sys.stderr)
        return 1
    last = _work(run, default_store(), logger)
    logger.stop_heartbeat()
    try:
        logger.log(last)
    except (DiskFull, OSError) as error:
        print(explain(error, "Its events cannot be written."), file=sys.stderr)
        return 1
    return 1 if isinstance(last, events.Failed) else 0


def _work(run: RunDirectory, store: Store, logger: RunLogger) -> Last:
    try:
        wait_for_turn(run, logger)
        logger.start_heartbeat()
        import torch

        # Numbers too small to matter make the CPU many times slower.
        torch.set_flush_denormal(True)
        runner = cast("Runner", pkgutil.resolve_name(kind_of(run.job).runner))
        return runner(run.job, run.path, store, logger)
    except Stopped:
        return events.Stopped()
    except Exception as error:
        traceback.print_exc()
        told = explain(error, f"The details are in {run.stderr_path}.")
        hint = smaller_hint(run.job) if isinstance(told, OutOfMemory) else ""
        return events.Failed(message=told.message, hint=hint or told.hint)


def smaller_hint(job: Job) -> str:
    """How the job is done with half as many texts a step; empty if it has no such number, or it is one."""
    size = getattr(job, "batch_size", 1)
    if size < 2:
        return ""
    half: dict[str, Any] = {"batch_size": size // 2}
    return f"Again with half as many texts a step: `{command(replace(job, **half))}`."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
