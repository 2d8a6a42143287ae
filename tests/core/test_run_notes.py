"""Names, tags and the trash: what a person does to runs in the list, from the command line and below it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.jobs import LanguageModelJob, PretrainJob, TrainJob
from core.runs import RunDirectory, RunError, directory, list_runs, summaries
from core.runs.events import Event
from core.runs.listing import ORDERS, filter_rows, sort_rows
from core.runs.notes import RunNotes, parse_tags, read_notes, write_notes
from core.runs.summaries import RunSummaryReader
from core.runs.trash import KEPT_SECONDS, empty_trash, list_trash, restore_run, trash_run
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return Home.locate()


def finished(home: Home, job: Any = None, *, number: int = 1) -> FakeRun:
    run = FakeRun(home, job, number=number)
    run.start()
    run.train(9)
    run.done()
    return run


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["runs", "--json", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_name_and_tags_are_kept_in_the_run_and_shown_in_place_of_its_title(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(home)
    assert main(["runs", "rename", "000001", "the", "good", "one"]) == 0
    assert main(["runs", "tag", "000001", "#paper", "try-2"]) == 0
    assert main(["runs", "tag", "000001", "--remove", "try-2"]) == 0
    assert json.loads((run.path / "notes.json").read_text()) == {"v": 1, "name": "the good one", "tags": ["paper"]}
    assert capsys.readouterr().err.splitlines()[-1] == "Run 000001: the good one #paper"
    (row,) = listed(capsys)
    assert (row["name"], row["title"], row["tags"]) == ("the good one", run.job.title, ["paper"])
    assert main(["runs"]) == 0
    assert "the good one #paper" in capsys.readouterr().out
    assert main(["runs", "rename", "000001", ""]) == 0
    assert listed(capsys)[0]["name"] == run.job.title


@pytest.mark.parametrize("tag", ["[/b]", "two words", "x" * 25, "\x1b[31m", ""])
def test_what_cannot_be_a_tag_is_refused(home: Home, tag: str) -> None:
    run = finished(home).directory
    with pytest.raises(RunError, match="cannot be a tag"):
        write_notes(run, RunNotes("", (tag,)))


@pytest.mark.parametrize("notes", ["", "[]", '{"name": 3, "tags": "x"}', '{"tags": [1, "[/b]", "ok"]}'])
def test_damaged_notes_are_none(home: Home, notes: str) -> None:
    run = finished(home)
    (run.path / "notes.json").write_text(notes)
    assert read_notes(run.path) == RunNotes("", ("ok",) if "ok" in notes else ())


def test_tags_are_read_as_people_type_them() -> None:
    assert parse_tags("#a, b  a,#c #") == ("a", "b", "c")


def test_the_list_says_which_score_is_of_which_split(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    finished(home, number=1)
    halted = FakeRun(home, number=2, alive=False)
    halted.start()
    halted.train(6)
    halted.say("stopped", has_model=True, best={"epoch": 5.0, "accuracy": 0.791})
    model = FakeRun(home, LanguageModelJob(), number=3)
    model.pretrain(1)
    scores = {row["run"]: row["score"] for row in listed(capsys)}
    assert (scores["000001"]["split"], scores["000001"]["accuracy"], scores["000001"]["n"]) == ("test", 0.783, 850)
    assert (scores["000002"]["split"], scores["000002"]["accuracy"]) == ("validation", 0.791)
    assert scores["000003"]["split"] == "held-out"
    rows = {row.id: row for row in RunSummaryReader(home).read()}
    assert {name: row.split for name, row in rows.items()} == {name: score["split"] for name, score in scores.items()}


def test_runs_are_sorted_and_filtered(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    FakeRun(home, TrainJob("word2vec"), number=1)
    finished(home, PretrainJob(), number=2)
    finished(home, TrainJob("scratch", seed=7), number=3)
    write_notes(list_runs(home)[0], RunNotes("Anna", ("mine",)))

    def ids(*arguments: str) -> list[str]:
        return [row["run"] for row in listed(capsys, *arguments)]

    assert ids() == ["000003", "000002", "000001"]
    assert ids("--sort", "score") == ["000003", "000002", "000001"]
    assert ids("--sort", "era") == ["000003", "000002", "000001"]
    assert ids("--sort", "name")[0] == "000003"
    assert ids("--filter", "ANNA done") == ids("--filter", "#mine") == ids("--tag", "mine") == ["000003"]
    assert ids("--filter", "anna lost") == []
    assert main(["runs", "--filter", "nothing like it"]) == 0
    assert "None of the 3 runs is like that." in capsys.readouterr().err
    rows = RunSummaryReader(home).read()
    assert {len(sort_rows(rows, order)) for order in ORDERS} == {3}
    assert filter_rows(rows, "  ") == list(rows)


def test_a_deleted_run_can_be_brought_back_for_a_day(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = finished(home, number=1), finished(home, number=2)
    assert main(["runs", "delete", "000001"]) == 0
    assert main(["runs", "delete", "000002"]) == 0
    assert listed(capsys) == []
    aside = home.runs / ".trash" / "000001"
    os.utime(aside, (time.time() - 60, time.time() - 60))
    assert main(["runs", "delete", "--undo"]) == 0
    assert [row["run"] for row in listed(capsys)] == ["000002"], "the one deleted last"
    assert main(["runs", "delete", "--undo", "0000"]) == 0
    assert first.path.is_dir()
    assert (second.path / "events.jsonl").is_file()
    assert main(["runs", "delete", "--undo"]) == 1
    assert "no deleted run is left to bring back" in capsys.readouterr().err


def test_after_a_day_it_is_gone_for_good(home: Home) -> None:
    trash_run(finished(home).directory)
    aside = home.runs / ".trash" / "000001"
    assert empty_trash(home) == 0
    assert [run.id for run in list_trash(home)] == ["000001"]
    os.utime(aside, (time.time() - KEPT_SECONDS - 60,) * 2)
    assert empty_trash(home) == 1
    assert not aside.exists()
    with pytest.raises(RunError):
        restore_run("", home)


def test_a_run_at_work_is_not_deleted(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run = FakeRun(home)
    run.start()
    assert main(["runs", "delete", "000001"]) == 1
    assert "is at work; stop it first" in capsys.readouterr().err.replace(". ", "; ").replace("\n", "; ").lower()
    assert run.path.is_dir()


def test_nothing_is_overwritten_when_a_run_comes_back(home: Home) -> None:
    run = finished(home)
    trash_run(run.directory)
    again = finished(home)
    with pytest.raises(RunError, match="already"):
        restore_run("000001", home)
    trash_run(again.directory)
    assert restore_run("000001", home).id == "000001"


def test_a_second_look_at_many_runs_reads_only_what_changed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [FakeRun(home, number=number, alive=False) for number in range(1, 2_001)]
    reads: list[Path] = []
    opened: list[Path] = []
    read_tail = summaries.read_tail

    def read(path: Path) -> list[Event]:
        reads.append(path)
        return read_tail(path)

    def make(path: Path) -> RunDirectory:
        opened.append(path)
        return RunDirectory(path)

    monkeypatch.setattr(summaries, "read_tail", read)
    monkeypatch.setattr(directory, "RunDirectory", make)
    reader = RunSummaryReader(home)
    assert len(reader.read()) == len(reads) == len(opened) == 2_000
    reads.clear()
    opened.clear()
    first = reader.read()
    assert reads == opened == []
    runs[700].start()
    write_notes(runs[5].directory, RunNotes("named"))
    rows = {row.id: row for row in reader.read()}
    assert sorted(path.parent for path in reads) == sorted((runs[5].path, runs[700].path))
    assert opened == []
    assert rows[runs[5].path.name].title == "named"
    assert sum(row is not before for row, before in zip(rows.values(), first, strict=True)) == 2
