"""A report's own run: it measures era after era, says how far it is, and keeps what is there after each of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.appraisal.make import Report, make_report
from core.appraisal.report_runs import REPORT
from core.floats import finite
from core.jobs import ReportJob
from core.runs import events
from core.runs.logger import RunLogger
from core.storage.atomic import write_json
from core.storage.store import Store

SECONDS = 1.0
"""How often the training at work says how far it is: each is one of many, and a report may take hours."""


def run_report(job: ReportJob, run: Path, store: Store, logger: RunLogger) -> events.Done:
    """Measure what was not measured yet; report.json in the run's folder holds what there is, also on the way.

    Killed or stopped, it goes on where it was: trainings are in the store. Raises UserError where the data cannot be
    used or no era could be measured, and Stopped.
    """
    logger.log(events.Progress(phase="data", step=0, total=0))
    told, at = -1, 0.0

    def tell(what: str, done: int, total: int, left: float) -> None:
        nonlocal told, at
        if told < 0:
            logger.log(events.Start(title=job.title, step=0, total=total))
            # From here on nothing is lost: trainings are kept one by one.
            logger.log(events.Checkpoint(step=0, path=""))
        if done != told or time.monotonic() - at >= SECONDS:
            told, at = done, time.monotonic()
            logger.log(events.Progress(phase="appraise", what=what, step=done, total=total, eta=left))

    measured = set[str]()

    def keep(report: Report) -> None:
        write_json(run / REPORT, finite(report))
        for row in report["table"]:
            if row["era"] not in measured:
                measured.add(row["era"])
                logger.log(_say(job, row, report["measured"]["by"]))

    keep(make_report(job, store, tell, keep, logger))
    return events.Done(cached=False)


def _say(job: ReportJob, row: Mapping[str, Any], how: str) -> events.Trial:
    """An era's row of the table, as an event."""
    return events.Trial(
        data=job.data, era=row["era"], title=row["era"], split=how, accuracy=row["mean"], n=row["texts"]
    )
