"""Metrics as JSON lines: an object a line, as `{"step": 10, "train/loss": 0.5}`; nested objects are read one deep."""

from __future__ import annotations

import json

from core.runs.foreign.growing_file import MetricsFile
from core.runs.foreign.rows import Reading, row_of


class JsonLines(MetricsFile):
    """Reads one file. A line that is no object with a number in it is no row."""

    format = "JSON lines"

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
