"""One run after the other: a run that waits for another is a process of its own already, and does nothing yet."""

from __future__ import annotations

import time
from collections.abc import Iterable

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


def find_batch(run: RunDirectory, runs: Iterable[RunDirectory]) -> list[RunDirectory]:
    """The runs that wait for one another with this one, the first to begin first: at least itself."""
    there = {each.id: each for each in runs}
    first, seen = run, {run.id}
    while (before := there.get(first.after)) is not None and before.id not in seen:
        first = before
        seen.add(before.id)
    followers: dict[str, list[RunDirectory]] = {}
    for each in there.values():
        if each.after:
            followers.setdefault(each.after, []).append(each)
    batch, waiting = [], [first]
    while waiting:
        batch.append(waiting.pop(0))
        waiting += sorted(followers.get(batch[-1].id, ()), key=lambda each: each.created)
    return batch
