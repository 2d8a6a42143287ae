"""events.jsonl: everything a run has to say, one JSON object a line, appended by one writer, read by anyone."""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from numbers import Integral, Real
from pathlib import Path
from types import TracebackType
from typing import Any, Self

RESERVED = frozenset({"v", "seq", "t", "kind"})
LINE_LIMIT = 1 << 20
RESET: Mapping[str, Any] = {"v": 1, "seq": 0, "kind": "reset"}
"""What a reader says when the file has become shorter than what it had read: forget everything, it starts again."""


class RunError(Exception):
    """What is wrong with a run, in plain words, and what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class EventWriter:
    """Appends events to a file, from any thread of one process.

    Opening it cuts off a torn last line, which a killed writer may have left, and goes on counting after the last
    event. Raises RunError if another process writes this file, OSError if it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            self._claim()
            self._seq, self._size = self._repair()
        except BaseException:
            os.close(self._file)
            raise

    def write(self, kind: str, **fields: Any) -> None:
        """Append one event. Infinite numbers and NaN become null.

        Raises OSError (the file then ends with the event before this one), ValueError for a field that every event
        has anyway, TypeError for what is not JSON.
        """
        if taken := RESERVED & fields.keys():
            raise ValueError(f"every event has these fields already: {', '.join(sorted(taken))}")
        body = {name: _finite(value) for name, value in fields.items()}
        with self._lock:
            event = {"v": 1, "seq": self._seq + 1, "t": round(time.time(), 3), "kind": kind, **body}
            line = json.dumps(event, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
            try:
                written = 0
                while written < len(line):
                    written += os.write(self._file, line[written:])
            except OSError:
                with suppress(OSError):
                    os.ftruncate(self._file, self._size)
                raise
            self._seq += 1
            self._size += len(line)

    def close(self) -> None:
        """Bring everything to the disk and let go of the file."""
        with self._lock:
            if self._file >= 0:
                os.fsync(self._file)
                os.close(self._file)
                self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _claim(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # A file system without locks is no reason not to train.
            if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES):
                raise RunError(f"another process is writing {self.path}", "wait for it to end, or stop it") from error

    def _repair(self) -> tuple[int, int]:
        """Cut off a torn last line; return the last number given and the size."""
        seq = size = 0
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                size += len(line)
                event = parse(line)
                if event is not None and isinstance(number := event.get("seq"), int):
                    seq = max(seq, number)
        os.ftruncate(self._file, size)
        return seq, size


class EventReader:
    """Reads the events that were added since the last time. The file need not exist yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.offset = 0
        self.bad = 0
        """Lines that were no event: torn by a kill, or written by something else."""

    def read(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The complete events since the last call, at most `limit`; a last line without its end is left for later.

        If the file has become shorter than what was read, the first event is `RESET` and all events follow.
        Raises OSError if the file is there and cannot be read.
        """
        events: list[dict[str, Any]] = []
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return events
        with file:
            if os.fstat(file.fileno()).st_size < self.offset:
                self.offset = self.bad = 0
                events.append(dict(RESET))
            file.seek(self.offset)
            while limit is None or len(events) < limit:
                line = file.readline(LINE_LIMIT)
                if not line.endswith(b"\n") and len(line) < LINE_LIMIT:
                    break
                # A longer line is no event: it is consumed, and counted, piece by piece.
                self.offset += len(line)
                event = parse(line)
                if event is None:
                    self.bad += 1
                else:
                    events.append(event)
        return events


def parse(line: bytes) -> dict[str, Any] | None:
    """The event in a line; None if it is not one."""
    try:
        event = json.loads(line.decode("utf-8"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("kind"), str) else None


def _finite(value: Any) -> Any:
    if isinstance(value, (str, bool)) or value is None:
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, Mapping):
        return {str(name): _finite(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    raise TypeError(f"not JSON: {value!r}")
