"""A ladder's results on disk while it goes on: whoever looks sees every cell soon after it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

from core.benchmark import report, spec
from core.benchmark.costs import Texts
from core.benchmark.trials import TrialResult
from core.jobs import LadderJob, TrainJob
from core.storage.atomic import write_json


class LiveReport:
    """Writes ladder.json in a thread of its own: intervals take seconds, for which the children must not wait."""

    def __init__(self, job: LadderJob, run: Path, texts: Mapping[str, Texts]) -> None:
        self._job, self._path, self._texts = job, run / spec.RESULTS, texts
        self._known = report.Comparisons()
        self._thread: Thread | None = None
        self._cells = 0
        """How many cells the latest file has, or will have."""

    def offer(self, found: Mapping[TrainJob, TrialResult]) -> None:
        """Have what is found written, unless it is already, or while an earlier look at it is being written."""
        if len(found) == self._cells or (self._thread is not None and self._thread.is_alive()):
            return
        self._cells = len(found)
        self._thread = Thread(target=self._try, args=(dict(found),), name="ladder's results", daemon=True)
        self._thread.start()

    def finish(self, found: Mapping[TrainJob, TrialResult]) -> None:
        """Write everything. Raises OSError."""
        self.wait()
        self._write(found)

    def wait(self) -> None:
        """Until nothing is being written."""
        if self._thread is not None:
            self._thread.join()

    def _try(self, found: Mapping[TrainJob, TrialResult]) -> None:
        with suppress(OSError):  # a look on the way; the last one says what is wrong
            self._write(found)

    def _write(self, found: Mapping[TrainJob, TrialResult]) -> None:
        write_json(self._path, report.build(self._job, found, self._texts, self._known))
