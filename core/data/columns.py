"""Which columns of a table are the text and the label, and what stands in them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.data.task import DataError

TEXT_NAMES = ("text", "sentence", "review", "content", "phrase", "document", "tweet", "comment", "body")
LABEL_NAMES = ("label", "labels", "sentiment", "class", "category", "stars", "target", "rating")

TEXT, LABEL = "text_column", "label_column"
"""The options that name a column, as jobs call them."""
_FLAGS = {TEXT: "--text", LABEL: "--label"}

SAMPLE = 1_000
"""Rows that columns are chosen by."""
_MOST_CLASSES = 50
_LONG_TEXT = 20


class ColumnError(DataError):
    """A column cannot be used; `column` says which: `text_column` or `label_column`."""

    def __init__(self, message: str, hint: str, column: str) -> None:
        super().__init__(message, hint)
        self.column = column


@dataclass(frozen=True)
class Sample:
    """The names of a table's columns, and the first values of each."""

    names: Sequence[str]
    values: Sequence[Sequence[Any]]


def text_column(sample: Sample, given: str | None) -> int:
    """The place of the text column: the one given, one with a usual name, or the only one of long strings.

    Raises DataError if there is no such column, if it holds no strings, or if several would do.
    """
    strings = [place for place in range(len(sample.names)) if _is_string(sample.values[place])]
    if given is not None:
        place = find_column(sample.names, given, TEXT)
        if place not in strings:
            held = _listed([sample.names[each] for each in strings])
            raise ColumnError(f"column {given!r} holds no text", f"columns with text: {held}; choose with --text", TEXT)
        return place
    found = _named(sample, strings, TEXT_NAMES)
    found = found or [place for place in strings if _mean_length(sample.values[place]) >= _LONG_TEXT]
    return _only(sample, found, TEXT)


def label_column(sample: Sample, given: str | None, text: int) -> int:
    """The place of the label column: the one given, one with a usual name, or the only one of few distinct values.

    Raises DataError if there is no such column or if several would do.
    """
    if given is not None:
        place = find_column(sample.names, given, LABEL)
        if place == text:
            raise ColumnError(
                f"column {given!r} cannot be both text and label", "name two with --text and --label", LABEL
            )
        return place
    others = [place for place in range(len(sample.names)) if place != text]
    found = _named(sample, others, LABEL_NAMES)
    return _only(sample, found or [place for place in others if _few_values(sample.values[place])], LABEL)


def find_column(names: Sequence[str], given: str, column: str) -> int:
    """The place of the column of that name, or of that number (from 1) where none is called so. Raises DataError."""
    places = [place for place, name in enumerate(names) if name == given]
    if not places and given.isdecimal() and 1 <= int(given) <= len(names):
        return int(given) - 1
    if not places:
        raise ColumnError(
            f"there is no column {given!r}", f"the columns are {_listed(names)}; use {_FLAGS[column]}", column
        )
    if len(places) > 1:
        raise ColumnError(
            f"there are {len(places)} columns called {given!r}",
            f"name one by its number: {_FLAGS[column]} {' or '.join(str(place + 1) for place in places[:5])}",
            column,
        )
    return places[0]


def label_text(value: object, column: str) -> str | None:
    """A label as it is shown; None where there is none. Raises DataError for what cannot be one."""
    if value is None or value != value:
        return None
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        value = int(value)
    if not isinstance(value, str | int | float | Decimal):
        raise ColumnError(
            f"column {column!r} holds {type(value).__name__} values, not labels",
            "choose another column with --label",
            LABEL,
        )
    return str(value).replace("\0", "").strip() or None


def order_classes(labels: Iterable[str]) -> tuple[str, ...]:
    """The classes in their one order: all of them numbers, by size and equal ones by spelling; else by alphabet.

    The order is that of code points, and total: it depends on the names alone, never on the process.
    """
    names = sorted(set(labels))
    sizes = {name: size for name in names if (size := _finite(name)) is not None}
    return tuple(sorted(names, key=lambda name: (sizes[name], name)) if len(sizes) == len(names) else names)


def fold_label(name: str) -> str:
    """The same for names that differ in case and white space only, or are the same number."""
    size = _finite(name)
    return " ".join(name.casefold().split()) if size is None else repr(size)


def fold_classes(counts: Mapping[str, int]) -> dict[str, str]:
    """Each name, and the spelling of it that is used most; of equally frequent ones the first by alphabet."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(counts):
        alike[fold_label(name)].append(name)
    return {name: max(names, key=lambda each: counts[each]) for names in alike.values() for name in names}


def _finite(name: str) -> float | None:
    try:
        size = float(name)
    except ValueError:
        return None
    return size if math.isfinite(size) else None


def _only(sample: Sample, found: Sequence[int], column: str) -> int:
    if len(found) == 1:
        return found[0]
    what = column.removesuffix("_column")
    reason = f"several columns could be the {what}" if found else f"no column is plainly the {what}"
    names = [sample.names[place] for place in found] or sample.names
    raise ColumnError(reason, f"name it with {_FLAGS[column]}; the columns are {_listed(names)}", column)


def _named(sample: Sample, places: Sequence[int], usual: tuple[str, ...]) -> list[int]:
    return [place for place in places if sample.names[place].strip().lower() in usual]


def _is_string(values: Sequence[Any]) -> bool:
    there = [value for value in values if value is not None]
    return not there or sum(isinstance(value, str) for value in there) * 2 > len(there)


def _mean_length(values: Sequence[Any]) -> float:
    there = [value for value in values if isinstance(value, str) and value]
    return sum(map(len, there)) / max(len(there), 1)


def _few_values(values: Sequence[Any]) -> bool:
    there = [str(value) for value in values if value is not None and value != ""]
    return 2 <= len(set(there)) <= min(_MOST_CLASSES, len(there) // 2)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
