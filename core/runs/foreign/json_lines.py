"""Metrics as JSON lines: an object a line, as `{"step": 10, "train/loss": 0.5}`; nested objects are read one deep."""

from __future__ import annotations

import json
from pathlib import Path

from core.runs.foreign.growing_file import GrowingFile
from core.runs.foreign.rows import Reading, row_of


class JsonLines:
    """Reads one file."""

    format = "JSON lines"
    finished = False
    planned = 0.0

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)
        self._wrong = 0

    @property
    def bad(self) -> int:
        """Lines that are no object with a number in it."""
        return self._wrong + self._file.too_long

    def files(self) -> list[Path]:
        """The file."""
        return [self._file.path]

    def read(self) -> Reading:
        """The rows of the new lines."""
        lines, restarted = self._file.read()
        self._wrong = 0 if restarted else self._wrong
        found = Reading(restarted=restarted)
        for line in filter(str.strip, lines):
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                value = None
            row = row_of(value) if isinstance(value, dict) else None
            if row is None:
                self._wrong += 1
            else:
                found.rows.append(row)
        return found
