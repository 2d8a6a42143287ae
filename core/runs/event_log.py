"""The file events.jsonl: what a run says, one JSON object a line, appended by one writer, read by anyone."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from core.errors import GO_ON, DiskFull, UserError, room_on
from core.runs import events
from core.runs.events import Event

LINE_LIMIT = 1 << 20
_RESET = b'{"v":1,"seq":0,"kind":"reset"}'

T = TypeVar("T")


class RunError(UserError):
    """What is wrong with a run, in plain words, and what to do about it."""


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

    def write(self, event: Event) -> None:
        """Append one event; its time is now. Infinite numbers and NaN become null.

        Raises DiskFull or OSError (the file then ends with the event before this one), TypeError for what is
        not JSON.
        """
        fields = events.to_fields(event)
        with self._lock:
            whole = {"v": 1, "seq": self._seq + 1, "t": round(time.time(), 3), **fields}
            line = json.dumps(whole, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
            try:
                written = 0
                with room_on(f"The disk of the run's log {self.path}", GO_ON):
                    while written < len(line):
                        written += os.write(self._file, line[written:])
            except (DiskFull, OSError):
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
                fields = parse_fields(line)
                if fields is not None and isinstance(number := fields.get("seq"), int):
                    seq = max(seq, number)
        os.ftruncate(self._file, size)
        return seq, size


class EventReader:
    """Reads the events that were added since the last time, at first from `offset` on. The file need not exist yet."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.path = path
        self.offset = offset
        self.bad = 0
        """Lines that were no event: torn by a kill, or written by something else."""

    @property
    def left(self) -> int:
        """Bytes that are not read yet."""
        try:
            return max(0, self.path.stat().st_size - self.offset)
        except FileNotFoundError:
            return 0

    @property
    def share(self) -> float:
        """How much of the file as it is now has been read, from 0 to 1."""
        return self.offset / size if (size := self.offset + self.left) else 1.0

    def read(self, limit: int | None = None) -> list[Event]:
        """The complete events since the last call, at most `limit`; a last line without its end is left for later.

        If the file has become shorter than what was read, the first event is `Reset` and all events follow.
        Raises OSError if the file is there and cannot be read.
        """
        return self._read(parse, limit)

    def read_fields(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The same events as they stand there, with whatever fields."""
        return self._read(parse_fields, limit)

    def _read(self, parse: Callable[[bytes], T | None], limit: int | None) -> list[T]:
        found: list[T] = []
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return found
        with file:
            if os.fstat(file.fileno()).st_size < self.offset:
                self.offset = self.bad = 0
                if (reset := parse(_RESET)) is not None:
                    found.append(reset)
            file.seek(self.offset)
            while limit is None or len(found) < limit:
                line = file.readline(LINE_LIMIT)
                if not line.endswith(b"\n") and len(line) < LINE_LIMIT:
                    break
                # A longer line is no event: it is consumed, and counted, piece by piece.
                self.offset += len(line)
                event = parse(line)
                if event is None:
                    self.bad += 1
                else:
                    found.append(event)
        return found


def parse(line: bytes) -> Event | None:
    """The event in a line; None if it is not one."""
    try:
        return events.decode(line)
    except (ValueError, RecursionError):  # of another version, or damaged
        fields = parse_fields(line)
        return None if fields is None else events.from_fields(fields)


def parse_fields(line: bytes) -> dict[str, Any] | None:
    """The object of an event's line, as it stands there; None if it is not one."""
    try:
        fields = json.loads(line.decode("utf-8"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) and isinstance(fields.get("kind"), str) else None
