"""The sentences pinned to a run: what a person wants to see answered while it learns. In one small file of its folder.

The worker looks at the file again and again, so that a sentence can be pinned before the start and at any time after.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.runs.directory import plain_errors, read_json
from core.runs.event_log import RunError
from core.runs.watched import PINS
from core.storage.atomic import write_json

FILE = "pins.json"
MOST = PINS
LONGEST = 2_000
"""Characters of a sentence."""


def read_pins(run: Path) -> tuple[str, ...]:
    """The sentences pinned to the run in that folder, in the order they were; none where nothing usable is there."""
    sentences = read_json(run / FILE).get("sentences")
    if not isinstance(sentences, list):
        return ()
    return tuple(dict.fromkeys(each[:LONGEST] for each in sentences if isinstance(each, str) and each.strip()))[:MOST]


def write_pins(run: Path, sentences: Sequence[str]) -> None:
    """Pin these sentences to the run, and no others. Raises RunError for more than `MOST`, or where it fails."""
    wanted = [each[:LONGEST] for each in dict.fromkeys(sentences) if each.strip()]
    if len(wanted) > MOST:
        raise RunError(f"{len(wanted)} sentences are too many to pin", f"a run takes {MOST} at most")
    with plain_errors(run):
        write_json(run / FILE, {"v": 1, "sentences": wanted})


def stamp(run: Path) -> tuple[int, int]:
    """What changes when the pins do: cheap to ask for at every step."""
    try:
        stat = (run / FILE).stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_ino
