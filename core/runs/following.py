"""A run's view that is read on from where it was left, a block of events at a time, however long its log is."""

from __future__ import annotations

import math
import time
from pathlib import Path

from core.runs.event_log import EventReader
from core.runs.view import RunView

BLOCK = 2_000
"""Events in memory at once."""


class GrowingView:
    """`view` is what the events of a file said at the latest look; `behind`: whether that look had to leave some."""

    def __init__(self, events: Path) -> None:
        self.view = RunView()
        self.behind = False
        self._reader = EventReader(events)

    @property
    def bad(self) -> int:
        """Lines that are no events."""
        return self._reader.bad

    def read(self, seconds: float = math.inf, block: int = BLOCK) -> int:
        """Take in what is new, for about so many seconds at most; how many events that were. Raises OSError."""
        until, count, self.behind = time.monotonic() + seconds, 0, False
        while said := self._reader.read(block):
            self.view.apply(said)
            count += len(said)
            if time.monotonic() >= until:
                self.behind = len(said) == block
                break
        return count
