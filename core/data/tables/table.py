"""A table while it is read: its columns, and its rows one after the other, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.data.tables.left_out import LeftOut


@dataclass(frozen=True)
class Reading:
    """What a person says of a file, where it should not be guessed.

    `encoding`: as Python knows it; `header`: whether the first row holds the columns' names.
    """

    encoding: str | None = None
    header: bool | None = None
    fold_labels: bool = False
    """Whether labels that differ in case and white space only, or are the same number, are one class."""


@dataclass(frozen=True)
class Understood:
    """How a file was read. `dialect` is in words; `header` is None where a file names its columns in every row."""

    dialect: str
    encoding: str = ""
    guessed: bool = False
    """Whether the encoding is a guess."""
    header: bool | None = None
    notes: tuple[str, ...] = field(default=())
    unit: str = "line"
    """What the file is counted in: `row` or `object` where it has no lines."""


@dataclass(frozen=True)
class Row:
    """One row: `line`, counted from one, where it begins (of a file without lines: the row), and its values."""

    line: int
    values: tuple[Any, ...]


class Table(Protocol):
    """A file that was understood and can be read, any number of times."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names, in order."""

    @property
    def understood(self) -> Understood:
        """How it is read."""

    def rows(self, columns: Sequence[int], left_out: LeftOut) -> Iterator[Row]:
        """The rows' values of these columns; what is no row is counted in `left_out`. Raises DataError."""
