"""How long a ladder will take, told from the cells of one that was measured, here or on another machine."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean

from core.benchmark.spec import list_trials
from core.catalog.ladder import MeasuredLadder
from core.jobs import LadderJob
from core.runs.wording import clock

UNKNOWN = "How long it takes is known once its first cells are measured."


def estimate(job: LadderJob, measured: MeasuredLadder) -> float | None:
    """Seconds, all cells measured anew; None where a cell has no like among those that were measured."""
    took: dict[tuple[str, str, int | None], list[float]] = defaultdict(list)
    for cell in (measured.document or {}).get("cells", ()):
        if isinstance(seconds := cell.get("seconds"), int | float):
            took[cell["data"], cell["era"], cell["labels"]].append(float(seconds))
    each = [took.get((trial.data, trial.era, trial.labels)) for trial in list_trials(job)]
    known = [fmean(some) for some in each if some]
    if len(known) < len(each) or not known:
        return None
    return max(sum(known) / job.workers, *known)


def describe_estimate(job: LadderJob, measured: MeasuredLadder) -> str:
    """How many cells there are, and how long they take, in a sentence or two."""
    cells = len(list_trials(job))
    seconds = estimate(job, measured)
    counted = f"{cells:,} cells, an era at a number of labels with a seed each."
    if seconds is None:
        return f"{counted} {UNKNOWN}"
    machine = str((measured.document or {}).get("cpu", "")) or "the machine that measured the ladder that ships"
    return f"{counted} About {clock(seconds)} on {machine}; what is measured here already is not measured again."
