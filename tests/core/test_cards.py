"""Cards: the shipped ones are what verify recomputes; a wrong number or a changed file is caught."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.catalog.models import Catalog
from core.data.corpora import load_task
from core.evaluation import intrinsic
from core.release import cards, verify
from core.service.session import Session
from core.storage.paths import ASSETS, Home
from core.storage.store import Artifact, StoreError


@pytest.fixture
def shipped(
    trained: dict[str, Artifact], tiny_vectors: Artifact, reviews: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An assets folder with a tiny model, tiny vectors, and their cards."""
    task = load_task(str(reviews))
    monkeypatch.setattr(cards, "load_task", lambda _: task)
    models = tmp_path / "models"
    shutil.copytree(trained["scratch"].path, models / "scratch-seed0")
    shutil.copytree(tiny_vectors.path, models / "word2vec-vectors")
    (tmp_path / "cards").mkdir()
    for name, card in (
        ("scratch", cards.era_card("scratch", models, [trained["scratch"]])),
        ("word2vec-vectors", cards.vectors_card(tiny_vectors, "word2vec")),
    ):
        (tmp_path / "cards" / f"{name}.json").write_text(json.dumps(card), encoding="utf-8")
    return tmp_path


def checked(root: Path) -> dict[str, bool]:
    return {name: agrees for name, _, _, agrees in verify.verify(root / "models", root / "cards")}


def test_every_score_on_a_card_is_recomputed_from_the_shipped_weights(shipped: Path) -> None:
    checks = checked(shipped)
    assert all(checks.values()), checks
    for name in (
        "scratch: test mean",
        "scratch: test seeds 0",
        "scratch: validation loss",
        "scratch: test interval[1]",
    ):
        assert name in checks
    assert any("wordsim353 covered" in name for name in checks)


def test_a_number_nobody_measured_is_caught(shipped: Path) -> None:
    path = shipped / "cards" / "scratch.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["scores"]["test"]["mean"] -= 0.02
    path.write_text(json.dumps(card), encoding="utf-8")
    assert [name for name, agrees in checked(shipped).items() if not agrees] == ["scratch: test mean"]


def test_a_changed_weight_file_is_caught(shipped: Path) -> None:
    path = shipped / "models" / "scratch-seed0" / "weights.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match=r"weights\.safetensors"):
        checked(shipped)


def test_a_missing_model_is_caught(shipped: Path) -> None:
    shutil.rmtree(shipped / "models" / "word2vec-vectors")
    with pytest.raises(cards.CardError, match="word2vec-vectors"):
        checked(shipped)


def test_the_interval_holds_the_mean_and_narrows_with_more_texts() -> None:
    def measured(n: int) -> list[cards.SeedScore]:
        rng = np.random.default_rng(1)
        rows = [rng.random(n) < 0.8 for _ in range(3)]
        return [cards.SeedScore(float(row.mean()), 0.5, row) for row in rows]

    few, many = cards.summary(measured(100)), cards.summary(measured(10_000))
    for result in (few, many):
        assert result["interval"][0] < result["mean"] < result["interval"][1]
    assert many["interval"][1] - many["interval"][0] < (few["interval"][1] - few["interval"][0]) / 5


def test_the_shipped_cards_meet_what_they_are_for_and_name_no_machine() -> None:
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ASSETS / "cards").glob("*.json")}
    assert {"scratch", "word2vec", "word2vec-vectors"} <= set(found)
    assert found["scratch"]["scores"]["test"]["mean"] >= 0.75
    assert found["word2vec"]["scores"]["test"]["mean"] > found["scratch"]["scores"]["test"]["mean"]
    assert {"glove", "elmo", "ulmfit", "bert", "tfidf", "average"} <= set(found)
    assert all("typed" in card["scores"] for card in found.values() if "era" in card)
    # README's pictures are in the repository and in no package.
    ships = [path for path in ASSETS.rglob("*") if path.is_file() and ASSETS / "pictures" not in path.parents]
    assert sum(path.stat().st_size for path in ships) < 45e6


def test_without_the_extra_only_its_own_card_disagrees_and_says_why(
    shipped: Path, trained: dict[str, Artifact], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "bert" not in trained:
        pytest.skip("the extra is not installed")
    shutil.copytree(trained["bert"].path, shipped / "models" / "bert-seed0")
    card = cards.era_card("bert", shipped / "models", [trained["bert"]])
    assert "Apache-2.0" in card["sources"]
    (shipped / "cards" / "bert.json").write_text(json.dumps(card), encoding="utf-8")
    assert all(checked(shipped).values())
    monkeypatch.setattr("core.pretrained.encoder.has_transformers", lambda: False)
    checks = checked(shipped)
    (said,) = (name for name, agrees in checks.items() if not agrees)
    assert said.startswith("bert: ")
    assert "pip install 'nlp-tui[bert]'" in said


def test_what_vectors_are_worth_is_read_from_its_card_while_they_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(Catalog(Home(store=tmp_path / "store", runs=tmp_path / "runs")))
    word_models = session.word_models
    path = tmp_path / "intrinsic.json"
    made = intrinsic.make_card(word_models, ["vectors:word2vec"], lambda _: None)
    path.write_text(json.dumps(made), encoding="utf-8")
    checks = {name: agrees for name, _, _, agrees in verify.verify_intrinsic(card=path)}
    assert all(checks.values())
    assert "intrinsic vectors:word2vec: similarity wordsim353 spearman" in checks
    monkeypatch.setattr(intrinsic, "of_words", lambda _: pytest.fail("nothing is measured again"))
    found = intrinsic.measure(word_models, "vectors:word2vec", card=path)
    assert found == {"model": "vectors:word2vec", **{part: made["models"][0][part] for part in intrinsic.PARTS}}
    monkeypatch.undo()
    made["models"][0]["analogies"]["family"]["accuracy"] += 0.01
    path.write_text(json.dumps(made), encoding="utf-8")
    wrong = [name for name, _, _, agrees in verify.verify_intrinsic(card=path) if not agrees]
    assert wrong == ["intrinsic vectors:word2vec: analogies family accuracy"]
    made["models"][0]["keys"] = {"C": "another"}
    path.write_text(json.dumps(made), encoding="utf-8")
    ((said, _, _, agrees),) = verify.verify_intrinsic(card=path)
    assert not agrees
    assert "not the one that was measured" in said
    assert intrinsic.carded(tmp_path / "none.json") == []


def test_the_shipped_intrinsic_card_is_about_what_ships() -> None:
    said = {model["model"]: model for model in intrinsic.carded()}
    assert {"vectors:word2vec", "word2vec", "elmo", "ulmfit", "lm", "bert", "minilm"} <= set(said)
    for name in ("scratch", "word2vec", "glove", "elmo", "ulmfit", "bert"):
        key = json.loads((ASSETS / "models" / f"{name}-seed0" / "manifest.json").read_text(encoding="utf-8"))["key"]
        assert said[name]["keys"]["classifier"] == key, "measure it again: python -P -m core.release intrinsic"
    for model in said.values():
        assert model["analogies"]["all"]["covered"] > 1_000
        assert all(0.4 < score["mean"] < 1 and score["pairs"] >= 40 for score in model["pseudowords"].values())
