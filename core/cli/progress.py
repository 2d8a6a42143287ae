"""How far a run is, said on stderr: a bar drawn in place on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from core.cli.printing import say

_SAY_EVERY = 5.0


class ProgressLine(Protocol):
    """What is said again and again while something is at work."""

    def show(self, text: str, share: float | None, /) -> None:
        """Say how far it is; `share` of the whole is done, None if that is not known."""

    def clear(self) -> None:
        """Take the line away, before something else is said."""


@contextmanager
def progress_line() -> Iterator[ProgressLine]:
    """The line that suits stderr; it is taken away at the end, whatever ends it."""
    line: ProgressLine = PlainLine()
    if sys.stderr.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown"):
        from core.cli.progress_bar import BarLine

        line = BarLine()
    try:
        yield line
    finally:
        line.clear()


class PlainLine:
    """For pipes and files: a line if there is something new to say, and not more than one every few seconds."""

    def __init__(self) -> None:
        self._next = 0.0
        self._last = ""

    def show(self, text: str, _share: float | None, /) -> None:
        """Say the text, which tells the share too, if it is time to."""
        now = time.monotonic()
        if text != self._last and now >= self._next:
            self._next, self._last = now + _SAY_EVERY, text
            say(text)

    def clear(self) -> None:
        """Leave what was said: a pipe takes nothing back."""
