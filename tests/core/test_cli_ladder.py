"""`ladder`: what can be typed, the table it prints, its JSON, and the real thing in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.benchmark import report, spec, trials
from core.benchmark.trials import TrialResult
from core.cli import ladder_table, main
from core.cli.arguments import jobs, parse
from core.jobs import LadderJob, TrainJob, command
from core.storage.atomic import write_json
from core.storage.paths import Home
from core.storage.store import Store
from tests.core.conftest import write_reviews
from tests.core.ladder_child import TEXTS, FakeKeys, keep, measured
from tests.tui.fake_run import FakeRun

JOB = LadderJob(data="made-up", labels="100,all", eras="scratch,word2vec", seeds=2)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return Home.locate()


def cell(job: TrainJob, test: bool = False) -> TrialResult:
    made = measured(job, test)
    scores = {split: {"loss": s.loss, "accuracy": s.accuracy, "n": s.n} for split, s in made.scores.items()}
    return TrialResult(trials.store_spec(made.key, test).key, made.key, scores, made.right, 1.0)


def document(job: LadderJob = JOB, without: int = 1) -> dict[str, Any]:
    """What is found when the last cells are not measured yet."""
    wanted = spec.list_trials(job)
    found = {training: cell(training, job.split == "test") for training in wanted[: len(wanted) - without]}
    return report.build(job, found)


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    "job",
    [
        LadderJob(),
        LadderJob(data="rotten_tomatoes,imdb", eras="word2vec", labels="20,all", seeds=1, split="test"),
        LadderJob(workers=1, offline=True, eras="scratch,word2vec"),
    ],
)
def test_the_printed_command_is_the_same_ladder(job: LadderJob) -> None:
    assert jobs(parse(command(job).split()[1:])) == [job]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--labels", "20,many"], "'many' is no number of labels"),
        (["--eras", "gpt"], "there is no era 'gpt'"),
        (["--split", "train"], "'train'"),
        (["--seeds", "0"], "0 is less than 1"),
        (["--workers", "0"], "0 is less than 1"),
    ],
)
def test_a_mistake_is_usage(typed: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", *typed]) == 2
    assert said in capsys.readouterr().err


def test_what_cannot_be_shown_yet_is_not_promised(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", "--detach", "--out", "ladder.json"]) == 2
    assert "nlp-tui ladder --show" in capsys.readouterr().err
    assert not home.runs.exists()


def test_the_table_has_a_row_an_era_and_the_differences_their_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    ladder_table.print_report(document())
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert [line.split(maxsplit=1) for line in lines[:3]] == [
        ["made-up", "100            all"],
        ["scratch", "50.0 ± 0.0     50.0 ± 0.0"],
        ["word2vec", "60.0 ± 0.0  60.0 (1 of 2)"],
    ]
    assert lines[4].startswith("word2vec - scratch at 100: +10.0 [+2.5, +20.0] (2 seeds)")
    assert lines[5].startswith("word2vec - scratch at all: +10.0 [")
    assert lines[5].endswith("(1 seed)")
    assert lines[-1] == "again: nlp-tui ladder --data made-up --eras scratch,word2vec --labels 100,all --seeds 2"
    assert "Cells that are not measured yet: 1." in shown.err
    assert f"({TEXTS} of made-up)" in shown.err
    assert "flatters every row alike" in shown.err


def test_controls_stand_below_the_eras_and_each_era_is_compared_with_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(spec, "is_control", lambda era: era.id == "scratch")
    found = document(without=0)
    assert [(pair["era"], pair["against"], pair["control"]) for pair in found["differences"]] == [
        ("word2vec", "scratch", True)
    ] * 2
    ladder_table.print_report(found)
    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()[1:3]] == [
        "word2vec",
        "scratch (control)",
    ]


def test_each_era_is_compared_with_every_year_before_it_the_latest_first() -> None:
    job = LadderJob(data="made-up", labels="100", eras="scratch,word2vec,glove,elmo,ulmfit,bert", seeds=1)
    compared: dict[str, list[str]] = {}
    for pair in document(job, without=0)["differences"]:
        compared.setdefault(pair["era"], []).append(pair["against"])
    assert compared == {
        "word2vec": ["scratch"],
        "glove": ["scratch"],  # of the same year as word2vec
        "elmo": ["word2vec", "scratch"],
        "ulmfit": ["elmo", "word2vec", "scratch"],
        "bert": ["ulmfit", "elmo", "word2vec", "scratch"],
    }


def test_markdown_is_a_table_that_hostile_names_cannot_leave(capsys: pytest.CaptureFixture[str]) -> None:
    job = LadderJob(data="a|b\x1b[2J.csv", labels="100", eras="scratch,word2vec", seeds=1)
    ladder_table.print_report(document(job, without=0), markdown=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "| a\\|b␛\\[2J.csv | 100 |",
        "| --- | ---: |",
        "| scratch | 50.0 |",
        "| word2vec | 60.0 |",
    ]
    assert lines[5].startswith("- word2vec - scratch at 100: +10.0 [")
    assert not any("\x1b" in line for line in lines)


def test_json_is_one_object_a_cell_a_mean_and_a_difference(capsys: pytest.CaptureFixture[str]) -> None:
    job = LadderJob(data="made-up", labels="100", eras="scratch,word2vec", seeds=1, split="test")
    ladder_table.print_report(document(job, without=0), as_json=True)
    found = records(capsys.readouterr().out)
    assert [record["kind"] for record in found] == ["cell", "cell", "mean", "mean", "difference"]
    assert {record["split"] for record in found} == {"test"}
    first = found[0]
    assert (first["era"], first["labels"], first["seed"], first["n"]) == ("scratch", 100, 0, TEXTS)
    assert (first["accuracy"], first["validation"]) == (22 / TEXTS, 20 / TEXTS)
    assert first["command"] == "nlp-tui train --era scratch --data made-up --labels 100 --whole-budget"
    assert found[2] | {"mean": 0.55, "sd": None, "seeds": 1, "texts": TEXTS} == found[2]
    assert found[4]["low"] <= found[4]["mean"] <= found[4]["high"]


def test_a_watched_ladder_ends_with_its_table(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run = FakeRun(home, JOB)
    run.start(step=0, total=8)
    run.say("cell", title="scratch · made-up", split="validation", accuracy=0.5)
    run.say("progress", phase="ladder", step=1, total=8, eta=70.0)
    assert run.directory.summary() == "measuring · 1 of 8 cells · 12 % · about 1:10 left"
    run.fail("The ladder is not whole: 1 of 8 cells failed.", "`nlp-tui resume 000001` tries again what failed.")
    write_json(run.path / spec.RESULTS, document())
    assert main(["watch", "000001"]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("made-up ")
    assert "scratch · made-up: validation accuracy 50.0 %" in shown.err
    assert "1 of 8 cells failed" in shown.err


def test_what_was_measured_is_shown_without_training(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.benchmark.trial_keys.TrialKeys", lambda _: FakeKeys())
    store, out = Store(home.store), tmp_path / "ladder.json"
    for training in spec.list_trials(JOB)[:2]:
        keep(store, training)
    typed = ["ladder", *command(JOB).split()[2:], "--show"]
    assert main([*typed, "--out", str(out)]) == 0
    shown = capsys.readouterr()
    assert "50.0" in shown.out
    assert "Cells that are not measured yet: 6." in shown.err
    written = json.loads(out.read_text())
    assert (written["missing"], [kept["era"] for kept in written["cells"]]) == (6, ["scratch", "word2vec"])
    assert {"command", "split", "rows", "table", "differences", "versions", "cpu", "interval"} <= written.keys()
    assert not home.runs.exists(), "no run was started"
    assert main([*typed, "--out", str(tmp_path)]) == 1
    assert f"{tmp_path} cannot be written" in capsys.readouterr().err


@pytest.mark.slow
def test_a_ladder_is_climbed_by_real_children_and_shown(tmp_path: Path) -> None:
    write_reviews(tmp_path / "mine.csv", 300)
    asked = ["ladder", "--data", "mine.csv", "--labels", "20", "--eras", "scratch", "--seeds", "1"]

    def nlp_tui(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "tui", *asked, *more],
            cwd=tmp_path,
            env={**os.environ, "NLP_TUI_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    climbed = nlp_tui("--json", "--out", "out.json")
    assert climbed.returncode == 0, climbed.stderr
    found = records(climbed.stdout)
    assert [record["kind"] for record in found[-3:]] == ["done", "cell", "mean"]
    shown = nlp_tui("--show", "--markdown")
    assert shown.returncode == 0, shown.stderr
    assert f"| scratch | {100 * found[-1]['mean']:.1f} |" in shown.stdout
    assert "Always answering the largest class: " in shown.stderr
    (kept,) = json.loads((tmp_path / "out.json").read_text())["cells"]
    artifact = Store(tmp_path / "home" / "store").find(kept["key"])
    assert artifact is not None
    assert [path.name for path in sorted(artifact.path.iterdir())] == ["cell.json", "manifest.json"]
    assert not list((tmp_path / "home").rglob("*.safetensors")), "no weights are kept"


def test_the_shipped_ladder_is_printed_and_drawn_without_training(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "ladder.svg"
    assert main(["ladder", "--shipped", "--markdown", "--svg", str(drawn)]) == 0
    shown = capsys.readouterr()
    assert "| prompt | 73.1 | 72.9 ± 1.9 |" in shown.out
    assert "- prompt at 0: bert needs about 190 labels for as much [93 to 380]" in shown.out.splitlines()
    assert f"Written to {drawn}." in shown.err
    assert drawn.read_text("utf-8").count("<polyline") == 20
    assert not home.runs.exists()


def test_labels_saved_are_records_too(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ladder", "--shipped", "--json"]) == 0
    found = [record for record in records(capsys.readouterr().out) if record["kind"] == "saved"]
    bert = {each["labels"]: each for each in found if (each["data"], each["era"]) == ("rotten_tomatoes", "bert")}
    one = bert[2000]
    assert (one["against"], one["certain"], one["most"]) == ("ulmfit", True, 7667)
    assert one["high"] is None, "more than it was measured with"
    assert 2000 < one["low"] < one["about"] < 7667
    assert bert[None]["labels_read"] == 7667


def test_a_picture_that_cannot_be_written_is_said(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ladder", "--shipped", "--svg", str(tmp_path / "no" / "where.svg")]) == 1
    assert "Give --svg another place." in capsys.readouterr().err
    assert main(["ladder", "--detach", "--shipped"]) == 2
