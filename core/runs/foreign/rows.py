"""What every reader makes of its format: rows of named numbers at a step or an epoch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

STEPS = ("step", "_step", "global_step", "trainer/global_step", "iteration", "iter", "batch")
EPOCHS = ("epoch", "trainer/epoch")
TIMES = ("t", "time", "timestamp", "_timestamp", "wall_time")
"""What they are called, where a row names them itself."""


@dataclass(frozen=True)
class Row:
    """Numbers that were written together. `t`: Unix seconds."""

    values: Mapping[str, float]
    step: float | None = None
    epoch: float | None = None
    t: float | None = None


@dataclass
class Reading:
    """What one look found: new rows, in order; `restarted` where the file begins anew and what was read is void."""

    rows: list[Row] = field(default_factory=list)
    restarted: bool = False
    skipped: Counter[str] = field(default_factory=Counter)
    """What was passed over because no curve can be made of it: how many of each kind, as "picture"."""


class Reader(Protocol):
    """Reads on in what another program writes."""

    format: str
    """What the format is called, for a person."""

    @property
    def bad(self) -> int:
        """Pieces that could not be read so far."""

    finished: bool
    """Whether the program said that it is done."""
    planned: float
    """Steps or epochs that are to come in all; 0 where that is not said."""

    def read(self) -> Reading:
        """What was added since the last time. Raises OSError, UserError."""

    def files(self) -> list[Path]:
        """The files that it reads."""


def row_of(found: Mapping[str, Any]) -> Row | None:
    """The row of an object as programs log it: numbers by name, nested ones joined by `/`; None without a number."""
    numbers = dict(_numbers(found, ""))
    step, epoch, t = (_take(numbers, names) for names in (STEPS, EPOCHS, TIMES))
    return Row(numbers, step, epoch, t) if numbers else None


def _numbers(found: Mapping[str, Any], prefix: str) -> list[tuple[str, float]]:
    numbers = []
    for name, value in found.items():
        if isinstance(value, Mapping) and not prefix:
            numbers += _numbers(value, f"{name}/")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            numbers.append((f"{prefix}{name}", float(value)))
    return numbers


def _take(numbers: dict[str, float], names: tuple[str, ...]) -> float | None:
    """Take the first of the names out of the numbers."""
    found = [numbers.pop(name) for name in names if name in numbers]
    return found[0] if found else None
