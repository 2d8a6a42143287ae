"""The verb `eras`: the table of eras, what is trained, how accurate it is and how large."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from math import prod
from typing import Any

import msgspec

from core.budget import name_budget
from core.catalog.ladder import Mean, MeasuredLadder
from core.catalog.models import Catalog, ModelEntry, ModelError
from core.cli.ladder_table import name_majority
from core.cli.printing import emit, say, table
from core.eras.table import BY_ID, CONTROLS, ERAS, Era, Origin
from core.machine.extras import BERT, absent
from core.runs.wording import percent
from core.visible import one_line

NEEDS = "needs an extra"
_COLUMNS = (("C",), ("W_e", "W_h"), ("W_o",))
"""The recurrent layer's two parameters always come from the same place."""


def choose_models(catalog: Catalog, named: Sequence[str] | None) -> list[str]:
    """The models to ask; for a bare era, which one it stands for is said."""
    if named is None or "all" in named:
        there = [era for era in BY_ID.values() if catalog.for_era(era.id) is not None]
        for era in filter(absent, there):
            say(f"{era.id} is left out: it needs {BERT}")
        named = [era.id for era in there if not absent(era)]
        if not named:
            raise ModelError("There is no trained model yet.", "Train one with `nlp-tui train --era scratch`.")
    for spec in named:
        entry = catalog.resolve(spec)
        if spec in BY_ID:
            say(f"{spec}: {describe_model(entry)}")
    return list(named)


def eras(wanted: Namespace) -> int:
    """Print one row or one JSON object for each era and control, and what the shipped ladder measured."""
    if wanted.intrinsic:
        from core.cli.intrinsic import intrinsic  # which computes: the table alone imports nothing heavy

        return intrinsic(wanted.json)
    catalog = Catalog()
    rows = (*ERAS, *CONTROLS)
    if wanted.json:
        for era in rows:
            emit(_record(era, catalog))
        return 0
    header = ("era", "year", *map(", ".join, _COLUMNS), "model", "test accuracy", "parameters")
    print(table([_row(era, catalog.for_era(era.id)) for era in rows], header, right=(6, 7)))
    for era in filter(absent, rows):
        say(f"{era.id} needs an extra: {BERT}")
    say("C, W_e, W_h, W_o: where each parameter comes from before training on the task.")
    say("Test accuracy: one model's, or where seeds are named their mean ± standard deviation.")
    if shares := catalog.measured.majority:
        say(name_majority(shares))
    for data in dict.fromkeys(mean.data for mean in catalog.measured.means):
        _print_measured(catalog.measured, data)
    return 0


def _print_measured(measured: MeasuredLadder, data: str) -> None:
    """The means of every era at every number of labels, then what each gained on the era before it."""
    here = [mean for mean in measured.means if mean.data == data]
    budgets = sorted({mean.labels for mean in here}, key=lambda budget: (budget is None, budget or 0))
    named = [name_budget(budget) for budget in budgets]
    means = {(mean.era, mean.labels): mean for mean in here}
    eras = [era.id for era in (*ERAS, *CONTROLS) if any(mean.era == era.id for mean in here)]
    scores = [line for era in eras for line in _lines(era, [_score(means.get((era, budget))) for budget in budgets])]
    gained = [era for era in eras if any(measured.gain(mean) for mean in here if mean.era == era)]
    gains = [
        line
        for era in gained
        for line in _lines(era, [_gain(measured, means.get((era, budget))) for budget in budgets])
    ]
    places = range(1, len(budgets) + 1)
    print()
    print(table(scores, (data, *named), right=places))
    say(f"Accuracy in % on {here[0].texts:,} texts: mean ± standard deviation over seeds [its 95 % interval].")
    if gains:
        print()
        print(table(gains, ("gain on the one before", *named), right=places))
        say("In points, paired on the same texts and seeds, with 95 % bootstrap intervals over both.")
    if measured.document is not None:
        say(f"again: {one_line(str(measured.document['command']))}")


def _lines(era: str, cells: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Two lines of a table: the numbers, and their intervals beneath them."""
    return [(era, *(number for number, _ in cells)), ("", *(interval for _, interval in cells))]


def _score(mean: Mean | None) -> tuple[str, str]:
    if mean is None:
        return "–", ""
    spread = "" if mean.sd is None else f" ± {100 * mean.sd:.1f}"
    return f"{100 * mean.mean:.1f}{spread}", f"[{100 * mean.low:.1f}, {100 * mean.high:.1f}]"


def _gain(measured: MeasuredLadder, mean: Mean | None) -> tuple[str, str]:
    gain = measured.gain(mean) if mean else None
    return (
        ("–", "") if gain is None else (f"{100 * gain.mean:+.1f}", f"[{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]")
    )


def describe_model(entry: ModelEntry) -> str:
    """A model in a few words: what it was trained on, from where it is, how good it was."""
    return f"{entry.title} ({entry.source}, test accuracy {percent(entry.accuracy)})"


def _row(era: Era, entry: ModelEntry | None) -> tuple[str, ...]:
    origins = tuple(", ".join(dict.fromkeys(_origin(era, symbol) for symbol in group)) for group in _COLUMNS)
    if entry is None:
        return (era.id, era.year, *origins, _why_missing(era), "", "")
    return (
        era.id,
        era.year,
        *origins,
        NEEDS if absent(era) else f"{entry.source}, {_trained_on(entry)}",
        _test_accuracy(entry),
        f"{_size(entry):,}",
    )


def _origin(era: Era, symbol: str) -> str:
    origin = era.parameter(symbol).origin
    return "lang. model" if origin is Origin.LANGUAGE_MODEL else origin


def _trained_on(entry: ModelEntry) -> str:
    """Which of an era's models it is: by its labels where they are not all there are, else by its seed."""
    return f"seed {entry.seed}" if entry.label_budget is None else name_budget(entry.label_budget)


def _why_missing(era: Era) -> str:
    """Why there is no model of the era."""
    if absent(era):
        return NEEDS
    return "not trained yet"


def _test_accuracy(entry: ModelEntry) -> str:
    """A shipped era's mean over its seeds; of any other model its own accuracy."""
    if (scores := entry.over_seeds) is None:
        return percent(entry.accuracy)
    return f"{100 * scores.mean:.1f} ± {100 * scores.sd:.1f} % ({scores.seeds} seeds)"


def _size(entry: ModelEntry) -> int:
    """How many numbers it is made of; older models only say the shapes of their letters."""
    return int(entry.info.size or sum(prod(shape) for shape in entry.parameters.values()))


def _record(era: Era, catalog: Catalog) -> dict[str, Any]:
    entry = catalog.for_era(era.id)
    record: dict[str, Any] = {
        "era": era.id,
        "year": era.year,
        "title": era.title,
        "idea": era.idea,
        "reads": str(era.reads),
        "trainable": True,  # of every era; said for those who read it
        "needs": BERT if absent(era) else None,
        "parameters": {p.symbol: {"origin": str(p.origin), "tuned": p.tuned} for p in era.parameters},
        "control": era in CONTROLS,
        "measured": [
            asdict(mean) | {"gain": asdict(gain) if (gain := catalog.measured.gain(mean)) else None}
            for mean in catalog.measured.means
            if mean.era == era.id
        ],
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
            "majority": entry.majority,
            "validation_accuracy": entry.validation,
            "calibration": msgspec.to_builtins(entry.calibration),
            "over_seeds": asdict(entry.over_seeds) if entry.over_seeds else None,
            "shapes": entry.parameters,
            "size": _size(entry),
        }
    return record
