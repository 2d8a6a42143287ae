"""`train`, `runs`, `watch`, `stop`: runs followed from the command line, and what ctrl+C does to them."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli import arguments, follow, main, printing
from core.cli.runs import forget_stillborn, name_in_full
from core.eras.table import BASELINES, ERAS
from core.jobs import TrainJob
from core.runs import RunDirectory, list_runs
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun

EVERY = (*ERAS, *BASELINES)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return Home.locate()


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def instead_of_sleeping(monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], None]) -> None:
    """Each time the follower would wait, the next of these happens."""
    waiting = iter(acts)
    monkeypatch.setattr("core.cli.follow.time.sleep", lambda _: next(waiting)())


def interrupt() -> None:
    raise KeyboardInterrupt


def test_watching_a_finished_run_prints_its_outcome(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run = FakeRun(home)
    run.start()
    run.train(9)
    run.done()
    assert main(["watch", run.path.name]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "run         000001",
        "model       run:000001",
        "validation  79.1 % of 100",
        "test        78.3 % of 850 (95 %: 75.4 to 80.9 %)",
        "again       nlp-tui train --era scratch --labels 500",
    ]
    assert "78.3 % of 850 texts in the test data labelled correctly" in shown.err
    assert "nlp-tui errors --model run:000001" in shown.err, "what to do next"
    assert run.directory.view().ending in shown.err.splitlines(), "the same sentence as on the screen"
    assert "Early stopping after epoch 9 of 12: no better for 4 epochs; " in shown.err


def test_watching_as_json_passes_every_event_on(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run = FakeRun(home)
    run.start()
    run.train(1)
    run.done()
    assert main(["watch", "run:000001", "--json"]) == 0
    found = records(capsys.readouterr().out)
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
    assert {event["run"] for event in found} == {"000001"}
    assert found[-1]["kind"] == "done"


def test_a_run_is_watched_while_it_grows(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = FakeRun(home)
    run.start()
    instead_of_sleeping(
        monkeypatch,
        lambda: run.train(1),
        lambda: run.say("warning", message="odd \x1b[2J"),
        lambda: run.train(2, since=1),
        run.done,
    )
    assert main(["watch", str(run.path)]) == 0
    shown = capsys.readouterr().err
    assert "epoch 1  validation loss 0.604  accuracy 69.5 %  best so far" in shown
    assert "warning: odd ␛[2J" in shown
    assert "\x1b" not in shown


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of a few kilobytes is taken for a long one."""
    monkeypatch.setattr("core.cli.follow.LONG", 20_000)
    monkeypatch.setattr("core.cli.follow.BLOCK", 250)
    monkeypatch.setattr("core.runs.following.LONG", 20_000)
    monkeypatch.setattr("core.runs.following.NEWEST", 8_000)


@pytest.mark.usefixtures("short_patience")
def test_of_a_long_log_the_newest_is_said_first_and_all_of_it_counts(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    run = FakeRun(home)
    run.start()
    run.train(9)
    run.done()
    assert not run.directory.latest().whole
    assert main(["watch", "000001"]) == 0
    shown = capsys.readouterr().err
    said = shown.index("Its newest events: done · early stop at epoch 9/12 · test 78.3 %. Its log is long")
    assert said < shown.index("reading its log · ") < shown.index("78.3 % of 850 texts")
    assert "epoch 1  validation loss" not in shown, "its past is not told sentence by sentence"
    assert main(["watch", "000001", "--json"]) == 0
    found = records(capsys.readouterr().out)
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1)), "whatever the block"
    assert main(["runs"]) == 0
    listed = capsys.readouterr()
    assert "1 run has a log so long that only the newest of it was read." in listed.err
    assert "done · early stop at epoch 9/12 · test 78.3 %" in listed.out


def test_folders_that_hold_no_readable_run_are_counted_and_named(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    FakeRun(home).start()
    for number in range(7):
        (home.runs / f"dead0{number}").mkdir()
    (home.runs / "dead00" / "run.json").write_text('{"v": 9}')
    (home.runs / "notes").mkdir()
    assert main(["runs", "--json"]) == 0
    shown = capsys.readouterr()
    assert [each["run"] for each in records(shown.out)] == ["000001"]
    assert shown.err.count("\n") == 1
    assert "7 folders hold no run that this version can read" in shown.err
    assert shown.err.rstrip().endswith("dead00, dead01, dead02, dead03, dead04, …")


def test_a_failed_run_says_why_and_what_to_do(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run = FakeRun(home, alive=False)
    run.say("failed", message="There is no file nope.csv.", hint="Check the path.")
    assert main(["watch", "0"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "nlp-tui: There is no file nope.csv.\nCheck the path.\n" in shown.err


@pytest.mark.parametrize("points", [False, True])
def test_a_run_that_failed_at_once_is_kept_if_its_last_word_points_into_it(home: Home, points: bool) -> None:
    run = FakeRun(home, alive=False)
    log = run.path / "stderr.log"
    log.write_text("Traceback ...\n")
    run.say("failed", message="KeyError: 'C'", hint=f"The details are in {log}." if points else "Check the path.")
    forget_stillborn(run.directory)
    assert log.exists() is points


def test_what_lies_here_is_named_in_full_and_what_has_a_name_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("mine", "imdb", "minilm", "scratch", "cbow"):
        (tmp_path / name).mkdir()
    (tmp_path / "mine.csv").touch()
    revision = "ab" * 20
    for typed, expected in {
        "train --era bert --encoder ./mine": tmp_path / "mine",
        "train --era bert --encoder minilm": "minilm",
        f"train --era bert --encoder BAAI/bge-small-en-v1.5@{revision}": f"BAAI/bge-small-en-v1.5@{revision}",
        "pretrain mlm --encoder mine": tmp_path / "mine",
        "pretrain mlm --encoder nowhere": "nowhere",
        "pretrain mlm --data mine.csv": tmp_path / "mine.csv",
        "pretrain mlm --data gone.csv": tmp_path / "gone.csv",
        "pretrain mlm --data imdb": "imdb",
        "train --era word2vec --vectors cbow": "cbow",
        "index --model scratch": "scratch",
        "index --model mine": tmp_path / "mine",
    }.items():
        (job,) = arguments.jobs(arguments.parse(typed.split()))
        option = typed.split()[-2].removeprefix("--")
        assert getattr(name_in_full(job), option) == str(expected), typed


def test_a_run_whose_process_is_gone_can_be_resumed(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run = FakeRun(home, alive=False)
    run.start()
    (run.path / "stderr.log").write_text("Killed\n")
    assert main(["watch", "000001"]) == 1
    shown = capsys.readouterr().err
    assert "`nlp-tui resume 000001`" in shown
    assert "Killed" in shown


def test_a_resumed_run_is_followed_past_its_old_last_word(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = FakeRun(home, alive=False)
    run.start()
    run.say("stopped", step=40, artifact=None, has_model=False)
    monkeypatch.setattr("core.cli.runs.resume_run", lambda _: run.live(True))
    instead_of_sleeping(monkeypatch, lambda: None, lambda: run.start(step=40, resumed=True), run.done)
    assert main(["resume", "000001"]) == 0
    assert "78.3 % of 850" in capsys.readouterr().out


def test_leaving_a_watched_run_lets_it_go_on(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = FakeRun(home)
    run.start()
    instead_of_sleeping(monkeypatch, interrupt)
    assert main(["watch", "000001"]) == 130
    assert run.directory.control().state == "running"
    assert "goes on" in capsys.readouterr().err


def test_interrupting_ones_own_run_stops_it_and_waits_for_the_best_model(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = FakeRun(home)
    run.start()
    run.train(1)
    best = {"epoch": 1.0, "accuracy": 0.7, "loss": 0.6}
    stopped: dict[str, Any] = {"step": 40, "artifact": None, "has_model": True, "best": best}
    instead_of_sleeping(monkeypatch, interrupt, lambda: None, lambda: run.say("stopped", **stopped))
    assert follow.follow(run.directory, as_json=False, owned=True) == 130
    assert run.directory.control().state == "stopped"
    shown = capsys.readouterr()
    assert "model  run:000001" in shown.out
    assert "Stopped; the best model so far is kept (validation 70.0 % after epoch 1)." in shown.err


def test_an_interrupt_in_the_middle_of_a_line_tears_no_line_and_loses_no_event(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = FakeRun(home)
    run.start()
    run.train(2)
    interrupted: list[int] = []

    def emit(record: dict[str, Any]) -> None:
        if not interrupted:
            interrupted.append(record["seq"])
            os.kill(os.getpid(), signal.SIGINT)
        printing.emit(record)

    monkeypatch.setattr("core.cli.follow.emit", emit)
    best = {"epoch": 1.0, "accuracy": 0.7, "loss": 0.6}
    instead_of_sleeping(monkeypatch, lambda: run.say("stopped", step=40, artifact=None, has_model=True, best=best))
    assert follow.follow(run.directory, as_json=True, owned=True) == 130
    assert run.directory.control().state == "stopped"
    found = records(capsys.readouterr().out)
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
    assert found[-1]["kind"] == "stopped"


def test_interrupting_twice_leaves_at_once(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = FakeRun(home)
    run.start()
    instead_of_sleeping(monkeypatch, interrupt, interrupt)
    assert follow.follow(run.directory, as_json=False, owned=True) == 130
    assert "still stopping" in capsys.readouterr().err


@pytest.fixture
def every_era(home: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Eras that end at once when they are started: some fail, the others are done."""

    def with_failing(*eras: str) -> None:
        def start(job: TrainJob, **_: object) -> RunDirectory:
            run = FakeRun(home, job, number=1 + len(list_runs()))
            if job.era not in eras:
                run.start()
                run.train(1)
                run.done(best_at=1)
            else:
                run.fail("No room \x1b[2J left.", "Make some.")
            return run.directory

        monkeypatch.setattr("core.cli.runs.start_run", start)

    return with_failing


@pytest.mark.parametrize("failing", [("scratch", "bert"), ("scratch",), ("tfidf",)])
def test_an_era_that_fails_does_not_keep_the_others_from_being_trained(
    every_era: Callable[..., None], failing: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    every_era(*failing)
    assert main(["train", "--era", "all", "--labels", "500"]) == 1
    shown = capsys.readouterr()
    table = shown.out[shown.out.index("run     what") :].splitlines()
    assert len([row for row in table if row.endswith("done")]) == len(EVERY) - len(failing), (
        "a row for each that is done"
    )
    *_, head = (line for line in shown.err.splitlines() if "runs failed" in line)
    assert head == f"{len(failing)} of {len(EVERY)} runs failed:"
    told = shown.err.split(head)[1].splitlines()[1:]
    assert [line.split()[0] for line in told] == list(failing), "and nothing else after that"
    assert all("No room ␛[2J left." in line for line in told)


def test_every_era_as_json_has_the_results_of_those_that_are_done(
    every_era: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    every_era("glove")
    assert main(["train", "--era", "all", "--labels", "500", "--json"]) == 1
    found = records(capsys.readouterr().out)
    assert len([each for each in found if "interval" in each]) == len(EVERY) - 1
    assert [each["message"] for each in found if each.get("kind") == "failed"] == ["No room \x1b[2J left."]
    assert "verdict" in found[-1]


def test_a_single_run_that_fails_has_no_table(
    every_era: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    every_era("scratch")
    assert main(["train", "--era", "scratch"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "runs failed" not in shown.err


def test_the_list_of_runs_is_newest_first_and_harmless(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    assert "There are no runs yet." in capsys.readouterr().err
    FakeRun(home, number=1, alive=False).say("failed", message="no", hint="")
    FakeRun(home, TrainJob("word2vec"), number=2, title="bad \x1b]0;x\x07 name").start()
    assert main(["runs", "--json"]) == 0
    found = records(capsys.readouterr().out)
    assert [(r["run"], r["status"]) for r in found] == [("000002", "running"), ("000001", "failed")]
    assert found[0]["command"] == "nlp-tui train --era word2vec"
    assert main(["runs"]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "bad ␛]0;x␇ name" in shown


def test_stopping_asks_only_what_runs(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    run = FakeRun(home)
    run.start()
    assert main(["stop", "000001"]) == 0
    assert run.directory.control().state == "stopped"
    run.live(False)
    assert main(["stop", "000001"]) == 1
    assert main(["stop", "beef"]) == 1
    assert "no run 'beef'" in capsys.readouterr().err
