"""The models side by side: one line an era, in the order of history, then the models the person added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.budget import name_budget
from core.eras.table import BY_ID, CONTROLS, ERAS, Era
from core.machine.extras import BERT, absent

if TYPE_CHECKING:
    from core.catalog.language_models import LanguageModelEntry
    from core.catalog.models import Catalog, ModelEntry


@dataclass(frozen=True)
class ComparedModel:
    """One line of the comparison: an era, and the model that stands for it, if there is one yet."""

    key: str
    era: Era
    entry: ModelEntry | None
    searched: bool = True
    """False until the models were looked for."""
    language_models: tuple[LanguageModelEntry, ...] = ()
    """The language models that the model reads or started from, forward first."""
    ready: bool = True
    """Whether all is there that the era's model is trained from."""

    @property
    def spec(self) -> str | None:
        """The model to ask, if any."""
        return self.entry.spec if self.entry else None

    @property
    def name(self) -> str:
        """What the line is called: the era's id, or which model was added, its era and its labels."""
        if self.entry is None or not self.is_added:
            return self.key
        return f"{self.short_name} · {self.era.id} · {name_budget(self.entry.label_budget)}"

    @property
    def short_name(self) -> str:
        """The same in ten cells: the era's id, or the name of the model that was added."""
        return name_model(self.entry) if self.entry is not None and self.is_added else self.key

    @property
    def is_added(self) -> bool:
        """Whether a person added it, rather than history."""
        return self.key != self.era.id

    @property
    def absence(self) -> str:
        """Why there is no model, and what to do, in a few words."""
        if not self.searched:
            return ""
        if absent(self.era):
            return f"needs {BERT}"
        if not self.ready:
            return "first a language model, then this · F4 trains both"
        return "not trained yet · F4 trains it"


def name_model(entry: ModelEntry) -> str:
    """What one model is called wherever it is met: the beginning of its key; of one that has none yet, its run."""
    return f"#{entry.key[:6]}" if entry.key else entry.spec.replace(":", " ", 1)


def list_eras() -> list[ComparedModel]:
    """The eras before anybody looked which models there are."""
    return [ComparedModel(era.id, era, None, searched=False) for era in ERAS]


def compare_models(catalog: Catalog, added: tuple[str, ...] = ()) -> tuple[list[ComparedModel], tuple[str, ...]]:
    """Every era's model, the controls there is a model of, then the added models, oldest first.

    And the added specs that still name a model.
    """
    from core.catalog.models import ModelError

    directions = catalog.language_models()
    rows = [era for era in (*ERAS, *CONTROLS) if era in ERAS or catalog.for_era(era.id) is not None]
    comparison = [_make_line(catalog, era.id, era, catalog.for_era(era.id), directions) for era in rows]
    there: list[str] = []
    for spec in added:
        try:
            entry = catalog.resolve(spec)
        except ModelError:  # its run was deleted
            continue
        there.append(spec)
        comparison.append(_make_line(catalog, spec, BY_ID[entry.era], entry, directions))
    return comparison, tuple(there)


def _make_line(
    catalog: Catalog, key: str, era: Era, entry: ModelEntry | None, directions: frozenset[str]
) -> ComparedModel:
    language_models = catalog.beneath(entry) if entry else ()
    ready = not list_missing_directions(era, directions)
    return ComparedModel(key, era, entry, language_models=language_models, ready=ready)


def list_missing_directions(era: Era, directions: frozenset[str], wanted: str = "both") -> tuple[str, ...]:
    """The directions that a model of the era still lacks a language model for, of those `wanted`."""
    if not era.reuses_language_models:
        return ()
    needed = ("forward", "backward") if wanted == "both" else (wanted,)
    return tuple(direction for direction in needed if direction not in directions)
