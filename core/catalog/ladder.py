"""A measured ladder, above all the one that ships: what every era scored at every number of labels.

Reads one JSON file, which `core.benchmark.report` describes; nothing heavy.
"""

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
class MeasuredLadder:
    """A ladder's means and differences. `document`: all of it, as core.benchmark.report writes it; None without one."""

    means: tuple[Mean, ...] = ()
    gains: tuple[Gain, ...] = ()
    document: dict[str, Any] | None = None

    @classmethod
    def load(cls, path: Path = LADDER) -> MeasuredLadder:
        """The ladder in a file; an empty one where there is no usable file."""
        try:
            return cls.from_document(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> MeasuredLadder:
        """The ladder that a document describes. Raises KeyError or TypeError if it describes none."""
        if document["v"] != 1:
            return cls()
        means = tuple(Mean(**row) for row in document["table"])
        return cls(means, tuple(Gain(**row) for row in document["differences"]), document)

    def of(self, era: str, data: str) -> Iterator[Mean]:
        """An era's means on a data set, from few labels to all."""
        return (mean for mean in self.means if (mean.era, mean.data) == (era, data))

    def gain(self, mean: Mean) -> Gain | None:
        """What an era gained on the one before it, where that mean was measured; None for the first, and controls."""
        place = (mean.data, mean.era, mean.labels)
        return next((g for g in self.gains if (g.data, g.era, g.labels) == place and not g.control), None)

    def mean(self, data: str, era: str, labels: int | None) -> Mean | None:
        """The mean that was measured there; None if there is none."""
        return next((mean for mean in self.of(era, data) if mean.labels == labels), None)

    @property
    def data(self) -> tuple[str, ...]:
        """The data sets that anything was measured on."""
        return tuple(dict.fromkeys(mean.data for mean in self.means))

    @property
    def split(self) -> str:
        """What it was read on: `test` or `validation`; empty without a ladder."""
        return str((self.document or {}).get("split", ""))

    def count(self, data: str, labels: int | None) -> int | None:
        """How many labels a budget is; None for all, where it is not known how many that are."""
        if labels is not None:
            return labels
        counts = (self.document or {}).get("all_labels")  # earlier versions did not write it down
        found = counts.get(data) if isinstance(counts, dict) else None
        return found if isinstance(found, int) and found > 0 else None

    @property
    def cells(self) -> int:
        """How many trainings were measured."""
        return len(self.document["cells"]) if self.document else 0

    @property
    def missing(self) -> int:
        """How many of those that were asked for are not measured yet."""
        return int(self.document.get("missing", 0)) if self.document else 0

    @property
    def majority(self) -> dict[str, float]:
        """The largest class's share of the texts, by data set; empty where it was not measured."""
        found = self.document.get("majority") if self.document else None
        return found if isinstance(found, dict) else {}

    def holds(self, model: str) -> bool:
        """Whether the model with that key in a store is one of those that were measured."""
        return self.document is not None and any(cell["model"] == model for cell in self.document["cells"])
