"""Which columns of a table are the text and the label, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.data.task import DataError

if TYPE_CHECKING:
    import pyarrow as pa

TEXT_NAMES = ("text", "sentence", "review", "content", "phrase", "document", "tweet", "comment", "body")
LABEL_NAMES = ("label", "labels", "sentiment", "class", "category", "stars", "target", "rating")

_MOST_CLASSES = 50
_LONG_TEXT = 20
_SAMPLE = 1_000


def text_column(table: pa.Table, given: str | None) -> str:
    """The name of the text column: the one given, one with a usual name, or the only one of long strings.

    Raises DataError if there is no such column, if it holds no strings, or if several would do.
    """
    strings = [name for name in table.column_names if _is_string(table, name)]
    if given is not None:
        _existing(table, given, "--text")
        if given not in strings:
            raise DataError(
                f"column {given!r} holds no text", f"columns with text: {_listed(strings)}; choose with --text"
            )
        return given
    found = _named(strings, TEXT_NAMES) or [name for name in strings if _mean_length(table, name) >= _LONG_TEXT]
    if len(found) != 1:
        reason = "several columns could be the text" if found else "no column is plainly the text"
        raise DataError(reason, f"name it with --text; the columns are {_listed(found or table.column_names)}")
    return found[0]


def label_column(table: pa.Table, given: str | None, text: str) -> str:
    """The name of the label column: the one given, one with a usual name, or the only one of few distinct values.

    Raises DataError if there is no such column or if several would do.
    """
    if given is not None:
        _existing(table, given, "--label")
        if given == text:
            raise DataError(f"column {text!r} cannot be both text and label", "name two with --text and --label")
        return given
    others = [name for name in table.column_names if name != text]
    found = _named(others, LABEL_NAMES) or [name for name in others if _few_values(table, name)]
    if len(found) != 1:
        reason = "several columns could be the label" if found else "no column is plainly the label"
        raise DataError(reason, f"name it with --label; the columns are {_listed(found or table.column_names)}")
    return found[0]


def texts_of(table: pa.Table, text: str) -> list[str | None]:
    """The texts; None where there is nothing but white space."""
    return [value if value and not value.isspace() else None for value in table[text].to_pylist()]


def labels_of(table: pa.Table, label: str) -> list[str | None]:
    """The labels as they are shown; None where there is none."""
    return [_shown(value, label) for value in table[label].to_pylist()]


def class_names(labels: set[str]) -> tuple[str, ...]:
    """The classes in order: numbers by size, other names by alphabet."""
    try:
        return tuple(sorted(labels, key=float))
    except ValueError:
        return tuple(sorted(labels))


def _existing(table: pa.Table, name: str, option: str) -> None:
    count = table.column_names.count(name)
    if count == 0:
        raise DataError(f"there is no column {name!r}", f"the columns are {_listed(table.column_names)}; use {option}")
    if count > 1:
        raise DataError(f"there are {count} columns called {name!r}", "give each column a name of its own")


def _named(columns: list[str], usual: tuple[str, ...]) -> list[str]:
    return [name for name in columns if name.strip().lower() in usual]


def _is_string(table: pa.Table, name: str) -> bool:
    import pyarrow as pa

    kind = table.schema.types[table.column_names.index(name)]
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _mean_length(table: pa.Table, name: str) -> float:
    values = [value for value in _sample(table, name) if value]
    return sum(map(len, values)) / max(len(values), 1)


def _few_values(table: pa.Table, name: str) -> bool:
    values = [str(value) for value in _sample(table, name) if value is not None]
    return 2 <= len(set(values)) <= min(_MOST_CLASSES, len(values) // 2)


def _sample(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table.column(table.column_names.index(name)).slice(0, _SAMPLE).to_pylist()
    return values


def _shown(value: object, label: str) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int | float):
        raise DataError(
            f"column {label!r} holds {type(value).__name__} values, not labels", "choose another column with --label"
        )
    return str(value).strip() or None


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
