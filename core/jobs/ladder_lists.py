"""The lists that a ladder, or a report, is asked for: eras and label budgets."""

from __future__ import annotations

from core.eras.table import BASELINES, BY_ID, ERAS, Era
from core.jobs.options import split_list


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


def select_reported(eras: str) -> tuple[Era, ...]:
    """Like `select_eras`, but that `all` are those to choose from: every era and the baselines. Raises ValueError."""
    named = select_eras(eras)
    return (*ERAS, *BASELINES) if "all" in split_list(eras) else named


def parse_budgets(listed: str) -> tuple[int | None, ...]:
    """The label budgets of a list from small to large; None is all labels. Raises ValueError in plain words."""
    found: set[int | None] = set()
    for item in split_list(listed):
        if item == "all":
            found.add(None)
        elif item.isascii() and item.isdecimal():
            found.add(int(item))
        else:
            raise ValueError(f"{item!r} is no number of labels; a list is like 20,100,all")
    if not found:
        raise ValueError("no number of labels is named")
    return tuple(sorted(found, key=lambda budget: (budget is None, budget or 0)))
