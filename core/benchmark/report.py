"""Everything a ladder has results, as one JSON object: trials, means over seeds, paired differences, how to repeat it.

It is what a ladder's run writes beside its events, what `nlp-tui ladder` prints, and what can be shipped. Accuracies
and differences are shares, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from core.benchmark import spec, statistics
from core.benchmark.costs import Texts
from core.benchmark.trials import TrialResult
from core.eras.table import Composition, Era
from core.jobs import LadderJob, TrainJob, command, parse_budgets, select_eras, split_list
from core.storage.artifact import installed_versions, processor

Results = Mapping[TrainJob, TrialResult]
Seeds = Mapping[int, TrialResult]
"""The trials of one era at one budget."""


class Comparisons:
    """Means and paired differences, each worked out once: a ladder that grows by a cell costs no more than that cell.

    For one ladder: trials are told apart by their keys, all read on the same split.
    """

    def __init__(self) -> None:
        self._means: dict[tuple[str, ...], statistics.Summary] = {}
        self._differences: dict[tuple[tuple[str, ...], tuple[str, ...]], statistics.Difference] = {}

    def summarize(self, some: Sequence[TrialResult], split: str) -> statistics.Summary:
        """The mean over these trials' seeds."""
        if (key := _keys(some)) not in self._means:
            self._means[key] = statistics.summarize([trial.right[split] for trial in some])
        return self._means[key]

    def compare(self, one: Sequence[TrialResult], other: Sequence[TrialResult], split: str) -> statistics.Difference:
        """The paired difference of two rows' trials, seed by seed."""
        if (key := (_keys(one), _keys(other))) not in self._differences:
            left, right = ([trial.right[split] for trial in some] for some in (one, other))
            self._differences[key] = statistics.difference(left, right)
        return self._differences[key]


def _keys(some: Sequence[TrialResult]) -> tuple[str, ...]:
    return tuple(trial.key for trial in some)


def build(
    job: LadderJob,
    results: Results,
    texts: Mapping[str, Texts] | None = None,
    known: Comparisons | None = None,
) -> dict[str, Any]:
    """The ladder with the trials there are; what is not measured yet is missing from it, and counted.

    `texts`: the labelled training texts of each data set; where they are known it is said how many all labels are.
    `known` has what was worked out for an earlier state of the same ladder.
    """
    known = known or Comparisons()
    wanted = spec.list_trials(job)
    return {
        "v": 1,
        "command": command(job),
        "split": job.split,
        "data": list(split_list(job.data)),
        "labels": list(parse_budgets(job.labels)),
        "rows": [{"era": era.id, "control": spec.is_control(era)} for era in select_eras(job.eras)],
        "missing": sum(trial not in results for trial in wanted),
        "majority": _majority(job, results),
        "all_labels": _all_labels(results, texts or {}),
        "table": list(_table(job, results, known)),
        "differences": list(_differences(job, results, known)),
        "cells": [_describe(trial, results[trial], job.split) for trial in wanted if trial in results],
        "interval": {"level": statistics.LEVEL, "resamples": statistics.RESAMPLES, "over": ["texts", "seeds"]},
        "versions": installed_versions(),
        "cpu": processor(),
    }


def _describe(job: TrainJob, trial: TrialResult, split: str) -> dict[str, Any]:
    return {
        "data": job.data,
        "labels": job.labels,
        "era": job.era,
        "seed": job.seed,
        **trial.scores[split],
        "validation": trial.scores["validation"]["accuracy"],
        "seconds": trial.seconds,
        "key": trial.key,
        "model": trial.model,
        "command": command(job),
    }


def _majority(job: LadderJob, results: Results) -> dict[str, float]:
    """The largest class's share of the texts, by data set: what an accuracy is to be held against."""
    return {
        training.data: trial.scores[job.split]["majority"]
        for training, trial in results.items()
        if "majority" in trial.scores[job.split]
    }


def _all_labels(results: Results, texts: Mapping[str, Texts]) -> dict[str, int]:
    """By data set: the training texts, and the validation texts, whose labels choose the epoch."""
    return {
        training.data: texts[training.data].number + int(trial.scores["validation"]["n"])
        for training, trial in results.items()
        if training.data in texts
    }


def _table(job: LadderJob, results: Results, known: Comparisons) -> Iterator[dict[str, Any]]:
    for place, by_era in _places(job, results):
        for era, seeds in by_era.items():
            summary = known.summarize(list(seeds.values()), job.split)
            yield {**place, "era": era, **asdict(summary)}


def _kin(era: Era) -> tuple[str, Composition]:
    return era.year, era.composition


def _differences(job: LadderJob, results: Results, known: Comparisons) -> Iterator[dict[str, Any]]:
    """Each era against the measured ones before it in history, the latest first, then against each control.

    Of eras of the same year and composition the first stands for all: word2vec and GloVe are compared with what was
    before both.
    """
    chosen = select_eras(job.eras)
    controls = [row.id for row in chosen if spec.is_control(row)]
    for place, by_era in _places(job, results):
        milestones: list[Era] = []
        for row in (row for row in chosen if not spec.is_control(row) and row.id in by_era):
            before = [each.id for each in reversed(milestones) if _kin(each) != _kin(row)]
            if len(before) == len(milestones):
                milestones.append(row)
            era = row.id
            for other in before + controls:
                if other in by_era and (pair := _paired(by_era[era], by_era[other], job.split, known)):
                    against = {"era": era, "against": other, "control": other in controls}
                    yield {**place, **against, **asdict(pair), "certain": pair.certain}


def _paired(one: Seeds, other: Seeds, split: str, known: Comparisons) -> statistics.Difference | None:
    """The difference over the seeds both have; None if they share none."""
    if not (shared := sorted(one.keys() & other.keys())):
        return None
    return known.compare([one[seed] for seed in shared], [other[seed] for seed in shared], split)


def _places(job: LadderJob, results: Results) -> Iterator[tuple[dict[str, Any], dict[str, dict[int, TrialResult]]]]:
    """For each data set and budget the trials there are, by era and seed."""
    for data in split_list(job.data):
        for budget in parse_budgets(job.labels):
            by_era: dict[str, dict[int, TrialResult]] = {}
            for era in select_eras(job.eras):
                for training, trial in results.items():
                    if (training.data, training.labels, training.era) == (data, budget, era.id):
                        by_era.setdefault(era.id, {})[training.seed] = trial
            yield {"data": data, "labels": budget}, by_era
