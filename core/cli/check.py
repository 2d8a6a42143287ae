"""The verb `check`: what models can do, measured on minimal pairs."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb
    from core.data.minimal_pairs import Suite
    from core.evaluation.behaviour import Passed

SUMMARY = "what models can do: negation, contrast, irony … on minimal pairs"
ONE_CLASS = "always positive"
"""The row of who answers one class to everything."""


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("check", "", SUMMARY, "one JSON object a model and ability, one a line")
    parser.add_argument(
        "--model",
        "--models",
        dest="model",
        type=_list,
        metavar="MODEL[,MODEL...]",
        help="all (the default), or which ones",
    )
    parser.add_argument("--out", metavar="FILE", help="also write the matrix to FILE, as JSON")


def check(wanted: Namespace) -> int:
    """Print the matrix of models and abilities. Raises UserError."""
    from dataclasses import asdict

    from core.cli.models import choose_models
    from core.cli.printing import emit, say, table
    from core.cli.session import open_session
    from core.data.minimal_pairs import load_suite
    from core.evaluation import behaviour

    session, suite = open_session(), load_suite()
    models = choose_models(session.catalog, wanted.model)
    rows: dict[str, list[Passed]] = {ONE_CLASS: behaviour.check(suite, behaviour.always(suite, "positive"), ONE_CLASS)}
    for model in models:
        say(f"{model} reads {sum(2 * len(each.pairs) for each in suite.abilities):,} sentences …")

        def answer(texts: Sequence[str], model: str = model) -> list[dict[str, float]]:
            return [each.probabilities for each in session.predict(texts, model)]

        rows[model] = behaviour.check(suite, answer, model)
        if wanted.json:
            for passed in rows[model]:
                emit({"model": model, **asdict(passed)})
    if not wanted.json:
        abilities = [each.name for each in suite.abilities]
        print(
            table([line for model, found in rows.items() for line in _lines(model, found)], ("passed, %", *abilities))
        )
        for each in suite.abilities:
            say(f"{each.name}, {each.test} ({len(each.pairs)} pairs): {each.asserts}{_tolerance(each.tolerance)}.")
        say("Beneath each share, in brackets, where it lies with 95 % (Wilson). MFT, DIR, INV: Ribeiro et al. 2020.")
        say(suite.note)
    if wanted.out:
        _write(wanted.out, suite, rows, wanted.model)
    return 0


def _lines(model: str, found: list[Passed]) -> list[tuple[str, ...]]:
    shares = (f"{100 * each.share:.0f}" for each in found)
    intervals = (f"[{100 * each.low:.0f}, {100 * each.high:.0f}]" for each in found)
    return [(model, *shares), ("", *intervals)]


def _tolerance(tolerance: float) -> str:
    return f": {100 * tolerance:.0f} {'point' if tolerance == 0.01 else 'points'}" if tolerance else ""


def _write(path: str, suite: Suite, rows: dict[str, list[Passed]], named: tuple[str, ...] | None) -> None:
    import json
    from dataclasses import asdict
    from pathlib import Path

    from core.storage.atomic import write_text

    chosen = f" --model {','.join(named)}" if named else ""
    document: dict[str, Any] = {
        "v": 1,
        "command": f"nlp-tui check{chosen} --out {path}",
        "asserts": {each.name: f"{each.asserts}{_tolerance(each.tolerance)}" for each in suite.abilities},
        "cells": [{"model": model, **asdict(each)} for model, found in rows.items() for each in found],
    }
    write_text(Path(path), json.dumps(document, indent=1) + "\n")


def _list(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise ArgumentTypeError("no model is named")
    return names
