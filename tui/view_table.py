"""What a view shows as a table: to copy, and to write as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass

from tui import safetext

Cell = str | int | float | None


@dataclass(frozen=True)
class ViewTable:
    """Rows under a header. `name` is what a file of it is called; it may hold anything that a person typed."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def stem(self) -> str:
        """The name as a file's: letters, digits and dashes."""
        return re.sub(r"[^\w]+", "-", safetext.one_line(self.name)[:80]).strip("-_") or "words"

    def csv(self) -> str:
        """Comma-separated, as spreadsheets read it."""
        return self._separated(",")

    def tsv(self) -> str:
        """Tab-separated, as a paste into a spreadsheet wants it."""
        return self._separated("\t")

    def json(self) -> str:
        """A list of objects, one a row."""
        objects = [dict(zip(self.header, map(_rounded, row), strict=True)) for row in self.rows]
        return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"

    def _separated(self, by: str) -> str:
        file = io.StringIO()
        writer = csv.writer(file, delimiter=by, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows([_cell(value) for value in row] for row in self.rows)
        return file.getvalue()


def _cell(value: Cell) -> Cell:
    """Lines and tabs inside a cell would break the table, other controls the terminal it is shown in."""
    return safetext.one_line(value) if isinstance(value, str) else _rounded(value)


def _rounded(value: Cell) -> Cell:
    return round(value, 6) if isinstance(value, float) else value
