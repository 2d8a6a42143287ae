"""Processes: who one is beyond its recycled number, and the environment a computing child is started with."""

from __future__ import annotations

import calendar
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_LINUX = sys.platform.startswith("linux")
_GIB = 1 << 30
_MIB = 1 << 20


@dataclass(frozen=True)
class Process:
    """A process of this machine: its number, and when it started, so that a recycled number is another process.

    `started` is clock ticks since boot on Linux and Unix seconds elsewhere; it is only ever compared.
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
        return started is not None and started == self.started


def start_time(pid: int) -> int | None:
    """When the living process of that number started; None if there is none, or only a zombie."""
    if pid <= 0:
        return None
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return None
    except PermissionError:
        pass  # it lives and is somebody else's
    return _from_proc(pid) if _LINUX else _from_ps(pid)


def _from_proc(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces and parentheses
    return None if fields[0] in "ZX" else int(fields[19])


def _from_ps(pid: int) -> int | None:
    command = ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)]
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    shown = subprocess.run(command, capture_output=True, text=True, check=False, env=environment).stdout.split()
    if len(shown) != 6 or shown[0].startswith("Z"):
        return None
    return calendar.timegm(time.strptime(" ".join(shown[1:]), "%a %b %d %H:%M:%S %Y"))


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
