"""Where one looks at a run: at its latest moment, at one of its epochs, or at all of them one after the other."""

from __future__ import annotations

from dataclasses import dataclass

SPEEDS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
WHOLE = 16.0
"""Seconds that a whole run takes at a speed of one."""


@dataclass
class Replay:
    """`at`: the epoch looked at, None for the latest. While it replays, what lies ahead of it is not shown."""

    at: float | None = None
    replaying: bool = False
    playing: bool = False
    speed: float = 1.0

    @property
    def until(self) -> float | None:
        """The epoch beyond which nothing is shown; None for everything."""
        return self.at if self.replaying else None

    def move(self, by: float, last: float) -> None:
        """Look so many epochs earlier or later; beyond the `last` is the latest moment."""
        self.playing = False
        start = last if self.at is None else self.at
        self._go(start + by, last)

    def go(self, at: float, last: float) -> None:
        """Look at an epoch."""
        self.playing = False
        self._go(at, last)

    def leave(self) -> None:
        """Look at the latest moment again."""
        self.at, self.replaying, self.playing = None, False, False

    def toggle(self, last: float) -> None:
        """Play, or hold; from the start where one is at the end."""
        if self.playing:
            self.playing = False
            return
        if self.at is None or self.at >= last:
            self.at = 0.0
        self.replaying = self.playing = last > 0

    def change_speed(self, by: int) -> None:
        """Play so many steps faster, or slower."""
        place = SPEEDS.index(self.speed) + by
        self.speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]

    def advance(self, seconds: float, last: float) -> bool:
        """So much time has passed; whether one looks elsewhere now. At the end it is over."""
        if not self.playing or self.at is None:
            return False
        self._go(self.at + seconds * self.speed * last / WHOLE, last)
        return True

    def _go(self, at: float, last: float) -> None:
        if at >= last:
            self.leave()
        else:
            self.at = max(0.0, at)
