"""What was measured of the shipped models on minimal pairs. Reads one JSON file; nothing heavy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from core.storage.paths import ASSETS

SCORES = ASSETS / "behaviour-scores.json"


@dataclass(frozen=True)
class Cell:
    """`passed` of an ability's `n` pairs are answered as asserted; `low` to `high` is the share's 95 % interval."""

    model: str
    ability: str
    test: str
    n: int
    passed: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ShippedBehaviour:
    """The matrix, as `nlp-tui check --out` writes it; `asserts` says of each ability what is asserted."""

    cells: tuple[Cell, ...] = ()
    asserts: tuple[tuple[str, str], ...] = ()
    command: str = ""

    @classmethod
    def load(cls, path: Path = SCORES) -> ShippedBehaviour:
        """The matrix of a file; an empty one where there is no usable file."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["v"] != 1:
                return cls()
            cells = tuple(Cell(**cell) for cell in document["cells"])
            return cls(cells, tuple(document["asserts"].items()), document["command"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    @property
    def models(self) -> tuple[str, ...]:
        """In the order they were measured."""
        return tuple(dict.fromkeys(cell.model for cell in self.cells))

    @property
    def abilities(self) -> tuple[str, ...]:
        """In the order of the suite."""
        return tuple(dict.fromkeys(cell.ability for cell in self.cells))

    def cell(self, model: str, ability: str) -> Cell | None:
        """One of the matrix, where it was measured."""
        return next((cell for cell in self.cells if (cell.model, cell.ability) == (model, ability)), None)
