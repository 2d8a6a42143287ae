"""A report from the data to the last word: read it, measure the eras fold by fold, put together what came out."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.appraisal.advice import choose, choose_compared
from core.appraisal.appraise import Appraised, Appraiser, Told
from core.appraisal.folds import Plan, plan
from core.appraisal.own_text import TextReader
from core.appraisal.report import build, describe_gains, rank_eras
from core.appraisal.second_rows import MARK, era_of
from core.data.corpora import Task, load_task
from core.data.files import look
from core.data.text_measures import measure_texts
from core.eras.table import BY_ID
from core.errors import UserError
from core.finetuning.adapting import OwnText
from core.jobs import ReportJob, TrainJob, command, select_reported
from core.jobs.reading import FIELDS, reading_of
from core.machine.extras import BERT, absent
from core.runs.logger import RunLogger
from core.storage.store import Store

READING = ("data", "text_column", "label_column", "offline", *sorted(FIELDS))
"""What a report and its trainings have in common: where the data is, and how it is read."""

Report = dict[str, Any]
Keep = Callable[[Report], None]
"""Given the report as far as it is; `waiting` are the eras that it still lacks."""


def make_report(
    job: ReportJob, store: Store, told: Told, keep: Keep = lambda _: None, logger: RunLogger | None = None
) -> Report:
    """Measure what `job` names and return the report; what is trained is kept, so that called again it goes on.

    `keep` gets it after each era that is done. `logger` says when to pause, or to stop. Raises UserError where the
    data cannot be used or no era could be measured, and Stopped.
    """
    reading = {name: getattr(job, name) for name in READING}
    base = TrainJob("scratch", answers=job.answers, **reading)
    task = load_task(base.data, base.text_column, base.label_column, base.offline, reading_of(base))
    chosen = plan(task, job.repeats)
    data = {**_look(base, task), "texts": _measure(chosen)}
    named = [era.id for era in select_reported(job.eras)]
    missing = {era: f"it needs {BERT}." for era in named if absent(BY_ID[era])}
    there = [era for era in named if era not in missing]
    reader = TextReader(OwnText.beside(base, job.unlabeled), task, store) if job.unlabeled else None
    if reader:
        there += [f"{era}{MARK}" for era in there if _reads(reader, replace(TrainJob.of(era), **reading))]

    def put_together(found: Appraised, fewer: bool) -> Report:
        rows = rank_eras(found)
        measured = appraiser.with_fewer(choose_compared(rows)) if fewer else []
        report = build(found, rows, measured, data, _commands(job, choose(rows).era))
        return {**report, "own_text": describe_gains(found, reader)} if reader else report

    def keep_what_is_there(found: Appraised, waiting: Sequence[str]) -> None:
        if found.answers:
            seen = replace(found, left_out={**missing, **found.left_out})
            keep({**put_together(seen, fewer=False), "waiting": list(waiting)})

    appraiser = Appraiser(chosen, store, told, base, logger, reader)
    found = appraiser.appraise(there, keep_what_is_there, job.fewer)
    found.left_out = {**missing, **found.left_out}
    if not found.answers:
        raise UserError("No era could be measured.", " ".join(found.left_out.values()))
    return put_together(found, job.fewer)


def _reads(reader: TextReader, job: TrainJob) -> bool:
    """Whether the era has a second row; of one that cannot be had its first row says why."""
    try:
        return reader.reads(job)
    except UserError:
        return False


def _look(base: TrainJob, task: Task) -> dict[str, Any]:
    """What was understood of the data: of a file all of it, of another task its sizes."""
    path = Path(base.data).expanduser()
    if path.is_file():
        return look(path, base.text_column, base.label_column, reading_of(base)).to_json()
    labels = [label for split in (task.train, task.validation, task.test) for label in split.labels]
    counts = {name: labels.count(place) for place, name in enumerate(task.labels)}
    return {"file": task.name, "classes": counts, "rows": len(labels), "read": len(labels), "notes": list(task.notes)}


def _measure(chosen: Plan) -> dict[str, Any]:
    """How long the texts are, and how much of those that the first fold answers was never met in learning."""
    task = next(chosen.folds()).task
    return asdict(measure_texts([*task.train.texts, *task.validation.texts], task.test.texts))


def _commands(job: ReportJob, best: str) -> list[str]:
    """What makes the report again, trains the recommended era for use, and uses it."""
    answers = job.answers if BY_ID[era_of(best)].asked else None
    trained = replace(TrainJob.of(era_of(best)), answers=answers, **{name: getattr(job, name) for name in READING})
    over = ["--unlabeled", job.unlabeled] if job.unlabeled and best.endswith(MARK) else []
    return [
        f"{command(job)} -o report.html",
        shlex.join([*shlex.split(command(trained)), *over]),
        "nlp-tui predict --model run:ID --csv new.csv -o answered.csv",
    ]
