"""What was left out of a table, counted: nothing is dropped without being said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

EMPTY_LINE = "empty line"
WRONG_WIDTH = "wrong number of fields"
NO_OBJECT = "not a JSON object"
NO_TEXT = "no text"
NOT_TEXT = "text is not a string"
NO_LABEL = "no label"
REPEATED = "text is there already"
DISPUTED = "same text with different labels"
RARE = "class with too few examples"


@dataclass(frozen=True)
class Reason:
    """Why rows were left out: how many, and the line (or row, where a file has no lines) of the first."""

    name: str
    count: int
    first_line: int
    unit: str = "line"

    def __str__(self) -> str:
        rows = "row is" if self.count == 1 else "rows are"
        return f"{self.count:,} {rows} left out: {self.name} (the first at {self.unit} {self.first_line:,})"


@dataclass
class LeftOut:
    """Counts by reason, in the order in which the reasons came up. `unit`: what the file is counted in."""

    unit: str = "line"
    _counts: dict[str, list[int]] = field(default_factory=dict)

    def add(self, reason: str, line: int) -> None:
        """One more row is left out."""
        found = self._counts.setdefault(reason, [0, line])
        found[0] += 1
        found[1] = min(found[1], line)

    def __iter__(self) -> Iterator[Reason]:
        return (Reason(name, count, line, self.unit) for name, (count, line) in self._counts.items())

    @property
    def total(self) -> int:
        """Rows left out for any reason."""
        return sum(count for count, _ in self._counts.values())

    def counts(self) -> dict[str, int]:
        """Rows by reason."""
        return {name: count for name, (count, _) in self._counts.items()}
