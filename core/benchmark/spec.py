"""Which trials a ladder has, and in which order. Imports nothing heavy."""

from __future__ import annotations

from core.eras.table import BY_ID, CONTROLS, Era
from core.jobs import LadderJob, TrainJob

SEEDS, MORE_SEEDS = 3, 5
MORE_SEEDS_AT = (100, 500)
WHOLE_UP_TO = 500
"""Budgets up to this are trained on as a whole, for as long as was fixed beforehand: a fifth of so few labels chooses
an epoch by luck."""
RESULTS = "ladder.json"
"""The file in a ladder's run folder that holds everything it has found (core.benchmark.report)."""


def split_list(text: str) -> tuple[str, ...]:
    """The items of a list with a comma between, each once, in order."""
    return tuple(dict.fromkeys(item.strip() for item in text.split(",") if item.strip()))


def select_eras(eras: str) -> tuple[Era, ...]:
    """The eras of a list, or `all`, in the order of history, then the controls.

    Raises ValueError, in plain words, for one that is not there.
    """
    names = split_list(eras)
    for name in names:
        if name == "all":
            return tuple(BY_ID.values())
        if name not in BY_ID:
            raise ValueError(f"there is no era {name!r}; there are {', '.join(BY_ID)}")
    if not names:
        raise ValueError("no era is named")
    return tuple(era for era in BY_ID.values() if era.id in names)


def is_control(era: Era) -> bool:
    """Whether the row is there to be compared with only: no era of the story."""
    return era in CONTROLS


def parse_budgets(listed: str) -> tuple[int | None, ...]:
    """The label budgets of a list from small to large; None is all labels. Raises ValueError in plain words."""
    found: set[int | None] = set()
    for item in split_list(listed):
        if item == "all":
            found.add(None)
        elif item.isascii() and item.isdecimal() and int(item) > 0:
            found.add(int(item))
        else:
            raise ValueError(f"{item!r} is no number of labels; a list is like 20,100,all")
    if not found:
        raise ValueError("no number of labels is named")
    return tuple(sorted(found, key=lambda budget: (budget is None, budget or 0)))


def seeds_at(job: LadderJob, budget: int | None) -> range:
    """The seeds at one budget."""
    return range(job.seeds or (MORE_SEEDS if budget in MORE_SEEDS_AT else SEEDS))


def list_trials(job: LadderJob) -> list[TrainJob]:
    """Every trial's training: from few labels to many, seed by seed, all rows within a seed.

    So the table can be read early, and whatever is in it was measured side by side.
    """
    return [
        # One thread, so that the same trial is the same bit for bit.
        TrainJob.of(
            era.id,
            data=data,
            labels=budget,
            seed=seed,
            threads=1,
            whole_budget=budget is not None and budget <= WHOLE_UP_TO,
            offline=job.offline,
        )
        for budget in parse_budgets(job.labels)
        for data in split_list(job.data)
        for seed in seeds_at(job, budget)
        for era in select_eras(job.eras)
    ]
