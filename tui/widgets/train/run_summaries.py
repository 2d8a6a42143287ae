"""What a list of runs says about each, read from the ends of their event files: cheap however long they trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.runs import RunDirectory, RunView, list_runs
from core.runs.event_log import parse
from core.runs.events import Done, Eval, Event, Failed, Paused, Progress, Resumed, Start, Stopped
from core.storage.paths import Home
from tui.widgets.train.run_status import FINAL

_TAIL = 32 * 1024
_TELLING = (Start, Progress, Eval, Paused, Resumed, Done, Stopped, Failed)


@dataclass(frozen=True)
class RunSummary:
    """One run in the list."""

    run: RunDirectory = field(compare=False, repr=False)
    id: str
    title: str
    status: str
    fraction: float = 0.0
    eta: float | None = None
    accuracy: float | None = None
    perplexity: float | None = None
    """Of a language model on held-out words."""


class RunSummaryReader:
    """Reads the list of runs again and again; a run that has ended and not changed is not read twice.

    Not for two threads at once.
    """

    def __init__(self, home: Home | None = None) -> None:
        self._home = home
        self._known: dict[str, tuple[int, RunSummary]] = {}

    def read(self) -> tuple[RunSummary, ...]:
        """One row a run, newest first. Raises RunError when the folder of runs cannot be read."""
        known, self._known = self._known, {}
        rows = []
        for run in list_runs(self._home):
            size = _size(run.events_path)
            before = known.get(run.id)
            over = before is not None and before[0] == size and before[1].status in FINAL and not run.alive()
            row = before[1] if before and over else _summarize(run, before)
            self._known[run.id] = (size, row)
            rows.append(row)
        return tuple(rows)


def _summarize(run: RunDirectory, before: tuple[int, RunSummary] | None) -> RunSummary:
    """The row of a run, from the last events of its file."""
    view = RunView()
    view.apply(events := read_tail(run.events_path))
    status = run.status(view)
    if status == "running" and not any(isinstance(event, _TELLING) for event in events):
        # Nothing but heartbeats for long, as in a long pause: it is as it was.
        if before:
            return before[1]
        status = "paused" if run.control().state == "paused" else status
    return RunSummary(
        run, run.id, run.title, status, view.fraction or 0.0, view.eta, _accuracy(view), _perplexity(view)
    )


def _accuracy(view: RunView) -> float | None:
    for split in ("test", "validation"):
        value = view.scores.get(split, {}).get("accuracy")
        if isinstance(value, int | float):
            return float(value)
    best = (view.best or {}).get("accuracy")
    return float(best) if isinstance(best, int | float) else None


def _perplexity(view: RunView) -> float | None:
    return view.scores.get("held-out", {}).get("perplexity")


def read_tail(path: Path, limit: int = _TAIL) -> list[Event]:
    """The complete events in the last `limit` bytes of a file; none when there is no file yet."""
    try:
        with path.open("rb") as file:
            start = max(0, file.seek(0, 2) - limit)
            file.seek(start)
            lines = file.read(limit).split(b"\n")
    except FileNotFoundError:
        return []
    complete = lines[1 if start else 0 : -1]
    return [event for line in complete if (event := parse(line)) is not None]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1
