"""A transformer that reads masked words: what it keeps, that it learns, that it goes on after a stop, who uses it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
import torch

from core.catalog.language_models import MASKED_KIND
from core.catalog.model_info import EncoderName
from core.catalog.models import Catalog, ModelError
from core.data.batches import pad
from core.data.corpora import DataError
from core.finetuning import train
from core.jobs import MaskedJob
from core.pretrained import classifier, encoder, masked_encoder
from core.pretrained.encoder import NoEncoder
from core.pretraining import masked_language_model, probe
from core.runs.logger import RunLogger, Stopped
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from core.words.word_models import WordModels
from tests.core.conftest import EVERY_STEP, Events, tiny_encoder, tiny_job, work, write_reviews


@pytest.fixture(autouse=True)
def _probed_on_the_reviews(reviews: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "TASK", str(reviews))


def job(reviews: Path, **settings: Any) -> MaskedJob:
    small: dict[str, Any] = {"steps": 60, "batch_size": 8, "length": 12, "learning_rate": 3e-3, "threads": 1}
    small |= {"tuned_layers": 1, "dropped_layers": 0}
    return MaskedJob(data=str(reviews), text_column="text", encoder=str(tiny_encoder()), **{**small, **settings})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("masked") / "store")


@pytest.fixture(scope="module")
def read(home: Store, reviews: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Artifact, Events]:
    """The tiny transformer after 60 steps, and what was said meanwhile."""
    events = Events()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe, "TASK", str(reviews))
        run = tmp_path_factory.mktemp("run")
        artifact = work(masked_language_model.pretrain, job(reviews), run, home, RunLogger(events))
    return artifact, events


def test_passages_longer_than_the_transformer_reads_are_refused_before_any_text_is_spelled(
    reviews: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    with pytest.raises(NoEncoder, match="reads no 9,999 pieces at once"):
        work(masked_language_model.pretrain, job(reviews, length=9_999), tmp_path, store, RunLogger(Events()))
    assert store.all() == []


def test_models_are_measured_alike_whatever_they_were_trained_with(
    read: tuple[Artifact, Events], tmp_path: Path
) -> None:
    place = tmp_path / "model"
    shutil.copytree(read[0].path, place)
    info = json.loads((place / "mlm.json").read_text(encoding="utf-8"))
    measured = masked_language_model.scores(place)["held-out"]
    info["job"] |= {"share": 0.05, "length": 40, "batch_size": 3}
    (place / "mlm.json").write_text(json.dumps(info), encoding="utf-8")
    assert masked_language_model.scores(place)["held-out"] == measured


def test_it_learns_to_guess_and_says_how_well(read: tuple[Artifact, Events]) -> None:
    _, events = read
    (start,) = events.kinds("start")
    assert start["total"] == 60
    evaluations, probes = events.kinds("eval"), events.kinds("probe")
    assert len(evaluations) == len(probes) >= 5
    assert evaluations[-1]["final"]
    assert evaluations[-2]["perplexity"] < evaluations[0]["perplexity"]
    # The last scores are those of the model as it is read back, from 4 bits a number.
    rounded, learned = (abs(evaluations[n]["loss"] - evaluations[-2]["loss"]) for n in (-1, 0))
    assert rounded < learned / 2
    assert events[-1]["kind"] == "done"
    assert events[-1]["scores"]["held-out"]["loss"] == evaluations[-1]["loss"]
    assert events[-1]["scores"]["probe"]["accuracy"] == probes[-1]["accuracy"]


def test_what_is_kept_is_how_it_differs_and_it_is_scored_as_it_is_read_back(
    read: tuple[Artifact, Events], home: Store
) -> None:
    artifact, events = read
    found = masked_encoder.find(home)
    assert found.encoder.key == artifact.key
    theirs, ours = encoder.find(str(tiny_encoder())).model().eval(), found.encoder.model().eval()
    for layer, (a, b) in enumerate(zip(theirs.encoder.layer, ours.encoder.layer, strict=True)):
        same = all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
        assert same == (layer == 0), "only the top layer learned"
    assert torch.equal(theirs.embeddings.word_embeddings.weight, ours.embeddings.word_embeddings.weight)
    assert masked_language_model.scores(artifact.path) == events[-1]["scores"]


def test_guesses_do_not_depend_on_what_is_read_beside(read: tuple[Artifact, Events], home: Store) -> None:
    assert read
    model = masked_encoder.find(home).model()
    long, short = [7, 8, 9, 10, 11, 12, 13], [20, 4, 21]
    ids, lengths = pad([long, short])
    wanted = ids == 4
    with torch.no_grad():
        beside = model.logits(ids, lengths, wanted)
        alone = model.logits(*pad([short]), pad([short])[0] == 4)
    assert beside.shape == (1, len(model.C))
    assert torch.allclose(beside, alone, atol=1e-5)


def test_read_already_it_is_found_again(
    read: tuple[Artifact, Events], home: Store, reviews: Path, tmp_path: Path
) -> None:
    events = Events()
    assert work(masked_language_model.pretrain, job(reviews), tmp_path, home, RunLogger(events)).key == read[0].key
    assert events.kinds("start") == []
    assert events[-1]["cached"]


def test_a_stop_keeps_the_checkpoint_and_going_on_ends_as_if_nothing_had_happened(
    home: Store, reviews: Path, tmp_path: Path
) -> None:
    wanted = job(reviews, steps=20, seed=1)
    events = Events()

    def desired() -> str:
        return "stopped" if any(e["kind"] == "progress" and e["step"] == 9 for e in events) else "running"

    with pytest.raises(Stopped):
        work(masked_language_model.pretrain, wanted, tmp_path / "run", home, RunLogger(events, desired, EVERY_STEP))
    assert events.kinds("checkpoint")[-1]["path"] == "00000009"
    resumed = Events()
    artifact = work(masked_language_model.pretrain, wanted, tmp_path / "run", home, RunLogger(resumed))
    assert resumed.kinds("start")[0]["step"] == 9
    assert resumed.kinds("start")[0]["resumed"]
    whole = work(masked_language_model.pretrain, wanted, tmp_path / "whole", Store(tmp_path / "s"), RunLogger(Events()))
    assert whole.key == artifact.key
    weights = [(path.path / "weights.safetensors").read_bytes() for path in (artifact, whole)]
    assert weights[0] == weights[1]


def test_a_classifier_starts_from_it_and_knows_it_again(
    read: tuple[Artifact, Events], home: Store, reviews: Path, tmp_path: Path
) -> None:
    wanted = tiny_job("bert", reviews, labels=40, epochs=1, encoder="mlm")
    training = train.prepare(wanted, home)
    assert read[0].key in training.spec.parents
    events = Events()
    work(train.train, wanted, tmp_path, home, RunLogger(events))
    artifact = home.find(events[-1]["artifact"])
    assert artifact is not None
    assert events[-1]["kind"] == "done"
    model = classifier.load(artifact.path, home)
    assert model.info.encoder == EncoderName("mlm", read[0].key)
    with pytest.raises(NoEncoder, match="not the one"):
        classifier.load(artifact.path, Store(tmp_path / "empty"))


def test_words_are_looked_up_in_it(read: tuple[Artifact, Events], home: Store, tmp_path: Path) -> None:
    def nothing(spec: str) -> NoReturn:
        raise ModelError(f"no {spec}", "")

    word_model = WordModels(home, nothing).get("mlm")
    assert word_model.hidden is not None
    text = ["the", "plot", "is", "wonderful"]
    unseen = word_model.hidden.states([text, [*text[:3], "boring"]], [[3], [3]], "layer2", "slot")
    assert np.allclose(unseen[0], unseen[1], atol=1e-5)
    assert word_model.hidden.parents("layer2") == (read[0].key,)
    catalog = Catalog(Home(home.root, tmp_path), None)
    assert catalog.transformers()[0] == "mlm"
    with pytest.raises(ModelError, match="No transformer"):
        WordModels(Store(tmp_path / "empty"), nothing).get("mlm")


def test_layers_that_are_left_out_are_counted_once() -> None:
    published = encoder.find(str(tiny_encoder()))
    without = replace(published, depth=1)
    assert [published.kept(0), published.kept(1)] == [2, 1]
    assert [without.kept(0), without.kept(1)] == [1, 1]
    with pytest.raises(NoEncoder, match="only 2 layers"):
        without.kept(2)


def test_where_nothing_was_read_yet_it_says_what_to_do(reviews: Path, tmp_path: Path) -> None:
    with pytest.raises(NoEncoder) as missing:
        train.prepare(tiny_job("bert", reviews, labels=40, encoder="mlm"), Store(tmp_path))
    assert "nlp-tui pretrain mlm" in missing.value.hint
    assert "--encoder minilm" in missing.value.hint


def test_the_best_is_the_one_that_guesses_best(tmp_path: Path) -> None:
    home = Store(tmp_path)
    for key, loss in (("a" * 64, 3.0), ("b" * 64, 2.0), ("c" * 64, 2.5)):
        folder = tmp_path / MASKED_KIND / key
        folder.mkdir(parents=True)
        start = encoder.find(str(tiny_encoder()))
        info = {"encoder": {"name": start.name, "key": start.key}, "layers": 2, "scores": {"held-out": {"loss": loss}}}
        masked_encoder.describe(folder, info)
        (folder / "manifest.json").write_text(
            json.dumps(
                {
                    "v": 1,
                    "key": key,
                    "kind": MASKED_KIND,
                    "recipe": "mlm.v1",
                    "config": {},
                    "data": "",
                    "parents": [],
                    "files": {},
                    "versions": {},
                    "cpu": "",
                    "seconds": 0.0,
                    "created": 0.0,
                }
            ),
            encoding="utf-8",
        )
    assert masked_encoder.find(home).encoder.key == "b" * 64
    assert masked_encoder.find(home, "mlm:c").encoder.key == "c" * 64
    with pytest.raises(NoEncoder, match="starting 'd'"):
        masked_encoder.find(home, "mlm:d")


def test_too_little_text_is_said_plainly(home: Store, tmp_path: Path) -> None:
    few = write_reviews(tmp_path / "few.csv", 4)
    with pytest.raises(DataError, match="too little text"):
        work(masked_language_model.pretrain, job(few), tmp_path, home, RunLogger(Events()))


def test_an_encoder_without_a_mask_is_refused_before_anything_is_read(
    home: Store, reviews: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.wordpieces.WordPieces.mask", None)
    with pytest.raises(NoEncoder, match="MASK"):
        work(masked_language_model.pretrain, job(reviews), tmp_path, home, RunLogger(Events()))
    with pytest.raises(NoEncoder, match="Drop fewer"):
        work(masked_language_model.pretrain, job(reviews, dropped_layers=2), tmp_path, home, RunLogger(Events()))


def test_the_command_of_a_job_is_read_back_as_the_job(reviews: Path) -> None:
    from core.cli.arguments import jobs, parse
    from core.jobs import command

    assert command(MaskedJob()) == "nlp-tui pretrain mlm"
    wanted = job(reviews)
    assert jobs(parse(command(wanted).split()[1:])) == [wanted]
