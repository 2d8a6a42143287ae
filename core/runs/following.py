"""A run's view that is read on from where it was left, a block of events at a time, however long its log is."""

from __future__ import annotations

import math
import time
from pathlib import Path

from core.runs.event_log import EventReader
from core.runs.newest import NewestView
from core.runs.view import RunView

BLOCK = 2_000
"""Events in memory at once."""
LONG = 8 << 20
"""Bytes of a log that nobody waits for: of more, the newest are looked at first."""
NEWEST = 512 * 1024
"""Bytes that they are."""


class GrowingView:
    """`view` is what the events of a file said at the latest look; `behind`: whether that look had to leave some.

    Where many are left, `view` is a first look at the newest of them until the whole has caught up.
    """

    def __init__(self, events: Path) -> None:
        self.behind = False
        self._whole = RunView()
        self._reader = EventReader(events)
        self._latest: NewestView | None = None

    @property
    def view(self) -> RunView:
        """The run as far as it is known; another object once the whole log is read."""
        return self._whole if self._latest is None else self._latest.view

    @property
    def bad(self) -> int:
        """Lines that are no events."""
        return self._reader.bad

    @property
    def reading(self) -> str:
        """What is read and what is still to be, in words; empty once `view` is of the whole log."""
        if self._latest is None:
            return ""
        told, about = self._latest.told, _round(self._latest.about)
        return f"The newest {told:,} of about {about:,} events; reading the rest … {100 * self._reader.share:.0f} %"

    def read(self, seconds: float = math.inf, block: int = BLOCK) -> int:
        """Take in what is new, for about so many seconds at most; how many events `view` learned from. Raises OSError.

        With all the time there is, everything is read at once.
        """
        until = time.monotonic() + seconds
        if self._latest is None and seconds < math.inf and self._reader.left > LONG:
            self._latest, self.behind = NewestView(self._reader.path, NEWEST), True
            return self._latest.told
        latest = 0 if self._latest is None else self._latest.read(block)
        read = self._read_on(until, block)
        if self._latest is not None and self.behind:
            return latest
        self._latest = None
        return latest + read

    def _read_on(self, until: float, block: int) -> int:
        """Bring the whole view further until then."""
        count, self.behind = 0, False
        while said := self._reader.read(block):
            self._whole.apply(said)
            count += len(said)
            if time.monotonic() >= until:
                self.behind = len(said) == block
                break
        return count


def look(events: Path) -> RunView:
    """What a file of events says, at once however long it is: of a long one the newest, in a view that is not whole."""
    growing = GrowingView(events)
    growing.read(0.0)
    if growing.view.whole:
        growing.read()
    return growing.view


def _round(number: int) -> int:
    """To two digits: it is a guess."""
    return round(number, 2 - len(str(number)))
