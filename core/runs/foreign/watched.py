"""A run that is only looked at, ours or another program's: its view, read on, and what could not be read."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from core.errors import UserError
from core.runs import events
from core.runs.directory import RunDirectory
from core.runs.following import GrowingView
from core.runs.foreign.names import place
from core.runs.foreign.rows import Reader, Row
from core.runs.view import RunView

EPOCH, STEP = "epoch", "step"
QUIET = 120.0
"""Seconds without a new line after which another program's run counts as over: nobody says so."""


class OwnRun:
    """One of our run folders, wherever it lies."""

    format = "nlp-tui"
    axis = EPOCH
    problem = skipped = ""

    def __init__(self, path: Path) -> None:
        self._run = RunDirectory(path)
        self._growing = GrowingView(self._run.events_path)
        self.name, self.path = f"{self._run.id} {self._run.title}", path

    @property
    def view(self) -> RunView:
        """The run as far as it is known."""
        return self._growing.view

    @property
    def bad(self) -> int:
        """Lines of its log that are no events."""
        return self._growing.bad

    @property
    def behind(self) -> bool:
        """Whether the latest look had to leave some of it."""
        return self._growing.behind

    @property
    def reading(self) -> str:
        """What is read of a long log and what is still to be; empty once all of it is."""
        return self._growing.reading

    def read(self, seconds: float = math.inf) -> int:
        """Take in what is new, for about so many seconds at most; how many events that were."""
        return self._growing.read(seconds)

    @property
    def status(self) -> str:
        """As the run itself has it."""
        return self._run.status(self.view)


class ForeignRun:
    """A run of another program. Steps are its axis, epochs where it has no steps."""

    def __init__(self, name: str, path: Path, reader: Reader) -> None:
        self.name, self.path = name, path
        self._reader = reader
        self.view = RunView()
        self.axis = ""
        self.problem = ""
        """Why the last look failed; empty where it did not."""
        self.new: list[Row] = []
        """The rows of the last look."""
        self.rows = 0
        """How many were read until now."""
        self.behind = False
        """Whether the latest look had to leave some."""
        self._best = -math.inf
        self._skipped: Counter[str] = Counter()

    @property
    def skipped(self) -> str:
        """What was passed over as no curve can be made of it: `12 pictures, 1 histogram`."""
        kinds = sorted(self._skipped.items())
        return ", ".join(f"{count:,} {kind}{'' if count == 1 else 's'}" for kind, count in kinds)

    @property
    def format(self) -> str:
        """What the format is called."""
        return self._reader.format

    @property
    def bad(self) -> int:
        """Pieces that could not be read."""
        return self._reader.bad

    @property
    def reading(self) -> str:
        """How much of a long file is read until now; empty once all of it is."""
        return f"{self.rows:,} rows until now; reading on …" if self.behind else ""

    def read(self, seconds: float = math.inf) -> int:
        """Take in what is new, for about so many seconds at most; how many rows that were.

        What cannot be read is said in `problem`, not raised.
        """
        until, self.behind = time.monotonic() + seconds, False
        count, self.new, self.problem = 0, [], ""
        try:
            while True:
                found = self._reader.read()
                self._skipped += found.skipped
                if not found.rows and not found.restarted:
                    break
                if found.restarted:
                    self.view, self.axis, self._best, self.new, self.rows = RunView(), "", -math.inf, [], 0
                self._take(found.rows)
                count += len(found.rows)
                self.rows += len(found.rows)
                if time.monotonic() >= until:
                    self.behind = True  # there may be more
                    break
        except UserError as error:
            self.problem = f"{error.message} {error.hint}".strip()
        except OSError as error:
            self.problem = f"{self.path} cannot be read: {error.strerror or error}"
        if self._reader.finished and count:
            self.view.apply([events.Done(artifact=None, cached=False)])
        return count

    @property
    def status(self) -> str:
        """`done` where the program says so, else `running` as long as something new comes; then `quiet`."""
        if self._reader.finished:
            return "done"
        try:
            latest = max((path.stat().st_mtime for path in self._reader.files()), default=0.0)
        except OSError:
            return "quiet"
        return "running" if time.time() - latest < QUIET else "quiet"

    def _take(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if not self.axis:
                self.axis = EPOCH if row.step is None and row.epoch is not None else STEP
                self.view.apply([events.Start(title=self.name, epochs=round(self._reader.planned) or None)])
            x = row.epoch if self.axis == EPOCH else row.step
            # A row without a place comes after the one before it.
            self.new.append(row)
            self._add(row, float(self.view.step + 1) if x is None else x)

    def _add(self, row: Row, x: float) -> None:
        """Put a row's numbers at x: what is known as events, the rest as curves of their own names."""
        known: dict[str, dict[str, float]] = {}
        for name, value in row.values.items():
            split, measure = place(name)
            if not math.isfinite(value):
                value = math.nan
            if split:
                known.setdefault(split, {})[measure] = value
            else:
                self.view.add_point(measure, x, value)
        train = known.pop("train", {})
        step = max(0, round(row.step if row.step is not None else x))
        said: list[events.Event] = [
            events.Progress(t=row.t, phase="train", epoch=x, loss=train.get("loss"), accuracy=train.get("accuracy"))
        ]
        for split, scores in known.items():
            score = scores.get("accuracy", -scores.get("loss", math.inf))
            best = split == "validation" and score > self._best  # never of what is not a number
            self._best = score if best else self._best
            loss, accuracy = scores.get("loss"), scores.get("accuracy")
            said.append(events.Eval(t=row.t, epoch=x, split=split, best=best, loss=loss, accuracy=accuracy))
        self.view.apply(said)
        self.view.step = max(self.view.step, step)


Watched = OwnRun | ForeignRun
