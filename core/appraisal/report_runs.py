"""The reports of a home: which runs make one, how far each is, and what is there of it. Imports nothing heavy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.jobs import PHASES, ReportJob
from core.runs import RunDirectory, list_runs
from core.runs.summaries import LIVING
from core.runs.wording import clock
from core.storage.paths import Home

REPORT = "report.json"
"""The file in a run's folder, written anew after each era."""

_SAID = {"waiting": "starting…", "queued": "waiting for another run", "paused": "paused"}
"""What is said of a run that lives and does nothing."""


@dataclass(frozen=True)
class ReportState:
    """A report's run at a moment. `report`: what core.appraisal.report builds, as far as it is; None before that."""

    status: str
    report: Mapping[str, Any] | None = None
    progress: str = ""
    """How far it is, in words: what is at work and how long all of it still takes."""
    message: str = ""
    hint: str = ""
    """Of one that failed: why, and what to do."""

    @property
    def living(self) -> bool:
        """Whether it is at work, or will be."""
        return self.status in LIVING


def list_reports(home: Home) -> list[RunDirectory]:
    """The runs that make a report, the newest first. Raises RunError."""
    return [run for run in list_runs(home) if isinstance(run.job, ReportJob)]


def find_report(job: ReportJob, home: Home) -> RunDirectory | None:
    """The newest run of the very same report, unless it failed or its file has changed since. Raises RunError."""
    run = next((run for run in list_reports(home) if run.job == job), None)
    if run is None or run.status(run.latest()) == "failed":
        return None
    try:
        changed = Path(job.data).stat().st_mtime
    except OSError:  # it has a name of its own, or is gone, which the run says
        return run
    return run if changed <= run.created else None


def read_report(folder: Path) -> Mapping[str, Any] | None:
    """What a run has written; None before that, or where the file is damaged."""
    try:
        report = json.loads((folder / REPORT).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) and report.get("v") == 1 else None


class ReportReader:
    """Reads a report's run again and again; a file that has not changed is not read twice.

    Not for two threads at once.
    """

    def __init__(self) -> None:
        self._known: tuple[Path, tuple[int, int], Mapping[str, Any] | None] | None = None

    def read(self, run: RunDirectory) -> ReportState:
        """How it is now. Raises OSError and RunError."""
        view = run.latest()
        status = run.status(view)
        parts = []
        if status in LIVING:
            parts = [_SAID.get(status) or view.what or PHASES.get(view.phase, "starting…")]
            if view.phase == "appraise" and view.total:
                parts.append(f"{view.step:,} of {view.total:,} trainings")
            if view.eta is not None and status == "running":
                guess = "" if view.step else ", a first guess"
                parts.append(f"{clock(view.eta)} left in all{guess}")
        progress = " · ".join(part for part in parts if part)
        return ReportState(status, self._report(run.path), progress, view.message, view.hint)

    def _report(self, folder: Path) -> Mapping[str, Any] | None:
        try:
            stat = (folder / REPORT).stat()
        except OSError:
            return None
        signature = stat.st_mtime_ns, stat.st_size
        if self._known is None or self._known[:2] != (folder, signature):
            self._known = folder, signature, read_report(folder)
        return self._known[2]
