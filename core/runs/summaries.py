"""What a list of runs says about each, read from the ends of their event files: cheap however long they trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.jobs import Job, TrainJob, kind_of
from core.runs.directory import RunDirectory, newest_first, open_run, run_folders
from core.runs.event_log import parse
from core.runs.events import Done, Eval, Event, Failed, Paused, Progress, Queued, Resumed, Start, Stopped
from core.runs.notes import NOTES, RunNotes, read_notes
from core.runs.view import RunView
from core.storage.paths import Home

LIVING = frozenset({"queued", "waiting", "running", "paused"})
_TAIL = 32 * 1024
_TELLING = (Queued, Start, Progress, Eval, Paused, Resumed, Done, Stopped, Failed)


@dataclass(frozen=True)
class RunSummary:
    """One run in the list."""

    run: RunDirectory = field(compare=False, repr=False)
    id: str
    title: str
    """What the person called it, else its own title."""
    status: str
    fraction: float = 0.0
    eta: float | None = None
    split: str = ""
    """What the score is of: `test` or `validation`, `held-out` of a language model; empty as long as there is none."""
    accuracy: float | None = None
    perplexity: float | None = None
    """Of a language model on held-out words."""
    n: float | None = None
    """How many things were scored."""
    tags: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """The era that is trained, else what else is made: `word2vec`, `lm`, `ladder`."""
        return topic_of(self.run.job)


class RunSummaryReader:
    """Reads the list of runs again and again; one that has not changed, and is not at work, is not read twice.

    Not for two threads at once.
    """

    def __init__(self, home: Home | None = None) -> None:
        self._home = home
        self._known: dict[str, tuple[_Signature, RunSummary]] = {}
        self.unreadable = 0
        """Folders of runs that the latest look could not read as such."""

    def read(self) -> tuple[RunSummary, ...]:
        """One row a run, newest first. Raises RunError when the folder of runs cannot be read."""
        known, self._known, self.unreadable = self._known, {}, 0
        for path in run_folders(self._home):
            before = known.get(path.name)
            # Taken before the files are read: what is written in between is read the next time.
            signature = _sign(path)
            if before is not None and before[0] == signature and before[1].status not in LIVING:
                self._known[path.name] = before
            elif (run := before[1].run if before else open_run(path)) is not None:
                self._known[path.name] = (signature, _read(run, before[1] if before else None))
            else:
                self.unreadable += path.is_dir()
        return tuple(sorted((row for _, row in self._known.values()), key=lambda row: newest_first(row.run)))


def summarize(run: RunDirectory, view: RunView, notes: RunNotes, status: str) -> RunSummary:
    """The row of a run of which the view is known."""
    split, scores = best_known(view)
    return RunSummary(
        run,
        run.id,
        notes.name or run.title,
        status,
        view.fraction or 0.0,
        view.eta,
        split,
        scores.get("accuracy"),
        None if "accuracy" in scores else scores.get("perplexity"),
        scores.get("n"),
        notes.tags,
    )


def best_known(view: RunView) -> tuple[str, dict[str, float]]:
    """Split and scores that say most of a run: the test, else what it was validated with; ("", {}) before either."""
    for split in ("test", "validation"):
        if "accuracy" in (scores := view.scores.get(split, {})):
            return split, scores
    if "accuracy" in (best := view.best or {}):
        return "validation", ({"n": view.sizes["validation"]} if "validation" in view.sizes else {}) | best
    if "perplexity" in (scores := view.scores.get("held-out", {})):
        return "held-out", scores
    return "", {}


def topic_of(job: Job) -> str:
    """The era that a job trains, else what else it makes: `word2vec`, `lm`, `ladder`."""
    return job.era if isinstance(job, TrainJob) else kind_of(job).verb[-1]


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


def _read(run: RunDirectory, before: RunSummary | None) -> RunSummary:
    """The row of a run, from the last events of its file."""
    view, notes = RunView(), read_notes(run.path)
    view.apply(events := read_tail(run.events_path))
    status = run.status(view)
    if status == "running" and not any(isinstance(event, _TELLING) for event in events):
        # Nothing but heartbeats for long, as in a long pause: it is as it was.
        if before:
            return before
        status = "paused" if run.control().state == "paused" else status
    return summarize(run, view, notes, status)


_Signature = tuple[tuple[int, int], ...]


def _sign(path: Path) -> _Signature:
    """What differs once a run's events, its worker or its notes have."""
    return tuple(_stamp(path / name) for name in ("events.jsonl", "worker.json", NOTES))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (-1, -1)
    return (stat.st_size, stat.st_mtime_ns)
