"""Which model a name means."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from core.catalog.models import Catalog, ModelError, SeedScores
from core.storage.paths import Home
from core.storage.store import Artifact, Spec, Store


def add(store: Store, source: Artifact, **changes: Any) -> Artifact:
    """A copy of a model with other facts in its model.json."""

    def build(folder: Path) -> None:
        for file in source.path.iterdir():
            if file.name != "manifest.json":
                shutil.copy(file, folder)
        info = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        accuracy = changes.pop("accuracy")
        info |= {"data": "rotten_tomatoes", **changes}
        info["scores"] = {"validation": {"accuracy": accuracy}, "test": {"accuracy": 1 - accuracy}}
        (folder / "model.json").write_text(json.dumps(info), encoding="utf-8")

    return store.get_or_build(Spec("classifier", "test.v1", {"changes": repr(changes)}), build)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "store", tmp_path / "runs")


def test_a_bare_era_is_the_best_by_validation_among_models_of_all_labels(
    home: Home, trained: dict[str, Artifact]
) -> None:
    store, source = Store(home.store), trained["scratch"]
    add(store, source, accuracy=0.6, seed=0, label_budget=None)
    best = add(store, source, accuracy=0.7, seed=1, label_budget=None)
    add(store, source, accuracy=1.0, seed=2, label_budget=20)
    add(store, source, accuracy=0.9, seed=3, label_budget=None, data="other.csv")
    catalog = Catalog(home, shipped=None)
    entry = catalog.resolve("scratch")
    assert entry.key == best.key
    assert entry.validation == 0.7
    assert entry.accuracy == pytest.approx(0.3), "chosen by validation, shown with its test"
    assert len(catalog.entries()) == 4
    assert catalog.resolve(f"scratch:{best.key[:8]}").key == best.key


def test_a_variant_is_its_best_model_and_a_bare_era_is_one_of_its_own_vectors(
    home: Home, trained: dict[str, Artifact]
) -> None:
    store, source = Store(home.store), trained["word2vec"]
    own = add(store, source, accuracy=0.6, seed=0, label_budget=None)
    worse = add(store, source, accuracy=0.7, seed=0, label_budget=None, variant="cbow")
    better = add(store, source, accuracy=0.8, seed=1, label_budget=None, variant="cbow")
    few = add(store, source, accuracy=0.9, seed=2, label_budget=20, variant="cbow")
    catalog = Catalog(home, shipped=None)
    assert catalog.resolve("word2vec").key == own.key
    assert catalog.resolve("word2vec:cbow").key == better.key
    assert {entry.spec for entry in catalog.entries()} == {
        "word2vec:cbow",
        *(f"word2vec:{each.key[:8]}" for each in (own, worse, few)),
    }
    assert catalog.resolve(f"word2vec:{better.key[:8]}").key == catalog.resolve(f"word2vec:{better.key}").key
    assert "word2vec:cbow" in catalog.resolve("word2vec:cbow").title
    with pytest.raises(ModelError):
        catalog.resolve("word2vec:stanford")


def test_without_another_a_variant_stands_for_its_era(home: Home, trained: dict[str, Artifact]) -> None:
    only = add(Store(home.store), trained["glove"], accuracy=0.6, seed=0, label_budget=None, variant="stanford")
    catalog = Catalog(home, shipped=None)
    assert catalog.resolve("glove").key == catalog.resolve("glove:stanford").key == only.key


def test_no_home_at_all_is_an_empty_catalog(home: Home) -> None:
    catalog = Catalog(home, shipped=None)
    assert catalog.entries() == []
    assert catalog.for_era("scratch") is None
    with pytest.raises(ModelError) as missing:
        catalog.resolve("scratch")
    assert "nlp-tui train --era scratch" in missing.value.hint


def test_what_is_trained_later_is_found_by_a_scan(home: Home, trained: dict[str, Artifact]) -> None:
    catalog = Catalog(home, shipped=None)
    add(Store(home.store), trained["word2vec"], accuracy=0.6, seed=0, label_budget=None)
    assert catalog.for_era("word2vec") is None
    catalog.scan()
    assert catalog.for_era("word2vec") is not None


@pytest.mark.parametrize("content", ["", "[]", '{"era": "scratch"}', '{"era": 7}', "\x00"])
def test_a_folder_that_is_no_model_is_passed_over(home: Home, content: str, tmp_path: Path) -> None:
    def build(folder: Path) -> None:
        (folder / "model.json").write_text(content, encoding="utf-8")

    Store(home.store).get_or_build(Spec("classifier", "test.v1", {"content": content}), build)
    assert Catalog(home, shipped=None).entries() == []


def ladder(model: str, **changes: Any) -> str:
    place = {"data": "rotten_tomatoes", "era": "scratch", "labels": None}
    mean = {**place, "mean": 0.76, "sd": 0.005, "seeds": 2, "low": 0.74, "high": 0.78, "texts": 20, **changes}
    return json.dumps({"v": 1, "table": [mean], "differences": [], "cells": [{"model": model}]})


@pytest.fixture
def shipped(trained: dict[str, Artifact], tmp_path: Path) -> Path:
    """Where models are shipped, holding one; its card's place is beside it."""
    models = tmp_path / "assets" / "models"
    built = add(Store(tmp_path / "built"), trained["scratch"], accuracy=0.6, seed=0, label_budget=None)
    shutil.copytree(built.path, models / "scratch-seed0")
    (models.parent / "ladder.json").write_text(ladder(built.key), encoding="utf-8")
    return models


def test_a_measured_model_has_the_scores_of_all_its_seeds(
    home: Home, shipped: Path, trained: dict[str, Artifact]
) -> None:
    catalog = Catalog(home, shipped)
    assert catalog.resolve("scratch").over_seeds == SeedScores(0.76, 0.005, 2, 0.74, 0.78)
    assert catalog.resolve("scratch:seed0").over_seeds is None, "one model speaks for itself"
    add(Store(home.store), trained["scratch"], accuracy=1.0, seed=5, label_budget=None)
    catalog.scan()
    better = catalog.resolve("scratch")
    assert better.source == "trained"
    assert better.over_seeds is None, "the ladder did not measure it"


@pytest.mark.parametrize("text", ["", "[]", ladder("another"), ladder("another", sd=None)])
def test_a_ladder_that_says_nothing_of_it_leaves_the_models_own_score(home: Home, shipped: Path, text: str) -> None:
    (shipped.parent / "ladder.json").write_text(text, encoding="utf-8")
    entry = Catalog(home, shipped).resolve("scratch")
    assert entry.over_seeds is None
    assert entry.accuracy is not None
