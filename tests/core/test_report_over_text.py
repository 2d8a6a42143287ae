"""A report over a person's text without labels: second rows, what they have more than the first, and that said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.appraisal.html import to_html
from core.appraisal.make import _commands, make_report
from core.appraisal.markdown import to_markdown
from core.appraisal.own_text import TextReader
from core.appraisal.second_rows import MARK, era_of
from core.data.corpora import load_task
from core.errors import UserError
from core.finetuning.adapting import OwnText
from core.jobs import ReportJob, TrainJob, command
from core.pretraining import word2vec
from core.runs.logger import RunLogger, Stopped
from core.storage.paths import ASSETS
from core.storage.store import Store
from tests.core.conftest import EVERY_STEP, Events, write_reviews


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", shipped=ASSETS / "models")


@pytest.fixture
def asked(tmp_path: Path) -> ReportJob:
    data = write_reviews(tmp_path / "tickets.csv", 24, seed=5)
    lines = [f"the gizmo is {word} ." for word in ("dull", "warm", "cold", "clever") for _ in range(10)]
    (tmp_path / "all.txt").write_text("\n".join(f"{line} {number}" for number, line in enumerate(lines)))
    return ReportJob(data=str(data), eras="average", repeats=1, fewer=False, unlabeled=str(tmp_path / "all.txt"))


def test_an_era_with_parts_that_read_has_a_second_row_and_the_difference_is_said(
    asked: ReportJob, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[Any]()
    before = word2vec._train

    def counted(job: Any, *rest: Any) -> None:
        read.append(job)
        before(job, *rest)

    monkeypatch.setattr(word2vec, "_train", counted)
    told = list[str]()
    report = make_report(asked, store, lambda what, *_: told.append(what))
    assert {row["era"] for row in report["table"]} == {"average", f"average{MARK}"}
    (gain,) = report["own_text"]["gains"]
    rows = {row["era"]: row for row in report["table"]}
    assert gain["era"] == "average"
    assert gain["mean"] == pytest.approx(rows[f"average{MARK}"]["mean"] - rows["average"]["mean"])
    assert gain["low"] <= gain["mean"] <= gain["high"]
    assert gain["certain"] == (gain["low"] > 0 or gain["high"] < 0)
    assert any("no document" in note and "24 texts of tickets.csv" in note for note in report["own_text"]["notes"])
    assert len(read) == 1, "five folds stand over one reading"
    assert any(what.startswith(f"average{MARK}, fold 1 of 5 · word2vec vectors") for what in told)
    assert not (store.root / ".reading").exists() or not list((store.root / ".reading").iterdir())
    for text in (to_markdown(report), to_html(report)):
        assert "What your text without labels bought" in text
        assert "points" in text
        if not gain["certain"]:
            assert "within the noise" in text
    assert report["commands"][0] == f"{command(asked)} -o report.html"

    again = make_report(asked, store, lambda *_: None)
    assert len(read) == 1, "and so does the next report"
    assert again["own_text"]["gains"] == report["own_text"]["gains"]
    plain = make_report(replace(asked, unlabeled=None), store, lambda *_: None)
    assert "own_text" not in plain
    assert "without labels bought" not in to_markdown(plain)


def test_a_text_that_cannot_be_read_leaves_the_second_rows_out_with_the_reason(
    asked: ReportJob, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "all.txt").write_text("one line\n")
    report = make_report(asked, store, lambda *_: None)
    assert {row["era"] for row in report["table"]} == {"average"}
    assert "own_text" in report
    assert "too little text" in report["left_out"][f"average{MARK}"]


def test_stopped_while_the_text_is_read_it_says_so_and_keeps_the_checkpoints_place(
    asked: ReportJob, store: Store
) -> None:
    job = TrainJob.of("average", data=asked.data)
    reader = TextReader(OwnText.beside(job, str(asked.unlabeled)), load_task(asked.data), store)
    assert not reader.reads(TrainJob.of("tfidf", data=asked.data)), "counts have read nothing"
    with pytest.raises(Stopped):
        reader.over(job, lambda *_: None, RunLogger(Events(), lambda: "stopped", EVERY_STEP))
    (folder,) = (store.root / ".reading").iterdir()
    assert folder.is_dir()
    assert reader.over(job, lambda *_: None, RunLogger(Events())).vectors
    assert not list((store.root / ".reading").iterdir())


def test_a_second_row_is_trained_for_use_with_the_same_text(asked: ReportJob) -> None:
    assert era_of(f"ulmfit{MARK}") == era_of("ulmfit") == "ulmfit"
    _, train, _ = _commands(asked, f"ulmfit{MARK}")
    assert train.startswith("nlp-tui train --era ulmfit --data")
    assert train.endswith(f"--unlabeled {asked.unlabeled}")
    assert "--unlabeled" not in _commands(asked, "ulmfit")[1]


def test_an_era_that_cannot_be_had_has_no_second_row_either(asked: ReportJob, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No era could be measured"):
        make_report(replace(asked, eras="average"), Store(tmp_path / "empty"), lambda *_: None)
