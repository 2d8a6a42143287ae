"""One run after the other: a run that waits for another is a process of its own already, and does nothing yet."""

from __future__ import annotations

import time

from core.runs import events
from core.runs.directory import RunDirectory
from core.runs.event_log import RunError
from core.runs.logger import RunLogger, Stopped

_LOOK_EVERY = 0.5


def wait_for_turn(run: RunDirectory, logger: RunLogger) -> None:
    """Wait until the process of the run before it is gone, however that ended. Raises Stopped."""
    try:
        before = RunDirectory(run.path.parent / run.after) if run.after else None
    except RunError:  # deleted
        return
    if before is None or not before.alive():
        return
    logger.log(events.Queued(after=before.id))
    while before.alive():
        if logger.desired() == "stopped":
            raise Stopped
        time.sleep(_LOOK_EVERY)
