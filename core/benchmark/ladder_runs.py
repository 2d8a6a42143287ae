"""The ladders there are to look at: the one that ships, and those that runs of this home have measured or measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.benchmark.spec import RESULTS
from core.catalog.ladder import MeasuredLadder
from core.jobs import LadderJob
from core.runs import RunDirectory
from core.runs.summaries import LIVING, RunSummary, RunSummaryReader
from core.runs.wording import clock
from core.storage.paths import Home

SHIPPED = "came with nlp-tui"


@dataclass(frozen=True)
class LadderSource:
    """A ladder by a name. `summary`: of the run that measures it, None of the shipped one."""

    name: str
    ladder: MeasuredLadder
    summary: RunSummary | None = None

    @classmethod
    def shipped(cls, ladder: MeasuredLadder) -> LadderSource:
        """The one that came with the shipped models."""
        return cls(SHIPPED, ladder)

    @property
    def run(self) -> RunDirectory | None:
        """The run that measures it."""
        return self.summary.run if self.summary else None

    @property
    def job(self) -> LadderJob | None:
        """What the run was asked to measure."""
        return self.run.job if self.run and isinstance(self.run.job, LadderJob) else None

    @property
    def living(self) -> bool:
        """Whether it is being measured, or will be."""
        return self.summary is not None and self.summary.status in LIVING

    @property
    def command(self) -> str:
        """What measures it."""
        return self.run.command if self.run else str((self.ladder.document or {}).get("command", ""))

    @property
    def progress(self) -> str:
        """How far its run is, in words; empty of what is whole."""
        if self.summary is None or self.summary.status == "done":
            return ""
        done, cells = self.ladder.cells, self.ladder.cells + self.ladder.missing
        measured = f"{done:,} of {cells:,} cells measured" if cells else "no cell measured yet"
        known = self.living and self.summary.eta is not None
        left = f" · about {clock(self.summary.eta or 0)} left" if known else ""
        return f"{self.summary.status} · {measured}{left}"


class LadderReader:
    """Reads the ladders of a home again and again; a file that has not changed is not read twice.

    Not for two threads at once.
    """

    def __init__(self, home: Home) -> None:
        self._runs = RunSummaryReader(home)
        self._known: dict[Path, tuple[tuple[int, int], MeasuredLadder]] = {}

    def read(self) -> list[LadderSource]:
        """Those with anything measured, and those at work, the newest first. Raises RunError."""
        rows = [row for row in self._runs.read() if isinstance(row.run.job, LadderJob)]
        names = [row.title if row.title != row.run.title else f"run {row.id}" for row in rows]
        found = [
            LadderSource(f"{name} ({row.id})" if names.count(name) > 1 else name, self._ladder(row.run.path), row)
            for name, row in zip(names, rows, strict=True)
        ]
        return [source for source in found if source.ladder.means or source.living]

    def _ladder(self, folder: Path) -> MeasuredLadder:
        try:
            stat = (folder / RESULTS).stat()
        except OSError:
            return MeasuredLadder()
        signature = stat.st_mtime_ns, stat.st_size
        if folder not in self._known or self._known[folder][0] != signature:
            self._known[folder] = signature, MeasuredLadder.load(folder / RESULTS)
        return self._known[folder][1]
