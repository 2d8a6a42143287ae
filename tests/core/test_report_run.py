"""A report as a run: it fills era by era, is stopped, killed and resumed, and says what cannot be in plain words."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.appraisal import folded_answers
from core.appraisal.report_run import run_report
from core.appraisal.report_runs import REPORT, ReportReader, find_report, list_reports, read_report
from core.cli.arguments import parse
from core.cli.report import job_of
from core.errors import UserError
from core.finetuning.fit import fit
from core.jobs import ReportJob, command
from core.runs import create_run
from core.runs.lifecycle import worker_command
from core.runs.logger import RunLogger, Stopped
from core.storage.paths import ASSETS, Home
from core.storage.store import Store
from tests.core import interrupted_worker
from tests.core.conftest import EVERY_STEP, Events, write_reviews
from tests.tui.fake_run import FakeRun


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    return Home.locate()


@pytest.fixture
def store(home: Home) -> Store:
    return Store(home.store, shipped=ASSETS / "models")


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was trained, in order."""
    jobs = list[Any]()

    def counted(training: Any, *rest: Any) -> Any:
        jobs.append(training.job)
        return fit(training, *rest)

    monkeypatch.setattr(folded_answers, "fit", counted)
    return jobs


def job_on(folder: Path, rows: int = 24, **changes: Any) -> ReportJob:
    asked = {"eras": "average,prompt", "repeats": 1, "fewer": False, **changes}
    return ReportJob(data=str(write_reviews(folder / "reviews.csv", rows)), **asked)


def test_it_fills_era_by_era_and_says_what_is_at_work(tmp_path: Path, store: Store, trained: list[Any]) -> None:
    said, seen = Events(), list[Any]()
    job = job_on(tmp_path, fewer=True)

    class Looking(Events):
        """Looks at the report at every event."""

        def write(self, event: Any) -> None:
            said.write(event)
            seen.append(read_report(tmp_path))

    last = run_report(job, tmp_path, store, RunLogger(Looking()))
    assert last.artifact is None
    report = read_report(tmp_path)
    assert report is not None
    assert "waiting" not in report
    assert {row["era"] for row in report["table"]} == {"average", "prompt"}
    partly = next(each for each in seen if each)
    assert [row["era"] for row in partly["table"]] == ["average"]
    assert partly["waiting"] == ["prompt"]
    assert partly["more_labels"] is None
    progress = [event for event in said.kinds("progress") if event["phase"] == "appraise"]
    assert progress[0]["what"] == "average, fold 1 of 5"
    assert any(event["what"] == "prompt, every text as it is" for event in progress)
    assert any(event["what"].startswith("average with 9 labels, fold 1 of 5") for event in progress)
    steps = [event["step"] for event in progress]
    assert steps == sorted(steps)
    assert {event["total"] for event in progress[:6]} == {16}, "five folds, one look, ten with fewer labels"
    assert all(event["eta"] >= 0 for event in progress)
    assert progress[0]["eta"] > 0
    assert [(event["era"], event["split"], event["n"]) for event in said.kinds("cell")] == [
        ("average", "cross-validation", 24),
        ("prompt", "cross-validation", 24),
    ]
    kinds = [event["kind"] for event in said]
    assert kinds.index("start") < kinds.index("checkpoint") < kinds.index("progress", 1)
    before = len(trained)
    run_report(job, tmp_path, store, RunLogger(Events()))
    assert len(trained) == before, "nothing is trained twice"


def test_stopped_it_keeps_what_is_there(tmp_path: Path, store: Store, trained: list[Any]) -> None:
    job = job_on(tmp_path, eras="average,scratch")

    def wanted() -> str:
        return "stopped" if read_report(tmp_path) else "running"

    with pytest.raises(Stopped):
        run_report(job, tmp_path, store, RunLogger(Events(), wanted, EVERY_STEP))
    report = read_report(tmp_path)
    assert report is not None
    assert [row["era"] for row in report["table"]] == ["average"]
    assert report["waiting"] == ["scratch"]
    assert {each.era for each in trained} == {"average"}


@pytest.mark.slow
def test_killed_it_goes_on_where_it_was(tmp_path: Path, home: Home, store: Store, trained: list[Any]) -> None:
    job = job_on(tmp_path, eras="average,tfidf")
    run = create_run(job, home)
    interrupted_worker.plan(run, "cell", 1, "killed")  # the first era is measured
    subprocess.run(worker_command(run.path, interrupted_worker.MODULE), cwd=run.path, check=False, timeout=120)
    assert run.status(run.latest()) == "lost"
    reader = ReportReader()
    partly = reader.read(run).report
    assert partly is not None
    (first,), (second,) = [row["era"] for row in partly["table"]], partly["waiting"]
    run_report(job, run.path, store, RunLogger(Events()))
    assert [each.era for each in trained] == [second] * 5, f"{first} is in the store"
    whole = reader.read(run).report
    assert whole is not None
    assert {row["era"]: row["texts"] for row in whole["table"]} == {"average": 24, "tfidf": 24}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "gone.csv"),
        ("text,label\na text,yes\nanother,yes\n", "only one class"),
        ("text,label\na text,yes\nanother,yes\na third,no\n", "each class needs three"),
    ],
)
def test_data_that_cannot_be_used_is_said_plainly(content: str | None, said: str, tmp_path: Path, store: Store) -> None:
    path = tmp_path / "gone.csv"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(UserError, match=said):
        run_report(ReportJob(data=str(path)), tmp_path, store, RunLogger(Events()))
    assert not (tmp_path / REPORT).exists()


def test_where_nothing_can_be_measured_each_era_says_why(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "colours.csv"
    rows = [f"a thing of kind {n},{'zzqx' if n % 2 else 'qqzv'}" for n in range(20)]
    path.write_text("\n".join(["text,label", *rows]), "utf-8")
    with pytest.raises(UserError, match="No era could be measured") as raised:
        run_report(ReportJob(data=str(path), eras="prompt"), tmp_path, store, RunLogger(Events()))
    assert "does not know the class's name" in raised.value.hint
    named = ReportJob(data=str(path), eras="prompt", answers="zzqx=good qqzv=bad")
    run_report(named, tmp_path, store, RunLogger(Events()))
    report = read_report(tmp_path)
    assert report is not None
    assert report["recommended"] == "prompt"
    assert "--answers 'zzqx=good qqzv=bad'" in report["commands"][1]


def test_of_few_rows_it_is_said_that_they_tell_nothing_apart(tmp_path: Path, store: Store) -> None:
    run_report(job_on(tmp_path, rows=20), tmp_path, store, RunLogger(Events()))
    report = read_report(tmp_path)
    assert report is not None
    assert report["measured"]["texts"] == 20
    assert "cannot be told apart" in report["advice"]


@pytest.mark.parametrize(
    "job",
    [
        ReportJob(),
        ReportJob("mine.csv", "message", "kind", "tfidf,average", 3, fewer=False, encoding="cp1252", fold_labels=True),
        ReportJob("mine.csv", answers="negative=bad positive=good"),
    ],
)
def test_the_printed_command_is_the_same_report(job: ReportJob) -> None:
    _, *typed = shlex.split(command(job))
    assert job_of(parse(typed)) == job


def test_the_reports_of_a_home_are_found_and_followed(home: Home, tmp_path: Path) -> None:
    job = job_on(tmp_path)
    assert list_reports(home) == []
    FakeRun(home, number=1)
    run = FakeRun(home, job, number=2)
    reader = ReportReader()
    assert [each.id for each in list_reports(home)] == ["000002"]
    assert reader.read(run.directory).progress == "starting…"
    run.start(total=11)
    run.say("progress", phase="appraise", what="average, fold 2 of 5", step=1, total=11, eta=125.0)
    state = reader.read(run.directory)
    assert state.living
    assert state.progress == ("average, fold 2 of 5 · 1 of 11 trainings · 2:05 left in all")
    run.fail("There is no file reviews.csv.", "Put it back.")
    state = reader.read(run.directory)
    assert (state.status, state.progress) == ("failed", "")
    assert (state.message, state.hint) == ("There is no file reviews.csv.", "Put it back.")


def test_the_same_report_is_found_again_unless_its_file_has_changed(home: Home, tmp_path: Path) -> None:
    job = job_on(tmp_path)
    run = create_run(job, home)
    found = find_report(job, home)
    assert found is not None
    assert found.id == run.id
    assert find_report(job_on(tmp_path, eras="tfidf"), home) is None
    data = Path(job.data)
    later = run.created + 60
    os.utime(data, (later, later))
    assert find_report(job, home) is None
    data.unlink()
    assert find_report(job, home) is not None, "it says itself that its file is gone"


@pytest.mark.parametrize("damaged", ["", "[1]", '{"v": 2}', "\x00", "[" * 100_000])
def test_a_damaged_report_is_none(tmp_path: Path, damaged: str) -> None:
    (tmp_path / REPORT).write_text(damaged, "utf-8")
    assert read_report(tmp_path) is None
