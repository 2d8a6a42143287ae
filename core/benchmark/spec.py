"""Which trials a ladder has. Imports nothing heavy."""

from __future__ import annotations

from core.eras.table import CONTROLS, Era
from core.jobs import MORE_SEEDS, MORE_SEEDS_AT, SEEDS, LadderJob, TrainJob, parse_budgets, select_eras, split_list

WHOLE_UP_TO = 500
"""Budgets up to this are trained on as a whole, for as long as was fixed beforehand: a fifth of so few labels chooses
an epoch by luck."""
RESULTS = "ladder.json"
"""The file in a ladder's run folder that holds everything it has found (core.benchmark.report)."""


def is_control(era: Era) -> bool:
    """Whether the row is there to be compared with only: no era of the story."""
    return era in CONTROLS


def seeds_at(job: LadderJob, budget: int | None) -> range:
    """The seeds at one budget."""
    if budget == 0:  # nothing is drawn and nothing is trained: one seed says it all
        return range(1)
    return range(job.seeds or (MORE_SEEDS if budget in MORE_SEEDS_AT else SEEDS))


def list_trials(job: LadderJob) -> list[TrainJob]:
    """Every trial's training: from few labels to many, seed by seed, all rows within a seed.

    The order they are counted in, not the one they are measured in: that is core.benchmark.runner's.
    """
    return [
        # One thread, so that the same trial is the same bit for bit.
        TrainJob.of(
            era.id,
            data=data,
            labels=budget,
            seed=seed,
            threads=1,
            whole_budget=budget is not None and 0 < budget <= WHOLE_UP_TO,
            offline=job.offline,
            encoding=job.encoding,
            no_header=job.no_header,
            fold_labels=job.fold_labels,
        )
        for budget in parse_budgets(job.labels)
        for data in split_list(job.data)
        for seed in seeds_at(job, budget)
        for era in select_eras(job.eras)
        if budget != 0 or era.asked
    ]
