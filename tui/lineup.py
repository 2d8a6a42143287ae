"""The models side by side: one place an era, in the order of history, then the models the person added."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.eras import BY_ID, ERAS, Era

if TYPE_CHECKING:
    from core.catalog import Catalog, ModelEntry


@dataclass(frozen=True)
class Contender:
    """One line of the comparison: an era, and the model that stands for it, if there is one yet."""

    key: str
    era: Era
    entry: ModelEntry | None
    sought: bool = True
    """False until the models were looked for."""

    @property
    def spec(self) -> str | None:
        """The model to ask, if any."""
        return self.entry.spec if self.entry else None

    @property
    def name(self) -> str:
        """What the line is called: the era's id, or which model was added, its era and its labels."""
        if self.entry is None or not self.is_added:
            return self.key
        budget = self.entry.label_budget
        labels = "all labels" if budget is None else f"{budget:,} labels"
        return f"{self.key.replace(':', ' ', 1)} · {self.era.id} · {labels}"

    @property
    def is_added(self) -> bool:
        """Whether a person added it, rather than history."""
        return self.key != self.era.id

    @property
    def accuracy(self) -> str:
        """The measured test accuracy in percent, a shipped era's mean over its seeds, with its 95 % half-width."""
        if self.entry is None or self.entry.accuracy is None:
            return ""
        if (measured := self.entry.over_seeds) is not None:
            return f"{100 * measured.mean:.1f} ±{50 * (measured.high - measured.low):.1f}"
        share = self.entry.accuracy
        texts = _test_size(self.entry)
        margin = f" ±{100 * 1.96 * math.sqrt(share * (1 - share) / texts):.1f}" if texts else ""
        return f"{100 * share:.1f}{margin}"

    @property
    def absence(self) -> str:
        """Why there is no model, and what to do, in a few words."""
        if not self.sought:
            return ""
        if self.era.trainable:
            return "not trained yet · F4 trains it"
        return "arrives with a later version"


def unsought() -> list[Contender]:
    """The eras before anybody looked which models there are."""
    return [Contender(era.id, era, None, sought=False) for era in ERAS]


def lineup(catalog: Catalog, added: tuple[str, ...] = ()) -> tuple[list[Contender], tuple[str, ...]]:
    """Every era's contender, then one for each added model, oldest first; and the added specs that still name one."""
    from core.catalog import ModelError

    contenders = [Contender(era.id, era, catalog.for_era(era.id)) for era in ERAS]
    there: list[str] = []
    for spec in added:
        try:
            entry = catalog.resolve(spec)
        except ModelError:  # its run was deleted
            continue
        there.append(spec)
        contenders.append(Contender(spec, BY_ID[entry.era], entry))
    return contenders, tuple(there)


def _test_size(entry: ModelEntry) -> int:
    test = entry.info.get("scores", {}).get("test", {})
    return int(test.get("n") or 0)
