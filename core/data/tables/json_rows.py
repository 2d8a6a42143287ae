"""JSON: one object a line, or one array of objects; of each only the fields that are asked for."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from core.data.tables.encoding import Encoding
from core.data.tables.left_out import EMPTY_LINE, NO_OBJECT, LeftOut
from core.data.tables.source import Source
from core.data.tables.table import Row, Understood
from core.data.task import DataError

SAMPLE = 500


@dataclass(frozen=True)
class JsonRows:
    """A file of JSON objects that was understood. `array`: one array of them, not one a line."""

    source: Source
    encoding: Encoding
    columns: tuple[str, ...]
    understood: Understood
    array: bool = False

    def rows(self, columns: Sequence[int], left_out: LeftOut) -> Iterator[Row]:
        """The objects' values of these fields; None where an object has no such field."""
        names = [self.columns[column] for column in columns]
        for line, found in _objects(self.source, self.encoding.name, self.array):
            if isinstance(found, dict):
                yield Row(line, tuple(found.get(name) for name in names))
            else:
                left_out.add(EMPTY_LINE if found is None else NO_OBJECT, line)


def understand(source: Source, encoding: Encoding) -> JsonRows:
    """Look at the first objects. Raises DataError where there is none."""
    array = _begins_an_array(source, encoding.name)
    unit = "object" if array else "line"
    names: dict[str, None] = {}
    fault = ""
    for line, found in islice(_objects(source, encoding.name, array), SAMPLE):
        if isinstance(found, dict):
            names |= dict.fromkeys(found)
        elif found is not None:
            fault = fault or f"{unit} {line:,} {found}"
    if not names:
        reason = fault or "it holds no objects"
        raise DataError(
            f"{source.name} is not a well-formed {source.suffix[1:]} file: {reason}",
            "one JSON object a line, or one array of objects, is expected",
        )
    dialect = "one JSON array of objects" if array else "one JSON object a line"
    understood = Understood(dialect, encoding.name, encoding.guessed, unit=unit)
    return JsonRows(source, encoding, tuple(names), understood, array)


def _objects(source: Source, encoding: str, array: bool) -> Iterator[tuple[int, dict[str, Any] | str | None]]:
    """(line, object) of each; in place of what is none, why not in words, or None for an empty line."""
    with _text(source, encoding) as text:
        if array:
            for number, value in enumerate(_array(text.read(), source), start=1):
                yield number, value if isinstance(value, dict) else f"is {_kind(value)}, not an object"
            return
        for number, line in enumerate(text, start=1):
            yield number, _object(line) if line.strip() else None


def _object(line: str) -> dict[str, Any] | str:
    try:
        value = json.loads(line.replace("\0", ""))
    except RecursionError:
        return "is nested too deeply"
    except ValueError as error:
        return f"is not JSON ({error})"
    return value if isinstance(value, dict) else f"is {_kind(value)}, not an object"


def _array(text: str, source: Source) -> list[Any]:
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        reason = f"line {error.lineno:,}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise DataError(
            f"{source.name} is not a well-formed {source.suffix[1:]} file: {reason}", "repair the array that it begins"
        ) from error
    return value if isinstance(value, list) else [value]


def _begins_an_array(source: Source, encoding: str) -> bool:
    """Whether the file is an array, or an object over several lines: read as a whole."""
    with _text(source, encoding) as text:
        first = next((line for line in text if line.strip("\ufeff \t\r\n")), "").strip("\ufeff \t\r\n")
    if first.startswith("["):
        return True
    return first == "{"


@contextmanager
def _text(source: Source, encoding: str) -> Iterator[io.TextIOWrapper]:
    with source.open() as file, io.TextIOWrapper(file, encoding, errors="replace", newline="\n") as text:
        yield text


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
