"""A list of runs put in order, and the part of it that is looked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.eras.table import BY_ID
from core.runs.directory import newest_first
from core.runs.summaries import RunSummary

_PLACES = {era: place for place, era in enumerate(BY_ID)}
ORDERS: dict[str, Callable[[RunSummary], Any]] = {
    "time": lambda row: newest_first(row.run),
    "score": lambda row: (_score(row), newest_first(row.run)),
    "era": lambda row: (_PLACES.get(row.topic, len(_PLACES)), row.topic, newest_first(row.run)),
    "name": lambda row: (row.title.casefold(), newest_first(row.run)),
}
"""By name, what the rows are sorted by: the newest, the best, the table's first, the alphabet's first stands on top."""


def sort_rows(rows: Iterable[RunSummary], order: str = "time") -> list[RunSummary]:
    """The rows in one of the ORDERS."""
    return sorted(rows, key=ORDERS[order])


def filter_rows(rows: Iterable[RunSummary], wanted: str) -> list[RunSummary]:
    """The rows in which every word of `wanted` is found, letter case aside: in id, names, era, status or #tag."""
    words = wanted.casefold().split()
    return [row for row in rows if all(word in _said(row) for word in words)]


def _said(row: RunSummary) -> str:
    tags = " ".join(f"#{tag}" for tag in row.tags)
    return " ".join((row.id, row.title, row.run.title, row.topic, row.status, row.split, tags)).casefold()


def _score(row: RunSummary) -> tuple[int, float]:
    """Accuracies first, the highest of all on top; then perplexities, the lowest on top; then what has no score."""
    if row.accuracy is not None:
        return (0, -row.accuracy)
    return (1, row.perplexity) if row.perplexity is not None else (2, 0.0)
