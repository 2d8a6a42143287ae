"""The first sheet of an Excel workbook, row by row, through openpyxl (the extra `xlsx`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import Any

from core.data.tables.delimited import SAMPLE, is_header
from core.data.tables.left_out import EMPTY_LINE, LeftOut
from core.data.tables.source import Source
from core.data.tables.table import Row, Understood
from core.data.task import DataError


@dataclass(frozen=True)
class Workbook:
    """A workbook's first sheet that was understood."""

    source: Source
    columns: tuple[str, ...]
    understood: Understood

    def rows(self, columns: Sequence[int], left_out: LeftOut) -> Iterator[Row]:
        """The rows' values of these columns, as the sheet holds them; None where a cell is empty."""
        header = bool(self.understood.header)
        for line, values in _rows(self.source):
            if all(value is None for value in values):
                left_out.add(EMPTY_LINE, line)
            elif header:
                header = False
            else:
                yield Row(line, tuple(values[column] if column < len(values) else None for column in columns))


def understand(source: Source, header: bool | None) -> Workbook:
    """Look at the first rows. Raises DataError, also where the extra is not installed."""
    if find_spec("openpyxl") is None:
        raise DataError(
            f"{source.name} is an Excel workbook, which takes the extra: pip install 'nlp-tui[xlsx]'",
            "or save it as .csv in the program it was made with",
        )
    filled = (values for _, values in _rows(source) if any(value is not None for value in values))
    first = [["" if value is None else str(value) for value in values] for values in islice(filled, SAMPLE)]
    if not first:
        raise DataError(f"{source.name} is empty", "give a file with a text and a label in each row")
    header = is_header(first) if header is None else header
    names = (
        tuple(name.strip() for name in first[0]) if header else tuple(f"column {n + 1}" for n in range(len(first[0])))
    )
    return Workbook(source, names, Understood("Excel workbook, its first sheet", header=header, unit="row"))


def _rows(source: Source) -> Iterator[tuple[int, tuple[Any, ...]]]:
    import zipfile

    import openpyxl

    with source.open() as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            yield from enumerate(book.worksheets[0].iter_rows(values_only=True), start=1)
        except (zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
            raise DataError(f"{source.name} is not a workbook that can be read: {error}", "save it as .csv") from error
