"""Processes: who one is beyond its recycled number, and the environment a computing child is started with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_GIB = 1 << 30
_MIB = 1 << 20
_OLDEST = 1_000_000_000
"""Unix seconds are larger. What is smaller was written by an earlier version: clock ticks since this machine's boot."""
_CLOSE = 1
"""Seconds by which the start of one process may seem to move: systems work it out from a clock that is set."""


@dataclass(frozen=True)
class Process:
    """A process of this machine: its number, and when it started, so that a recycled number is another process.

    `started` is in Unix seconds.
    """

    pid: int
    started: int

    @classmethod
    def current(cls) -> Process:
        """This process."""
        return cls(os.getpid(), start_time(os.getpid()) or 0)

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """The living process of that number; None if there is none, or only a zombie."""
        started = start_time(pid)
        return None if started is None else cls(pid, started)

    @property
    def alive(self) -> bool:
        """Whether this very process still runs; a zombie does not."""
        started = start_time(self.pid)
        return started is not None and abs(started - _unix_seconds(self.started)) <= _CLOSE


def start_time(pid: int) -> int | None:
    """When the living process of that number started, in Unix seconds; None if there is none, or only a zombie."""
    import psutil  # not before it is needed: the first frame waits for nothing

    try:
        process = psutil.Process(pid) if pid > 0 else None
        if process is None or process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return None
        return round(process.create_time())
    except (psutil.NoSuchProcess, OverflowError):
        return None


def _unix_seconds(started: int) -> int:
    if started >= _OLDEST:
        return started
    import psutil

    return round(psutil.boot_time() + started / os.sysconf("SC_CLK_TCK"))


def child_environment(inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a child that computes: glibc's allocator keeps its memory, which doubles a training's speed.

    What the person has set already is left alone, and so is the number of threads. A relative NLP_TUI_HOME is made
    absolute, because the child works in another folder.
    """
    environment = dict(os.environ if inherited is None else inherited)
    for name, size in (
        ("MALLOC_MMAP_THRESHOLD_", _mmap_threshold()),
        ("MALLOC_TRIM_THRESHOLD_", 4 * _GIB),
        ("MALLOC_TOP_PAD_", 64 * _MIB),
    ):
        environment.setdefault(name, str(size))
    if home := environment.get("NLP_TUI_HOME"):
        environment["NLP_TUI_HOME"] = str(Path(home).expanduser().absolute())
    return environment


def _mmap_threshold() -> int:
    """As large as this glibc takes: older ones drop a value above 32 MiB and stay at 128 KiB, slower than their own."""
    try:
        version = (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ")
        major, minor = (int(part) for part in version.split(".")[:2])
    except (ValueError, OSError, AttributeError):  # not glibc, which then ignores the variable
        return 32 * _MIB
    return _GIB if (major, minor) >= (2, 36) else 32 * _MIB
