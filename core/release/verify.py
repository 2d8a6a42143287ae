"""The scores on the cards, recomputed from the weights that ship."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.catalog.behaviour import SCORES, ShippedBehaviour
from core.catalog.models import Catalog, ModelError
from core.data.minimal_pairs import load_suite
from core.evaluation import behaviour, intrinsic
from core.machine.extras import NoExtra
from core.pretrained.encoder import NoEncoder
from core.pretraining import masked_language_model
from core.pretraining.language_model_scores import scores as language_model_scores
from core.release.cards import CARDS, MODELS, CardError, scores_of, vectors_scores
from core.service.session import Session
from core.storage.paths import Home
from core.storage.store import Store

TOLERANCE = 0.0025
"""How far an accuracy may be from the card's: processors round differently, which can turn a tie of two classes."""


def verify(models: Path = MODELS, cards: Path = CARDS) -> Iterator[tuple[str, float, float, bool]]:
    """Recompute the scores: yields (what, on the card, measured now, whether they agree).

    All of them but the pseudowords, which take many minutes: of the intrinsic card the scores of words are recomputed.

    A card whose models need packages that are not here gets one line that says so, and disagrees. Raises StoreError for
    a model file that is not what its manifest says, CardError for one that is missing.
    """
    for path in sorted(path for path in cards.glob("*.json") if path.name != intrinsic.CARD.name):
        card = json.loads(path.read_text(encoding="utf-8"))
        for artifact in (Store(models.parent / "none", models).find(key) for key in _keys(card)):
            if artifact is None:
                raise CardError(f"A model on the card {path.stem} is not there.", "Ship it again.")
            artifact.verify()
        try:
            fresh = _fresh(card, models)
        except (NoExtra, NoEncoder) as error:
            yield f"{path.stem}: {error.message} {error.hint}", math.nan, math.nan, False
            continue
        for name, value in _flat(fresh):
            claimed = dict(_flat(card["scores"])).get(name, float("nan"))
            yield f"{path.stem}: {name}", claimed, value, abs(claimed - value) <= TOLERANCE * max(1.0, abs(claimed))


def verify_intrinsic(models: Path = MODELS, card: Path = intrinsic.CARD) -> Iterator[tuple[str, float, float, bool]]:
    """As `verify`, of the intrinsic card: similarity, and analogies in all and section by section."""
    word_models = open_session(models, models.parent / "none").word_models
    for model in intrinsic.carded(card):
        name = f"intrinsic {model['model']}"
        try:
            word_model = word_models.get(model["model"])
        except ModelError as error:
            yield f"{name}: {error.message} {error.hint}", math.nan, math.nan, False
            continue
        if intrinsic.collect_keys(word_model) != model["keys"]:
            yield f"{name}: the model is not the one that was measured. Measure it again.", math.nan, math.nan, False
            continue
        fresh = intrinsic.of_words(word_model)
        claimed = dict(_flat({part: model[part] for part in fresh}))
        for what, value in _flat(fresh):
            agrees = abs(claimed.get(what, math.nan) - value) <= TOLERANCE * max(1.0, abs(value))
            if not agrees or what.startswith("similarity") or what == "analogies all accuracy":
                yield f"{name}: {what}", claimed.get(what, math.nan), value, agrees


def verify_behaviour(models: Path = MODELS, scores: Path = SCORES) -> Iterator[tuple[str, float, float, bool]]:
    """As `verify`, of the matrix of abilities: how many pairs pass, give or take one that rounds the other way."""
    session, suite, shipped = open_session(models, models.parent / "none"), load_suite(), ShippedBehaviour.load(scores)
    for model in filter(session.catalog.for_era, shipped.models):

        def answer(texts: Sequence[str], model: str = model) -> list[dict[str, float]]:
            return [each.probabilities for each in session.predict(texts, model)]

        try:
            found = behaviour.check(suite, answer, model)
        except (ModelError, NoExtra, NoEncoder) as error:
            yield f"behaviour {model}: {error.message} {error.hint}", math.nan, math.nan, False
            continue
        for each in found:
            cell = shipped.cell(model, each.ability)
            claimed = cell.passed if cell and cell.n == each.n else math.nan
            yield f"behaviour {model}: {each.ability}", claimed, each.passed, abs(claimed - each.passed) <= 1


def open_session(models: Path, store: Path) -> Session:
    """A session that knows the shipped models and no others; what it measures it keeps in `store`."""
    return Session(Catalog(Home(store=store, runs=store), models))


def _fresh(card: dict[str, Any], models: Path) -> dict[str, Any]:
    """The scores of a card, measured now."""
    if "direction" in card:
        return language_model_scores(models / card["folder"])
    if card.get("masked"):
        return masked_language_model.scores(models / card["folder"])
    return scores_of(card, models) if "seeds" in card else vectors_scores(models / card["folder"])


def _keys(card: dict[str, Any]) -> list[str]:
    return [card["key"]] if "key" in card else [seed["key"] for seed in card["seeds"]]


def _flat(scores: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in scores.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name} ")
        elif isinstance(value, list):
            yield from ((f"{prefix}{name}[{i}]", float(item)) for i, item in enumerate(value))
        elif value is not None:
            yield f"{prefix}{name}", float(value)
