"""The verb `eras`: the table of eras, what is trained, how accurate it is and how large."""

from __future__ import annotations

from dataclasses import asdict
from math import prod
from typing import Any

from core.catalog import Catalog, ModelEntry
from core.cli.printing import emit, say, table
from core.eras import ERAS, Era
from core.extras import BERT, absent

NEEDS = "needs an extra"
_COLUMNS = (("C",), ("W_e", "W_h"), ("W_o",))
"""The recurrent layer's two parameters always come from the same place."""


def eras(as_json: bool) -> int:
    """Print one row or one JSON object for each era."""
    catalog = Catalog()
    if as_json:
        for era in ERAS:
            emit(_record(era, catalog))
        return 0
    rows = [_row(era, catalog.for_era(era.id)) for era in ERAS]
    header = ("era", "year", *map(", ".join, _COLUMNS), "model", "test accuracy", "parameters")
    print(table(rows, header, right=(6, 7)))
    for era in filter(absent, ERAS):
        say(f"{era.id} needs an extra: {BERT}")
    say("C, W_e, W_h, W_o: where each parameter comes from before training on the task.")
    say("Test accuracy: one model's, or where seeds are named their mean ± standard deviation.")
    return 0


def percent(share: float | None) -> str:
    """`76.1 %`, or a dash for what was not measured."""
    return "–" if share is None else f"{100 * share:.1f} %"


def described(entry: ModelEntry) -> str:
    """A model in a few words: what it was trained on, from where it is, how good it was."""
    return f"{entry.title} ({entry.source}, test accuracy {percent(entry.accuracy)})"


def _row(era: Era, entry: ModelEntry | None) -> tuple[str, ...]:
    origins = tuple(", ".join(dict.fromkeys(era.parameter(symbol).origin for symbol in group)) for group in _COLUMNS)
    if entry is None:
        return (era.id, era.year, *origins, _lack(era), "", "")
    return (
        era.id,
        era.year,
        *origins,
        NEEDS if absent(era) else f"{entry.source}, seed {entry.seed}",
        _measured(entry),
        f"{_size(entry):,}",
    )


def _lack(era: Era) -> str:
    """Why there is no model of the era."""
    if absent(era):
        return NEEDS
    return "not trained yet" if era.trainable else "arrives later"


def _measured(entry: ModelEntry) -> str:
    """A shipped era's mean over its seeds; of any other model its own accuracy."""
    if (scores := entry.over_seeds) is None:
        return percent(entry.accuracy)
    return f"{100 * scores.mean:.1f} ± {100 * scores.sd:.1f} % ({scores.seeds} seeds)"


def _size(entry: ModelEntry) -> int:
    """How many numbers it is made of; older models only say the shapes of their letters."""
    return int(entry.info.get("size") or sum(prod(shape) for shape in entry.parameters.values()))


def _record(era: Era, catalog: Catalog) -> dict[str, Any]:
    entry = catalog.for_era(era.id)
    record: dict[str, Any] = {
        "era": era.id,
        "year": era.year,
        "title": era.title,
        "idea": era.idea,
        "reads": str(era.reads),
        "trainable": era.trainable,
        "needs": BERT if absent(era) else None,
        "parameters": {p.symbol: {"origin": str(p.origin), "tuned": p.tuned} for p in era.parameters},
        "model": None,
        "models": [other.spec for other in catalog.entries() if other.era == era.id],
    }
    if entry is not None:
        record["model"] = {
            "path": str(entry.path),
            "source": entry.source,
            "data": entry.data,
            "labels": entry.label_budget,
            "seed": entry.seed,
            "test_accuracy": entry.accuracy,
            "validation_accuracy": entry.validation,
            "over_seeds": asdict(entry.over_seeds) if entry.over_seeds else None,
            "shapes": entry.parameters,
            "size": _size(entry),
        }
    return record
