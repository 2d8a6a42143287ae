"""Deleted runs: set aside beside the others for a day, so that a deletion can be taken back, then really removed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from core.runs.directory import RunDirectory, find_by_prefix, plain_errors
from core.runs.event_log import RunError
from core.storage.paths import Home

TRASH = ".trash"
"""The folder among the runs: the same file system, so that moving there is one rename."""
KEPT_SECONDS = 24 * 3600.0


def trash_run(run: RunDirectory) -> None:
    """Set the run's folder aside; what it put into the store stays. Raises RunError while it is at work."""
    trash = run.path.parent / TRASH
    with run.exclusive():
        if run.alive():
            raise RunError(f"run {run.id} is at work", "stop it first")
        with plain_errors(run.path.parent):
            trash.mkdir(exist_ok=True)
            place = trash / run.path.name
            if place.exists():  # deleted before, and copied back by hand
                shutil.rmtree(place)
            run.path.rename(place)
            os.utime(place)  # when it was deleted


def list_trash(home: Home | None = None) -> list[RunDirectory]:
    """The runs that can be brought back, the one deleted last first."""
    found = []
    for place in _places(home):
        try:
            found.append(RunDirectory(place))
        except RunError:
            continue
    return sorted(found, key=lambda run: -_deleted(run.path))


def restore_run(name: str = "", home: Home | None = None) -> RunDirectory:
    """Bring back the run whose id starts with `name`, or the one deleted last. Raises RunError if there is none."""
    there = list_trash(home)
    if not there:
        raise RunError("no deleted run is left to bring back", "they are kept for a day")
    run = find_by_prefix(name, there) if name else there[0]
    if run is None:
        raise RunError(f"no deleted run '{name}'", "it was never deleted, or more than a day ago")
    place = run.path.parent.parent / run.path.name
    with plain_errors(place.parent):
        if place.exists():
            raise RunError(f"there is a run {run.id} already", "nothing was brought back")
        run.path.rename(place)
    return RunDirectory(place)


def empty_trash(home: Home | None = None, older: float = KEPT_SECONDS) -> int:
    """Really remove what was deleted more than `older` seconds ago; how many runs that were."""
    now, removed = time.time(), 0
    for place in list(_places(home)):
        if now - _deleted(place) >= older:
            shutil.rmtree(place, ignore_errors=True)
            removed += 1
    return removed


def _places(home: Home | None) -> Iterator[Path]:
    trash = (home or Home.locate()).runs / TRASH
    with plain_errors(trash):
        try:
            yield from [path for path in trash.iterdir() if path.is_dir()]
        except FileNotFoundError:
            return


def _deleted(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except FileNotFoundError:  # removed meanwhile
        return 0.0
