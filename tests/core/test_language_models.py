"""What the app learns of language models from their JSON alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.catalog.language_models import LanguageModelEntry, beneath, directions, read
from core.catalog.model_info import Mix
from core.catalog.models import ModelEntry
from core.storage.store import Spec, Store
from tests.core.conftest import described

SIZES = {"hidden": 512, "layers": 2, "dimension": 128, "vocabulary": 20_000, "dropout": 0.2}
DESCRIBED = {
    "direction": "forward",
    "config": SIZES,
    "scores": {"held-out": {"perplexity": 98.2, "n": 9}, "probe": {"accuracy": 0.74}},
}


def stored(store: Store, info: dict[str, Any], kind: str = "language_model") -> str:
    def write(folder: Path) -> None:
        (folder / "lm.json").write_text(json.dumps(info), "utf-8")

    return store.get_or_build(Spec(kind, "test.v1", {"of": json.dumps(info)}), write).key


def test_a_language_model_is_told_from_its_json(tmp_path: Path) -> None:
    (tmp_path / "lm.json").write_text(json.dumps(DESCRIBED), "utf-8")
    assert read(tmp_path) == LanguageModelEntry("forward", 512, 2, 128, 20_000, perplexity=98.2, probe=0.74)


@pytest.mark.parametrize(
    "broken",
    ["", "[]", "{}", json.dumps({**DESCRIBED, "direction": "[/b]"}), json.dumps({**DESCRIBED, "scores": [1]})],
)
def test_what_is_no_language_model_is_none(tmp_path: Path, broken: str) -> None:
    assert read(tmp_path) is None
    (tmp_path / "lm.json").write_text(broken, "utf-8")
    assert read(tmp_path) is None


def test_those_beneath_a_classifier_come_forward_first_and_may_be_gone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    untrained = {"direction": "backward", "config": SIZES, "untrained": True}
    backward = stored(store, untrained, "untrained_language_model")
    found = beneath(described(language_models={"backward": backward, "forward": "0" * 64}), store)
    assert [model.direction for model in found] == ["forward", "backward"]
    assert found[0] == LanguageModelEntry("forward")
    assert found[1].untrained
    assert found[1].perplexity is None
    assert beneath(described(), store) == beneath(described(language_models=[1]), store) == ()


def test_only_pretrained_ones_count_as_there(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored(store, {**DESCRIBED, "direction": "backward"}, "adapted_language_model")
    assert directions(store) == frozenset()
    stored(store, DESCRIBED)
    assert directions(store) == {"forward"}


def entry(mix: object) -> ModelEntry:
    return ModelEntry("elmo", "elmo", Path(), "trained", described(mix=mix))


def test_the_mix_of_a_classifier() -> None:
    described = {"shares": {"forward": [0.46], "backward": [0.54]}, "gamma": 1.32}
    assert entry(described).mix == Mix({"forward": (0.46,), "backward": (0.54,)}, 1.32)


@pytest.mark.parametrize(
    "mix",
    [
        *(None, 1, {}, {"gamma": 1.0}, {"gamma": None, "shares": {}}, {"gamma": 1.0, "shares": {"forward": ["x"]}}),
        *({"gamma": 1.0, "shares": {}}, {"gamma": 1.0, "shares": {"forward": []}}),
    ],
)
def test_no_usable_mix_is_none(mix: object) -> None:
    assert entry(mix).mix is None
