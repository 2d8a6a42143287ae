"""A file of lines that another program appends to: the whole lines since the last look."""

from __future__ import annotations

import os
from pathlib import Path

LINE_LIMIT = 1 << 20
LINES_AT_ONCE = 50_000


class GrowingFile:
    """Reads on from where it was. A last line without its end is left for later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.too_long = 0
        """Pieces of lines longer than LINE_LIMIT, which are passed over."""
        self._offset = 0
        self._head = b""

    def read(self) -> tuple[list[str], bool]:
        """At most LINES_AT_ONCE new lines, and whether the file begins anew. Raises OSError."""
        found: list[str] = []
        with self.path.open("rb") as file:
            head = file.readline(LINE_LIMIT)
            restarted = os.fstat(file.fileno()).st_size < self._offset or (self._offset > 0 and head != self._head)
            if restarted:
                self._offset = 0
            self._head = head
            file.seek(self._offset)
            while len(found) < LINES_AT_ONCE:
                line = file.readline(LINE_LIMIT)
                whole = line.endswith(b"\n")
                if not whole and len(line) < LINE_LIMIT:
                    break
                self._offset += len(line)
                if whole:
                    found.append(line.decode("utf-8", errors="replace").rstrip("\r\n"))
                else:
                    self.too_long += 1
        return found, restarted


class MetricsFile:
    """A reader of one file of lines, of whatever format: `format` says which. Nobody says when it is finished."""

    format: str
    finished = False
    planned = 0.0

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)
        self._wrong = 0

    @property
    def bad(self) -> int:
        """Lines in which there is no row."""
        return self._wrong + self._file.too_long

    def files(self) -> list[Path]:
        """The file."""
        return [self._file.path]
