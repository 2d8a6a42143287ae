"""Pretraining a language model: what it keeps, what it says while it works, a stop that can be gone on from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

from core.data.corpora import DataError, Unlabelled
from core.data.vocabulary import Vocabulary
from core.jobs import LanguageModelJob
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.models.logistic_regression import fit
from core.pretrained import language_model as frozen
from core.pretrained import vectors
from core.pretraining import corpus, language_model, probe
from core.pretraining.language_model_scores import score_held_out
from core.runs.logger import RunLogger, Stopped
from core.storage.store import Artifact, Store
from tests.core.conftest import EVERY_STEP, Events, work, write_reviews


@pytest.fixture(autouse=True)
def _probed_on_the_reviews(reviews: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TASK", str(reviews))


def job(reviews: Path, **settings: Any) -> LanguageModelJob:
    small: dict[str, Any] = {"dimension": 8, "hidden": 12, "epochs": 1, "batch_size": 4, "bptt": 8, "negatives": 20}
    return LanguageModelJob(data=str(reviews), text_column="text", vocabulary=60, **{**small, **settings})


@pytest.fixture(scope="module")
def pretrained(
    store: Store, reviews: Path, tiny_vectors: Artifact, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Artifact, Events]:
    """A tiny forward model that starts from word2vec, and what was said while it was made."""
    assert tiny_vectors
    events = Events()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "TASK", str(reviews))
        artifact = work(language_model.pretrain, job(reviews), tmp_path_factory.mktemp("run"), store, RunLogger(events))
    return artifact, events


def test_the_artifact_says_what_it_is_and_where_it_comes_from(
    pretrained: tuple[Artifact, Events], store: Store, tiny_vectors: Artifact
) -> None:
    artifact, events = pretrained
    found = frozen.load(artifact.path)
    assert artifact.manifest["recipe"] == "lm.v1"
    (text, start) = artifact.manifest["parents"]
    assert start == tiny_vectors.key == found.info["start"]["vectors"]
    parent = store.find(text)
    assert parent is not None
    assert found.vocabulary.digest == corpus.load(parent).vocabulary.digest
    assert found.info["start"]["rows"] > 30
    assert found.info["direction"] == "forward"
    assert found.info["shapes"] == {"C": [len(found.vocabulary), 8], "W_e": [48, 8], "W_h": [48, 12]}
    scores = found.info["scores"]
    assert 1 < scores["held-out"]["perplexity"] < len(found.vocabulary)
    assert 0 <= scores["held-out"]["unknown"] < 1
    assert 0 < scores["probe"]["accuracy"] <= 1
    assert events[-1]["kind"] == "done"
    assert events[-1]["scores"] == scores
    assert not events[-1]["cached"]


def test_it_says_how_far_it_is_how_good_and_what_its_states_are_worth(pretrained: tuple[Artifact, Events]) -> None:
    _, events = pretrained
    (start,) = events.kinds("start")
    progress = [event for event in events.kinds("progress") if event["phase"] == "train"]
    assert progress
    assert progress[-1]["total"] == start["total"] == start["steps_per_epoch"]
    evaluations, probes = events.kinds("eval"), events.kinds("probe")
    assert len(evaluations) == len(probes) >= 5
    assert [event["split"] for event in evaluations] == ["held-out"] * len(evaluations)
    assert evaluations[-1]["final"]
    assert evaluations[-1]["perplexity"] < evaluations[0]["perplexity"]
    # The final scores are those of the model as it is read back, from 8 bits a number.
    rounded, learned = (abs(evaluations[n]["loss"] - evaluations[-2]["loss"]) for n in (-1, 0))
    assert 0 < rounded < learned / 2
    # The test split of the task is nobody's business here.
    assert all(event["n"] == probes[0]["n"] for event in probes)


def test_trained_already_it_is_found_again(
    pretrained: tuple[Artifact, Events], store: Store, reviews: Path, tmp_path: Path
) -> None:
    events = Events()
    assert work(language_model.pretrain, job(reviews), tmp_path, store, RunLogger(events)).key == pretrained[0].key
    assert events.kinds("start") == []
    assert events[-1]["cached"]
    assert events[-1]["scores"] == pretrained[1][-1]["scores"]


def test_c_starts_from_word2vec_or_at_random(reviews: Path, store: Store, tiny_vectors: Artifact) -> None:
    table = vectors.load(tiny_vectors.path)
    model, rows = language_model.initialise(job(reviews), table.vocabulary, tiny_vectors)
    assert rows == len(table.vocabulary) - 2
    assert torch.equal(model.C[2:].detach(), torch.from_numpy(table.matrix)[2:])
    assert model.C[0].any(), "the boundary has a vector to learn"
    model, rows = language_model.initialise(job(reviews, start="random"), table.vocabulary, None)
    assert rows == 0
    assert not torch.equal(model.C[2:].detach(), torch.from_numpy(table.matrix)[2:])


def test_without_vectors_it_says_how_to_get_them(store: Store, reviews: Path, tmp_path: Path) -> None:
    with pytest.raises(vectors.NoVectors) as missing:
        work(language_model.pretrain, job(reviews, dimension=7), tmp_path, store, RunLogger(Events()))
    assert "nlp-tui pretrain word2vec --dimension 7" in missing.value.hint


def test_too_little_text_is_said_plainly(store: Store, reviews: Path, tmp_path: Path) -> None:
    few = write_reviews(tmp_path / "few.csv", 8)
    with pytest.raises(DataError, match="too little text"):
        work(language_model.pretrain, job(few, start="random"), tmp_path, store, RunLogger(Events()))


@pytest.mark.slow
def test_a_stop_keeps_the_checkpoint_and_going_on_ends_as_if_nothing_had_happened(
    store: Store, reviews: Path, tmp_path: Path
) -> None:
    wanted = job(reviews, direction="backward", start="random")
    events = Events()

    def desired() -> str:
        return "stopped" if any(e["kind"] == "progress" and e["step"] == 9 for e in events) else "running"

    before = {artifact.key for artifact in store.all("language_model")}
    with pytest.raises(Stopped):
        work(language_model.pretrain, wanted, tmp_path / "run", store, RunLogger(events, desired, EVERY_STEP))
    assert {artifact.key for artifact in store.all("language_model")} == before
    assert events.kinds("checkpoint")[-1]["path"] == "00000009"

    resumed = Events()
    artifact = work(language_model.pretrain, wanted, tmp_path / "run", store, RunLogger(resumed))
    assert resumed.kinds("start")[0]["step"] == 9
    assert resumed.kinds("start")[0]["resumed"]
    elsewhere = Store(tmp_path / "store")
    whole = work(language_model.pretrain, wanted, tmp_path / "whole", elsewhere, RunLogger(Events()))
    assert whole.key == artifact.key
    weights = [(path.path / "weights.safetensors").read_bytes() for path in (artifact, whole)]
    assert weights[0] == weights[1]
    found = frozen.load(artifact.path)
    assert found.backward
    assert found.states([[5, 6, 7]])[0].shape == (1, 3, 12)


def test_a_probe_finds_what_is_in_the_states_and_its_draw_is_seeded() -> None:
    torch.manual_seed(0)
    features = torch.randn(300, 20)
    labels = (features[:, 3] > 0).long()
    weights, bias = fit(features[:200], labels[:200], 2, probe.WEIGHT_DECAY)
    right = (features[200:] @ weights.t() + bias).argmax(dim=1) == labels[200:]
    assert right.float().mean() > 0.9
    again = fit(features[:200], labels[:200], 2, probe.WEIGHT_DECAY)
    assert torch.equal(weights, again[0])


def test_what_is_held_out_of_each_text_is_scored_by_itself_too() -> None:
    vocabulary = Vocabulary.from_counts(Counter(a=3, b=2), size=9, min_count=1)
    model = LanguageModel(LanguageModelConfig(len(vocabulary), 4, 4))
    parts = (Unlabelled("left", ["a b"], ["a a b"]), Unlabelled("right", ["b"], ["b b"]), Unlabelled("none", ["b"], []))
    joined = Unlabelled("all", ["a b", "b"], ["a a b", "b b"], parts=parts)
    found = score_held_out(model, joined, vocabulary, backward=False)
    assert {name: scores["n"] for name, scores in found.items()} == {
        "held-out": 5,
        "held-out left": 3,
        "held-out right": 2,
    }
    assert set(score_held_out(model, parts[0], vocabulary, backward=False)) == {"held-out"}
