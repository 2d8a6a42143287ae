"""The ladder that ships: what every era scored at every number of labels. Reads one JSON file; nothing heavy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.storage.paths import ASSETS

LADDER = ASSETS / "ladder.json"


@dataclass(frozen=True)
class Mean:
    """Accuracy, 0 to 1, over `seeds` trainings: `sd` is None with one; `low` to `high` is the mean's 95 % interval."""

    data: str
    era: str
    labels: int | None
    mean: float
    sd: float | None
    seeds: int
    low: float
    high: float
    texts: int


@dataclass(frozen=True)
class Gain:
    """How much more accurate an era is than `against`, 0 to 1, on the same texts and seeds, with a 95 % interval."""

    data: str
    era: str
    labels: int | None
    against: str
    control: bool
    """Whether `against` is a control, not the era before."""
    mean: float
    low: float
    high: float
    seeds: int
    texts: int
    certain: bool
    """Whether the interval excludes zero."""


@dataclass(frozen=True)
class ShippedLadder:
    """A ladder's means and differences. `document`: all of it, as core.benchmark.report writes it; None without one."""

    means: tuple[Mean, ...] = ()
    gains: tuple[Gain, ...] = ()
    document: dict[str, Any] | None = None

    @classmethod
    def load(cls, path: Path = LADDER) -> ShippedLadder:
        """The ladder in a file; an empty one where there is no usable file."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["v"] != 1:
                return cls()
            means = tuple(Mean(**row) for row in document["table"])
            return cls(means, tuple(Gain(**row) for row in document["differences"]), document)
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def of(self, era: str, data: str) -> Iterator[Mean]:
        """An era's means on a data set, from few labels to all."""
        return (mean for mean in self.means if (mean.era, mean.data) == (era, data))

    def gain(self, mean: Mean) -> Gain | None:
        """What an era gained on the one before it, where that mean was measured; None for the first, and controls."""
        place = (mean.data, mean.era, mean.labels)
        return next((g for g in self.gains if (g.data, g.era, g.labels) == place and not g.control), None)

    @property
    def majority(self) -> dict[str, float]:
        """The largest class's share of the texts, by data set; empty where it was not measured."""
        found = self.document.get("majority") if self.document else None
        return found if isinstance(found, dict) else {}

    def holds(self, model: str) -> bool:
        """Whether the model with that key in a store is one of those that were measured."""
        return self.document is not None and any(cell["model"] == model for cell in self.document["cells"])
