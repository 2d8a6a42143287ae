"""Which runs there are under a path, and what reads each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from core.runs.event_log import RunError
from core.runs.foreign import tensorboard
from core.runs.foreign.json_lines import JsonLines
from core.runs.foreign.metrics_table import MetricsTable
from core.runs.foreign.rows import Reader
from core.runs.foreign.trainer_state import NAME as TRAINER_STATE
from core.runs.foreign.trainer_state import TrainerState
from core.runs.foreign.watched import ForeignRun, OwnRun, Watched

DEEPEST, MOST = 4, 2_000
"""Folders within folders that are looked into, and runs that are listed at most."""
_JSON_LINES = (".jsonl", ".ndjson")
UNDERSTOOD = "run folders, metrics as JSON lines or CSV, TensorBoard's event files and trainer_state.json are"


class Finder:
    """The runs under a path, found anew at every look; those that are known stay the same objects."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.left_out = 0
        """Runs beyond MOST."""
        self._known: dict[tuple[Path, str], Watched] = {}

    def find(self) -> list[Watched]:
        """The runs, by path. Raises RunError if there is no such path, or nothing in it that is understood."""
        if not self.path.exists():
            raise RunError(f"there is no {self.path}", "name a file or a folder that is there")
        known, self._known, self.left_out = self._known, {}, 0
        for path, kind in _places(self.path):
            if len(self._known) >= MOST:
                self.left_out += 1
            elif (run := known.get((path, kind)) or self._open(path, kind)) is not None:
                self._known[path, kind] = run
        if not self._known:
            raise RunError(f"{self.path} holds no run that is understood", UNDERSTOOD)
        return list(self._known.values())

    def _open(self, path: Path, kind: str) -> Watched | None:
        if kind == "own":
            try:
                return OwnRun(path)
            except RunError:
                return None
        readers: dict[str, Callable[[Path], Reader]] = {
            "state": TrainerState,
            "events": tensorboard.EventFiles,
            "table": MetricsTable,
            "lines": JsonLines,
        }
        return ForeignRun(self._name(path), path, readers[kind](path))

    def _name(self, path: Path) -> str:
        """The path as it stands under the one that was named, which may be a file of it."""
        below = path != self.path and path.is_relative_to(self.path)
        return str(path.relative_to(self.path)) if below else path.name


def _places(path: Path) -> Iterator[tuple[Path, str]]:
    """Each place where a run may be, with the kind of its reader."""
    if path.is_file():
        yield from _of_file(path, asked=True)
        return
    top = len(path.parts)
    for folder, folders, files in os.walk(path):
        here = Path(folder)
        folders.sort()
        if "run.json" in files and "events.jsonl" in files:
            folders.clear()
            yield here, "own"
            continue
        if TRAINER_STATE in files or any(name.startswith("checkpoint-") for name in folders):
            if TRAINER_STATE in files or any(here.glob(f"checkpoint-*/{TRAINER_STATE}")):
                yield here, "state"
            folders[:] = [name for name in folders if not name.startswith("checkpoint-")]
        if any("tfevents" in name for name in files):
            yield here, "events"
        for name in sorted(files):
            yield from _of_file(here / name)
        if len(here.parts) - top >= DEEPEST:
            folders.clear()
        folders[:] = [name for name in folders if not name.startswith(".")]


def _of_file(path: Path, asked: bool = False) -> Iterator[tuple[Path, str]]:
    """A file by its name; what is `asked` for by its own name is read as lines where nothing else is known of it."""
    if path.suffix == ".csv" and (asked or "metric" in path.name or path.stem in ("log", "progress", "history")):
        yield path, "table"
    elif path.suffix in _JSON_LINES:
        yield path, "lines"
    elif asked and path.name == TRAINER_STATE:
        yield path.parent, "state"
    elif asked and "tfevents" in path.name:
        yield path.parent, "events"
    elif asked and path.suffix not in (".csv",):
        yield path, "lines"
