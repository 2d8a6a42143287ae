"""What was trained under an earlier version is found again: the keys of the store stand, whatever the code becomes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import pytest

from core.eras.table import BASELINES, ERAS
from core.finetuning.prepare import prepare
from core.jobs import TUNINGS, GloveJob, IndexJob, LanguageModelJob, MaskedJob, PretrainJob, TrainJob, Tuning
from core.machine.extras import absent
from core.pretraining import language_model, masked_language_model
from core.storage.paths import ASSETS
from core.storage.store import Spec, Store, default_store
from core.words import occurrences

MODELS = ASSETS / "models"
PRESENT = [era.id for era in (*ERAS, *BASELINES) if not absent(era)]
# Taken when the rooms had been moved and nothing else had changed; those of what ships are older, and agreed.
EARLIER: list[tuple[str, dict[str, Any], str]] = [
    ("random-lm", {}, "82856e9a83e2ee4ae274fa2bd62c3f37ff5e065adc4d69805fbc92cee2dad0a5"),
    ("scratch-matched", {}, "c93cddabc24e34fce853a8d0c0f8e38dc6216d5f0c6855a03e8a5e1694ccefc8"),
    ("scratch", {"labels": 100, "seed": 3}, "1c1633a6776f5c9f9262cf724aa10524f807f5f32eb11bb86d8a6b96a53024c7"),
    ("scratch", {"cell": "rnn", "hidden": 64}, "27d608ed3078106829549a403d8ecda8ca235174a82ca5674c2616d0162f2617"),
    ("word2vec", {"freeze_c": True}, "8a080e5e44c362cd4a3779bc61c3ee30fd78237d4301bee51fa18830fb189c60"),
    (
        "ulmfit",
        {"labels": 100, "whole_budget": True},
        "4cd84c69a8309bd885c46c731160e144c3f0213cbb7eeb8e77b0561c05d6e113",
    ),
    ("ulmfit", {"epochs": 2, "data": "imdb"}, "80f46591cfcfa074de5e397b50bf70cc5a7e76b1afd058c91170a052171393ca"),
    ("elmo", {"direction": "forward"}, "06e1bce86e9f592c91169e6a5259216ad9e64db2c5d7f20a03736c4ebdb3a6df"),
    ("prompt", {"direction": "forward"}, "fbcf15164a15b00421e5c081f8e9fda4e2c5dffaf1a3593fde6ffd487d0893b8"),
    (
        "average",
        {"labels": 0, "teacher": "prompt"},
        "4638162903ff502321c83ecb26c0ebff49a781ebd3acee854b9d4389e2aa3456",
    ),
    ("tfidf", {"labels": 20}, "411ee4f41f054d22cedeffc54e87bad3282b05ba64666c26b4380cb899d4aa84"),
    ("average", {"labels": 20, "seed": 1}, "48395a08076529bb5e2ff049bca477dfea5a35aaeda1811198b10fdc2c208f62"),
]


LANGUAGE_MODELS = [
    ("lm-forward", "lm.json", LanguageModelJob, language_model.ELSEWHERE),
    ("lm-backward", "lm.json", LanguageModelJob, language_model.ELSEWHERE),
    ("mlm", "mlm.json", MaskedJob, masked_language_model.ELSEWHERE),
]


def manifest(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MODELS / name / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("era", PRESENT)
def test_an_eras_recommended_job_finds_the_model_that_ships(era: str) -> None:
    assert prepare(TrainJob.of(era), default_store()).spec.key == manifest(f"{era}-seed0")["key"]


@pytest.mark.parametrize(("era", "settings", "key"), EARLIER)
def test_other_jobs_have_the_keys_that_they_always_had(era: str, settings: dict[str, Any], key: str) -> None:
    assert prepare(TrainJob.of(era, **settings), default_store()).spec.key == key


def test_the_papers_recipe_is_kept_as_the_options_that_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    job = TrainJob.of("ulmfit", recipe="paper")
    assert prepare(job, default_store()).spec.key == "5191cbf8fee47ed7785a1659a709f7e00a86933084c00700258874813cf54353"
    # What an earlier version made of `--unfreeze 0.1 --discrimination 0.4`.
    monkeypatch.setitem(TUNINGS, "paper", Tuning(unfreeze=0.1, discrimination=0.4))
    assert prepare(job, default_store()).spec.key == "042a9e5338398995f24465f93b457afa6081d6db4af603a1fc49b5a288114837"


@pytest.mark.parametrize(
    ("job", "key"),
    [
        (IndexJob("lm", data="rotten_tomatoes"), "7c5671a15895452f90d0073fce7fad84c97d204a3a2f4b5addcd250548406626"),
        (
            IndexJob("lm", data="imdb", unlabelled="none", occurrences=5_000),
            "f8a7b94e1d0cbb0935bade8ea9af815afaba1076bead89fe9160be5cf4d7f8f0",
        ),
    ],
)
def test_indexes_without_a_corpus_of_their_own_stand_over_the_tables_they_always_had(job: IndexJob, key: str) -> None:
    class Keys(Store):
        """Says only which artifact is asked for."""

        def get_or_build(self, spec: Spec, *_: object) -> NoReturn:
            raise KeyError(spec.key)

    with pytest.raises(KeyError, match=key):
        occurrences.build(job, Keys(Path("none")), lambda: None)


@pytest.mark.parametrize(("name", "job"), [("word2vec-vectors", PretrainJob()), ("glove-vectors", GloveJob())])
def test_vectors_are_what_their_job_says(name: str, job: PretrainJob | GloveJob) -> None:
    assert job.settings == manifest(name)["config"]


@pytest.mark.parametrize(("name", "file", "kind", "elsewhere"), LANGUAGE_MODELS)
def test_language_models_are_what_their_job_says(name: str, file: str, kind: Any, elsewhere: frozenset[str]) -> None:
    job = kind(**json.loads((MODELS / name / file).read_text(encoding="utf-8"))["job"])
    config = {field: value for field, value in asdict(job).items() if field not in elsewhere}
    assert config == manifest(name)["config"]


def test_every_shipped_artifact_gives_its_key_and_is_whole() -> None:
    for folder in sorted(MODELS.iterdir()):
        artifact = default_store().find(manifest(folder.name)["key"])
        assert artifact is not None, folder.name
        artifact.verify()
