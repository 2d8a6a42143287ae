"""A first look at a long log: its newest events, read from its end, while the rest of it is still unread."""

from __future__ import annotations

import os
from pathlib import Path

from core.runs.event_log import LINE_LIMIT, EventReader, parse
from core.runs.events import Event, Start
from core.runs.view import RunView

HEAD = 256 * 1024
"""Bytes at the beginning in which the run says what it is to do."""
REACH = 32 << 20
"""Bytes before those of which only what is rare is read: evaluations, checkpoints, warnings."""
_RARE_AT_MOST = 2_000
_USUAL = (b'"kind":"progress"', b'"kind":"heartbeat"')
"""What fills a log. A line that only looks so is missed until the whole is read, no more."""


class NewestView:
    """What the events in the `newest` bytes of a log say, and those that come after: a `view` that is not whole.

    It takes as long and holds as much however long the log is. Raises OSError.
    """

    def __init__(self, path: Path, newest: int) -> None:
        self.view = RunView(whole=False)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            begin = max(0, size - newest)
            begin, lines, rest = _whole_lines(file.fileno(), begin, size)
            begins = _whole_lines(file.fileno(), 0, min(HEAD, begin))[1]
            rare = _find_rare(file.fileno(), begin)
        said = [event for line in lines if (event := parse(line)) is not None]
        self.told = len(said)
        """How many of the newest events were read, every one since."""
        self.about = round(self.told * size / max(1, size - begin - rest))
        """How many events the log had, by how long the newest are."""
        self.view.apply(event for line in begins if isinstance(event := parse(line), Start))
        self.view.apply([*rare, *said])
        self._reader = EventReader(path, size - rest)

    def read(self, limit: int) -> int:
        """Take in at most so many new events; how many it were. Raises OSError."""
        said = self._reader.read(limit)
        self.view.apply(said)
        self.told += len(said)
        self.about += len(said)
        return len(said)


def _whole_lines(file: int, begin: int, end: int) -> tuple[int, list[bytes], int]:
    """The lines that begin and end between two places: where the first begins, they, and the bytes after the last."""
    read = os.pread(file, end - begin, begin)
    cut = read.find(b"\n") + 1 if begin and os.pread(file, 1, begin - 1) != b"\n" else 0
    *lines, rest = read[cut:].split(b"\n")
    return begin + cut, lines, len(rest)


def _find_rare(file: int, end: int) -> list[Event]:
    """The newest of what is rare before a place, in order, from block to block backwards."""
    found: list[Event] = []
    stop = max(0, end - REACH)
    while end > stop and len(found) < _RARE_AT_MOST:
        begin, lines, rest = _whole_lines(file, max(stop, end - LINE_LIMIT), end)
        rare = [line for line in lines if not any(usual in line for usual in _USUAL)]
        found[:0] = [event for line in rare[-_RARE_AT_MOST:] if (event := parse(line)) is not None]
        if begin >= end - rest:  # one line longer than a block: it is no event
            break
        end = begin
    return found
