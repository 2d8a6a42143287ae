"""Everything a ladder has found, as one JSON object: cells, means over seeds, paired differences, how to repeat it.

It is what a ladder's run writes beside its events, what `nlp-tui ladder` prints, and what can be shipped. Accuracies
and differences are shares, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from core.benchmark import plan, statistics
from core.benchmark.trials import Cell
from core.eras.table import Era
from core.jobs import LadderJob, TrainJob, command
from core.storage.artifact import installed_versions, processor

Found = Mapping[TrainJob, Cell]
Seeds = Mapping[int, Cell]
"""The cells of one era at one budget."""


def document(job: LadderJob, found: Found) -> dict[str, Any]:
    """The ladder with the cells there are; what is not measured yet is missing from it, and counted."""
    wanted = plan.plan(job)
    return {
        "v": 1,
        "command": command(job),
        "split": job.split,
        "data": list(plan.listed(job.data)),
        "labels": list(plan.budgets(job.labels)),
        "rows": [{"era": era.id, "control": plan.is_control(era)} for era in plan.rows(job.eras)],
        "missing": sum(cell not in found for cell in wanted),
        "table": list(_table(job, found)),
        "differences": list(_differences(job, found)),
        "cells": [_cell(cell, found[cell], job.split) for cell in wanted if cell in found],
        "interval": {"level": statistics.LEVEL, "resamples": statistics.RESAMPLES, "over": ["texts", "seeds"]},
        "versions": installed_versions(),
        "cpu": processor(),
    }


def _cell(job: TrainJob, cell: Cell, split: str) -> dict[str, Any]:
    return {
        "data": job.data,
        "labels": job.labels,
        "era": job.era,
        "seed": job.seed,
        **cell.scores[split],
        "validation": cell.scores["validation"]["accuracy"],
        "seconds": cell.seconds,
        "key": cell.key,
        "model": cell.model,
        "command": command(job),
    }


def _table(job: LadderJob, found: Found) -> Iterator[dict[str, Any]]:
    for place, by_era in _places(job, found):
        for era, seeds in by_era.items():
            summary = statistics.summarize([cell.right[job.split] for cell in seeds.values()])
            yield {**place, "era": era, **asdict(summary)}


def _differences(job: LadderJob, found: Found) -> Iterator[dict[str, Any]]:
    """Each era against the measured ones before it in history, the latest first, then against each control.

    Of eras of the same year the first stands for all: word2vec and GloVe are compared with what was before both.
    """
    chosen = plan.rows(job.eras)
    controls = [row.id for row in chosen if plan.is_control(row)]
    for place, by_era in _places(job, found):
        milestones: list[Era] = []
        for row in (row for row in chosen if not plan.is_control(row) and row.id in by_era):
            before = [each.id for each in reversed(milestones) if each.year != row.year]
            if len(before) == len(milestones):
                milestones.append(row)
            era = row.id
            for other in before + controls:
                if other in by_era and (pair := _paired(by_era[era], by_era[other], job.split)):
                    against = {"era": era, "against": other, "control": other in controls}
                    yield {**place, **against, **asdict(pair), "certain": pair.certain}


def _paired(one: Seeds, other: Seeds, split: str) -> statistics.Difference | None:
    """The difference over the seeds both have; None if they share none."""
    if not (shared := sorted(one.keys() & other.keys())):
        return None
    return statistics.difference(_right(one, shared, split), _right(other, shared, split))


def _right(seeds: Seeds, shared: Sequence[int], split: str) -> list[Any]:
    return [seeds[seed].right[split] for seed in shared]


def _places(job: LadderJob, found: Found) -> Iterator[tuple[dict[str, Any], dict[str, dict[int, Cell]]]]:
    """For each data set and budget the cells there are, by era and seed."""
    for data in plan.listed(job.data):
        for labels in plan.budgets(job.labels):
            by_era: dict[str, dict[int, Cell]] = {}
            for era in plan.rows(job.eras):
                for training, cell in found.items():
                    if (training.data, training.labels, training.era) == (data, labels, era.id):
                        by_era.setdefault(era.id, {})[training.seed] = cell
            yield {"data": data, "labels": labels}, by_era
