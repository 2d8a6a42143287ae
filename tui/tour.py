"""The tour: the lecture in nine steps, from assets/tour.json, and which letters each step changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import msgspec

from core.eras.table import BY_ID, Era
from core.storage.paths import ASSETS

BENEATH = "LM"
"""The symbol of the language models that stand frozen beneath a task RNN."""


@dataclass(frozen=True)
class Step:
    """One step: what changed, a sentence to guess first, what it shows, and where the ladder is read."""

    id: str
    title: str
    headline: str
    """`news` in few words, for a hall."""
    news: str
    era: str | None
    """The era it is about; None at the beginning and at the end."""
    before: str | None
    """The era it is held against: in the picture, and on the ladder where the two were compared."""
    asked: tuple[str, ...]
    """Whose answers are shown, the step's own era last."""
    text: str
    label: str
    """The true label of the text."""
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    """The eras whose shipped models answer the text rightly, and wrongly: what `shows` stands on."""
    shows: str
    budgets: tuple[int | None, ...]
    """Numbers of labels at which the ladder is read; None is all."""

    @property
    def drawn(self) -> Era:
        """The era whose picture belongs to the step."""
        return BY_ID[self.era or self.asked[0]]

    @property
    def measured(self) -> tuple[str, ...]:
        """The eras whose ladder is read."""
        return (self.era,) if self.era else self.asked

    @property
    def changed(self) -> frozenset[str]:
        """The letters that start elsewhere than in the era before, and `BENEATH` where language models came in."""
        if self.era is None:
            return frozenset()
        era, before = BY_ID[self.era], BY_ID[self.before] if self.before else None
        if before is None:
            return frozenset(parameter.symbol for parameter in era.parameters)
        letters = {each.symbol for each in era.parameters if each.origin is not before.parameter(each.symbol).origin}
        return frozenset(letters | ({BENEATH} if era.reads_states and not before.reads_states else set()))

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether these answers, a label an era, are what the step says of them."""
        claims = {**dict.fromkeys(self.right, True), **dict.fromkeys(self.wrong, False)}
        return all((label == self.label) is claims[era] for era, label in labels.items() if era in claims)


@dataclass(frozen=True)
class Tour:
    """The steps in order, the data set of the ladder's figures, and the two labels, the one on the left first."""

    steps: tuple[Step, ...]
    data: str
    labels: tuple[str, ...]
    margin: float
    """Percentage points from the middle by which the shipped models bear out what a step says."""

    def place(self, id: str | None) -> int:
        """Where the step with that id stands; 0 where there is none."""
        return next((place for place, step in enumerate(self.steps) if step.id == id), 0)


@cache
def load_tour() -> Tour:
    """The tour that ships."""
    return msgspec.json.decode((ASSETS / "tour.json").read_bytes(), type=Tour)
