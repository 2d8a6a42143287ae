"""`train --unlabeled`: what the eras start from reads the text, what that bought is said, then they are trained."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from core import worker
from core.cli import main, own_text
from core.finetuning.adapting import OwnText, list_adaptations, start_from
from core.finetuning.prepare import prepare
from core.jobs import GloveJob, Job, LanguageModelJob, MaskedJob, PretrainJob
from core.machine.extras import has_transformers
from core.pretraining import probe
from core.runs import RunDirectory, list_runs
from core.storage.artifact import Artifact
from core.storage.paths import Home
from core.storage.store import Store
from tests.core.conftest import Shelf, tiny_job, write_reviews
from tests.core.test_cli_runs import records


def work_here(run: RunDirectory) -> None:
    worker.main([str(run.path)])
    (run.path / "worker.json").unlink()  # this process lives on


@pytest.fixture
def home(
    shelf: Shelf,
    tiny_language_models: dict[str, Artifact],
    tiny_glove: Artifact,
    reviews: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Home:
    """A home with the tiny pretrained things, whose runs are done in this process, one after the other."""
    assert tiny_language_models
    assert tiny_glove
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(probe, "TASK", str(reviews))
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setattr(torch, "set_flush_denormal", lambda _: True)
    monkeypatch.setattr("core.runs.lifecycle.launch", work_here)
    home = Home.locate()
    shelf.fill(Store(home.store))
    return home


def typed(labelled: Path, dump: Path, *more: str) -> list[str]:
    tiny = ["--dimension", "8", "--hidden", "12", "--epochs", "2"]
    return ["train", "--data", str(labelled), "--unlabeled", str(dump), *tiny, *more]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    return write_reviews(tmp_path / "tickets.csv", 60, seed=5)


@pytest.fixture
def dump(tmp_path: Path, reviews: Path) -> Path:
    rows = reviews.read_text("utf-8").splitlines()[1:400]
    (path := tmp_path / "all.txt").write_text("\n".join(f"the gizmo , {row.rpartition(',')[0]}" for row in rows))
    return path


def test_parts_read_first_then_the_eras_are_trained_over_them(
    home: Home, labelled: Path, dump: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed(labelled, dump, "--era", "scratch,word2vec,ulmfit", "--json")) == 0
    shown = capsys.readouterr()
    done = [event for event in records(shown.out) if event.get("kind") == "done"]
    vectors, forward, backward, *classifiers = done
    assert forward["scores"]["held-out before"]["n"] == forward["scores"]["held-out"]["n"]
    assert not any(event["cached"] for event in done)
    assert "scratch starts from nothing and reads no text without labels" in shown.err
    assert any(event["kind"] == "forgotten" for event in records(shown.out)), "of what was left out nothing is missed"
    assert f"on {forward['scores']['held-out']['n']:,.0f} held-out words" in shown.err
    store = Store(home.store)
    parents = [set(found.manifest["parents"]) for event in classifiers if (found := store.find(event["artifact"]))]
    assert parents == [set(), {vectors["artifact"]}, {forward["artifact"], backward["artifact"]}]

    # Called again, what has been read is found, and so are the models: their jobs name the very same parts.
    assert main(typed(labelled, dump, "--era", "ulmfit", "--json")) == 0
    again = [event for event in records(capsys.readouterr().out) if event.get("kind") == "done"]
    assert [event["cached"] for event in again] == [True, True, True]
    assert again[-1]["artifact"] == classifiers[-1]["artifact"]


def test_a_stop_while_the_text_is_read_trains_nothing(
    home: Home, labelled: Path, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[Job]] = []

    def stopped(jobs: Sequence[Job], _: object) -> int:
        asked.append(jobs)
        return 130

    monkeypatch.setattr(own_text, "start_jobs", stopped)
    assert main(typed(labelled, dump, "--era", "word2vec")) == 130
    assert [type(job) for jobs in asked for job in jobs] == [PretrainJob]


def test_what_is_wrong_with_the_text_is_said_and_nothing_is_trained(
    home: Home, labelled: Path, dump: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed(labelled, tmp_path / "nowhere.txt", "--era", "word2vec")) == 1
    assert "nowhere.txt" in capsys.readouterr().err
    dump.write_text("one line\n")
    assert main(typed(labelled, dump, "--era", "word2vec")) == 1
    assert "too little text to learn word vectors from" in capsys.readouterr().err
    assert main(typed(labelled, Path(f"{dump}?column=body"), "--era", "word2vec")) == 1
    assert "'column'" in capsys.readouterr().err
    assert main(typed(labelled, dump, "--era", "word2vec", "--detach")) == 2
    assert "--unlabeled and --detach" in capsys.readouterr().err
    assert list_runs() == []


@pytest.mark.parametrize(
    ("era", "kinds"),
    [
        ("scratch", []),
        ("tfidf", []),
        ("scratch-matched", []),
        ("average", [PretrainJob]),
        ("glove", [GloveJob]),
        ("random-lm", [PretrainJob]),
        ("elmo", [PretrainJob, LanguageModelJob, LanguageModelJob]),
        ("ulmfit", [LanguageModelJob, LanguageModelJob]),
        ("prompt", [LanguageModelJob, LanguageModelJob]),
    ],
)
def test_each_era_has_its_own_parts_go_on(
    era: str, kinds: list[type[Job]], home: Home, labelled: Path, dump: Path
) -> None:
    store, job = Store(home.store), tiny_job(era, labelled, label_column="label")
    training = prepare(job, store)
    found = list_adaptations(training, OwnText.beside(job, f"{dump}?encoding=utf-8"), store)
    assert [type(each) for each in found.values()] == kinds
    for each in found.values():
        assert (each.data, each.encoding) == (str(dump), "utf-8")
        assert each.leave_out == f"{labelled}?label=label"
        assert each.goes_on
    over = start_from(job, {part: f"{number}" * 64 for number, part in enumerate(found)})
    assert (over == job) == (not kinds)
    assert (over.language_model is not None) == any(kind is LanguageModelJob for kind in kinds)
    assert (over.vectors is not None) == any(kind in (PretrainJob, GloveJob) for kind in kinds)


@pytest.mark.skipif(not has_transformers(), reason="needs the extra")
def test_transformers_go_on_from_the_one_that_has_guessed_masked_words(
    home: Home, labelled: Path, dump: Path, tiny_masked: Artifact, shelf: Shelf
) -> None:
    store = Store(home.store)
    shelf.fill(store)
    kinds: list[dict[str, Any]] = [{"era": "bert"}, {"era": "prompt", "asks": "mlm", "labels": 0, "template": None}]
    for settings in kinds:
        job = tiny_job(data=labelled, **{"answers": "negative=dull positive=warm", **settings})
        training = prepare(job, store)
        (part, found), *rest = list_adaptations(training, OwnText.beside(job, str(dump)), store).items()
        assert not rest
        assert isinstance(found, MaskedJob)
        assert tiny_masked.key.startswith(found.goes_on or "-")
        assert prepare(start_from(job, {part: tiny_masked.key}), store).encoder is not None
        assert start_from(job, {part: tiny_masked.key}).encoder == f"mlm:{tiny_masked.key[:12]}"
