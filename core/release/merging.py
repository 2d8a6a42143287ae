"""A ladder that was measured elsewhere or later, laid beside the one that ships.

Trials are the same wherever they are measured, so what is there stays as it is, and what is new is added. What both
have measured tells whether they can stand in one table: how often they agree is counted and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.benchmark import spec
from core.eras.table import BY_ID
from core.jobs import LadderJob, command
from core.release.cards import CardError

SAME = 1e-9
_PLACE = ("data", "labels", "era")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "cells": (*_PLACE, "seed"),
    "table": _PLACE,
    "differences": (*_PLACE, "against"),
}


@dataclass(frozen=True)
class Merged:
    """`document`: both ladders; `added`: how many trials are new; `both`: in both; `agree`: equally accurate there."""

    document: dict[str, Any]
    added: int
    both: int
    agree: int


def merge(shipped: Mapping[str, Any], newer: Mapping[str, Any]) -> Merged:
    """The shipped ladder with the trials, means and differences that only the newer one has.

    Raises CardError where they were read on different splits or texts.
    """
    if shipped["split"] != newer["split"]:
        raise CardError(
            f"One ladder was read on {shipped['split']}, the other on {newer['split']}.", "Measure it anew."
        )
    _refuse_other_texts(shipped["table"], newer["table"])
    there = {_key(cell, "cells"): cell for cell in shipped["cells"]}
    common = [(there[key], cell) for cell in newer["cells"] if (key := _key(cell, "cells")) in there]
    labels = sorted({*shipped["labels"], *newer["labels"]}, key=_budget)
    data = list(dict.fromkeys([*shipped["data"], *newer["data"]]))
    eras = {row["era"] for row in (*shipped["rows"], *newer["rows"])}
    job = LadderJob(
        data=",".join(data),
        eras="all" if eras == BY_ID.keys() else ",".join(era for era in BY_ID if era in eras),
        labels=",".join("all" if budget is None else str(budget) for budget in labels),
        split=shipped["split"],
    )
    parts = {name: _union(shipped[name], newer[name], name, data) for name in _KEYS}
    measured = {(cell["data"], cell["labels"], cell["era"], cell["seed"]) for cell in parts["cells"]}
    wanted = [(trial.data, trial.labels, trial.era, trial.seed) for trial in spec.list_trials(job)]
    document = {
        **shipped,
        "command": command(job),
        "data": data,
        "labels": labels,
        "rows": [{"era": era, "control": spec.is_control(BY_ID[era])} for era in BY_ID if era in eras],
        "all_labels": {**newer.get("all_labels", {}), **shipped.get("all_labels", {})},
        "missing": sum(trial not in measured for trial in wanted),
        **parts,
    }
    agree = sum(abs(old["accuracy"] - new["accuracy"]) < SAME for old, new in common)
    return Merged(document, len(parts["cells"]) - len(shipped["cells"]), len(common), agree)


def _union(
    shipped: Iterable[dict[str, Any]], newer: Iterable[dict[str, Any]], name: str, data: list[str]
) -> list[dict[str, Any]]:
    """What both have of one kind, from few labels to many, each data set's eras in the order of history."""
    found = {_key(each, name): each for each in newer} | {_key(each, name): each for each in shipped}
    eras = list(BY_ID)

    def place(each: dict[str, Any]) -> tuple[Any, ...]:
        return (*_budget(each["labels"]), data.index(each["data"]), each.get("seed", 0), eras.index(each["era"]))

    return sorted(found.values(), key=place)


def _refuse_other_texts(shipped: Iterable[Mapping[str, Any]], newer: Iterable[Mapping[str, Any]]) -> None:
    texts = {row["data"]: row["texts"] for row in shipped}
    for row in newer:
        if texts.get(row["data"], row["texts"]) != row["texts"]:
            raise CardError(
                f"{row['data']} has {row['texts']} texts in one ladder and {texts[row['data']]} in the other."
            )


def _key(each: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    return tuple(each[part] for part in _KEYS[name])


def _budget(labels: int | None) -> tuple[bool, int]:
    return labels is None, labels or 0
