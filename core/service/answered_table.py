"""A table of texts answered row by row, whatever its size: its columns as they were, the answers beside them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, islice
from typing import Any, TextIO

from core import api
from core.data.columns import SAMPLE, Sample, text_column
from core.data.tables.left_out import LeftOut
from core.data.tables.table import Table
from core.data.task import DataError

ROWS = 256
"""Rows at once: in memory together, and between two reports of progress."""
_DECIMALS = 6

Ask = Callable[[Sequence[str], str], Sequence[api.Predicted]]
"""Answers texts with the model named, one answer a text, in order."""


@dataclass
class Tally:
    """What became of a table: `left_out` never were rows, `unanswered` have no text, `cut` were read in part."""

    rows: int = 0
    unanswered: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)
    cut: Counter[str] = field(default_factory=Counter)
    """Texts by model that are longer than the model reads."""


def find_text(table: Table, name: str, given: str | None = None) -> int:
    """The place of the column of texts, found by the first rows. Raises DataError where it is not plain, or no row."""
    rows = [row.values for row in islice(table.rows(range(len(table.columns)), LeftOut()), SAMPLE)]
    if not rows:
        raise DataError(f"{name} has no rows", "give a file with a text in each row")
    return text_column(Sample(table.columns, list(zip(*rows, strict=True))), given)


def count_rows(table: Table, text: int) -> int:
    """How many rows there are to answer."""
    return sum(1 for _ in table.rows((text,), LeftOut()))


def answer_table(
    table: Table,
    text: int,
    models: Mapping[str, Sequence[str]],
    ask: Ask,
    output: TextIO,
    told: Callable[[int], None],
) -> Tally:
    """Write the table as CSV to `output`, behind its columns for each model the class and each class's probability.

    `models` are names with their classes, `text` the place of the column of texts. A row without a text is written
    with empty answers. At most `ROWS` rows are in memory; `told` hears after each of these how many there were.
    Raises what reading, asking and writing raise.
    """
    tally = Tally(left_out=LeftOut(table.understood.unit))
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([*table.columns, *_headings(table.columns, models)])
    rows = table.rows(range(len(table.columns)), tally.left_out)
    while block := list(islice(rows, ROWS)):
        contents = [_text(row.values[text]) for row in block]
        asked = [content for content in contents if content]
        columns = []
        for model, classes in models.items():
            answers = iter(ask(asked, model) if asked else ())
            columns.append(
                [_cells(next(answers), classes, tally) if content else _empty(classes) for content in contents]
            )
        for row, *cells in zip(block, *columns, strict=True):
            writer.writerow([*map(_cell, row.values), *chain(*cells)])
        tally.rows += len(block)
        tally.unanswered += len(block) - len(asked)
        told(tally.rows)
    return tally


def _headings(there: Sequence[str], models: Mapping[str, Sequence[str]]) -> list[str]:
    """`ulmfit`, `ulmfit: negative`, …; with a number behind where a column is called so already."""
    taken, headings = set(there), []
    for wanted in (name for model, classes in models.items() for name in (model, *(f"{model}: {c}" for c in classes))):
        name = next(name for n in count(1) if (name := wanted if n == 1 else f"{wanted} ({n})") not in taken)
        taken.add(name)
        headings.append(name)
    return headings


def _text(value: object) -> str:
    """What stands in the column of texts; empty where there is nothing to read."""
    return value if isinstance(value, str) and value.strip() else ""


def _cells(answer: api.Predicted, classes: Sequence[str], tally: Tally) -> list[str]:
    tally.cut[answer.model] += 0 < answer.read < len(answer.tokens)
    return [answer.label, *(f"{answer.probabilities[name]:.{_DECIMALS}f}" for name in classes)]


def _empty(classes: Sequence[str]) -> list[str]:
    return [""] * (1 + len(classes))


def _cell(value: Any) -> str:
    """A value as it is written: lists and objects, which only JSON and Parquet hold, as JSON."""
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
