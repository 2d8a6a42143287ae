"""Metrics as a table with a header, as Lightning's CSVLogger writes them: cells of what was not measured are empty."""

from __future__ import annotations

import csv
from pathlib import Path

from core.runs.foreign.growing_file import MetricsFile
from core.runs.foreign.rows import Reading, Row, row_of


class MetricsTable(MetricsFile):
    """Reads one file. When a new metric turns up, Lightning writes it anew with another header: it is read anew.

    A line with more or fewer cells than the header, or with no number, is no row.
    """

    format = "CSV"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._names: list[str] = []

    def read(self) -> Reading:
        """The rows of the new lines."""
        lines, restarted = self._file.read()
        if restarted:
            self._names, self._wrong = [], 0
        found = Reading(restarted=restarted)
        for line in lines:
            cells = _split(line)
            if not self._names:
                self._names = [name.strip().removeprefix("\ufeff") for name in cells]
            elif cells:
                row = self._row(cells)
                if row is None:
                    self._wrong += 1
                else:
                    found.rows.append(row)
        return found

    def _row(self, cells: list[str]) -> Row | None:
        if len(cells) != len(self._names):
            return None
        numbers = {}
        for name, cell in zip(self._names, cells, strict=True):
            try:
                numbers[name] = float(cell)
            except ValueError:
                if cell.strip() and name in ("epoch", "step"):  # without its place a number is nowhere
                    return None
        return row_of(numbers)


def _split(line: str) -> list[str]:
    """The cells of a line; one cell that is no number where it is no line of a table."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return [line]
