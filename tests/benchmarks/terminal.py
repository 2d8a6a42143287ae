"""A program on a pseudo-terminal, and what its screen shows: as much of a terminal as Textual's output needs."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 120, 36
_TOKEN = re.compile(
    r"\x1b\[(?P<arguments>[0-9;:<=>?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b(?![\[\]P_^X])[ -/]*[0-~]"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)"
)


class Terminal:
    """Runs a program and keeps its screen: `lines`, a list of ROWS strings of COLUMNS characters.

    Every character is taken for one cell wide, which is enough to find words by.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self._row = self._column = 0
        self._pending = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._file)

    @property
    def process(self) -> int:
        """The program's process id."""
        return self._pid

    @property
    def lines(self) -> list[str]:
        """The screen as it stands."""
        return ["".join(row) for row in self._cells]

    @property
    def text(self) -> str:
        """The screen as one string."""
        return "\n".join(self.lines)

    def send(self, keys: str) -> float:
        """Type; returns when."""
        now = time.perf_counter()
        os.write(self._file, keys.encode())
        return now

    def wait(self, shown: Callable[[str], bool], seconds: float) -> float:
        """Read until the screen is as wanted; returns when it was. Raises TimeoutError."""
        deadline = time.perf_counter() + seconds
        while not shown(self.text):
            if not self.read(deadline - time.perf_counter()) and time.perf_counter() >= deadline:
                raise TimeoutError(f"not shown within {seconds:g} s:\n{self.text}")
        return time.perf_counter()

    def settle(self, seconds: float) -> None:
        """Read whatever comes for that long."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            self.read(left)

    def read(self, seconds: float) -> bool:
        """Take in what comes within that time; whether anything came."""
        ready, _, _ = select.select([self._file], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._file, 1 << 16)
        except OSError:
            data = b""
        if not data:
            raise TimeoutError(f"the program has ended:\n{self.text}")
        self._feed(self._decoder.decode(data))
        return True

    def _feed(self, text: str) -> None:
        text, self._pending = self._pending + text, ""
        end = 0
        for match in _TOKEN.finditer(text):
            if match.start() != end:
                break
            end = match.end()
            if match["text"]:
                self._write(match["text"])
            elif match["final"]:
                self._move(match["arguments"], match["final"])
            elif match["control"] == "\r":
                self._column = 0
            elif match["control"] == "\n":
                self._row = min(self._row + 1, ROWS - 1)
        self._pending = text[end:]

    def _write(self, text: str) -> None:
        for character in text:
            if self._column < COLUMNS:
                self._cells[self._row][self._column] = character
                self._column += 1

    def _move(self, arguments: str, final: str) -> None:
        if arguments.startswith(("?", "<", "=", ">")):
            return
        numbers = [int(part) for part in arguments.split(";") if part.isdigit()]
        first = numbers[0] if numbers else 1
        if final in "Hf":
            column = numbers[1] if len(numbers) > 1 else 1
            self._row, self._column = min(first, ROWS) - 1, min(column, COLUMNS) - 1
        elif final == "C":
            self._column = min(self._column + first, COLUMNS - 1)
        elif final == "J" and arguments == "2":
            self._cells = [[" "] * COLUMNS for _ in range(ROWS)]


def app_command() -> list[str]:
    """How the app is opened, with this interpreter."""
    return [sys.executable, "-P", "-m", "tui"]
