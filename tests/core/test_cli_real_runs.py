"""Runs from the command line as they really are: in processes of their own, interrupted, detached, side by side."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.cli import main
from core.jobs import Job, LanguageModelJob, TrainJob
from core.runs import RunDirectory, list_runs
from core.runs.estimating import Estimates, describe
from core.storage.artifact import sha256
from core.storage.paths import Home
from core.storage.store import Store
from tests.core.conftest import write_reviews
from tests.core.test_cli_runs import instead_of_sleeping, records
from tests.tui.fake_run import FakeRun

DEADLINE = 90.0


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return Home.locate()


def tiny(data: str, *more: str) -> list[str]:
    sizes = ["--dimension", "8", "--hidden", "12", "--batch-size", "16", "--threads", "1", "--learning-rate", "0.01"]
    return ["train", "--era", "scratch", "--data", data, *sizes, *more]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "tui", *arguments]


def finished(arguments: Sequence[str], folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "NLP_TUI_HOME": str(home)}


@pytest.mark.slow
def test_the_same_training_is_the_same_to_the_last_bit_in_every_process(tmp_path: Path) -> None:
    labels = ("5", "1", "nan", "1.0")
    rows = (f'"{text}",{labels[number % 4]}\n' for number, text in enumerate(read_texts(tmp_path, 120)))
    (tmp_path / "mine.csv").write_text("text,label\n" + "".join(rows), encoding="utf-8")
    found = set()
    for seed in ("0", "1", "2"):
        home = tmp_path / seed
        trained = subprocess.run(
            command(*tiny("mine.csv", "--epochs", "2", "--json")),
            cwd=tmp_path,
            env={**environment(home), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert trained.returncode == 0, trained.stderr
        events = records(trained.stdout)
        classes = next(tuple(event["labels"]) for event in events if event["kind"] == "start")
        artifact = Store(home / "store").find(events[-1]["artifact"])
        assert artifact is not None
        weights = sha256(artifact.path / "weights.safetensors")
        found.add((classes, artifact.manifest["data"], artifact.key, weights))
    assert len(found) == 1
    assert found.pop()[0] == ("1", "1.0", "5", "nan")


def read_texts(folder: Path, count: int) -> list[str]:
    with write_reviews(folder / "reviews.csv", count).open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


@pytest.mark.slow
def test_a_model_is_trained_and_asked_without_ever_importing_the_persons_folders(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    for room in ("core", "tui"):
        (here / room).mkdir(parents=True)
        for name in ("__init__.py", "__main__.py"):
            (here / room / name).write_text(f"open({str(tmp_path / 'imported')!r}, 'w').close()\nraise SystemExit(9)\n")
    write_reviews(here / "mine.csv", 300)

    def nlp_tui(*arguments: str) -> subprocess.CompletedProcess[str]:
        return finished(arguments, here, home)

    trained = nlp_tui(*tiny("mine.csv", "--epochs", "8", "--json"))
    assert trained.returncode == 0, trained.stderr
    events = records(trained.stdout)
    assert events[-1]["kind"] == "done"
    tested = events[-1]["scores"]["test"]
    assert tested["accuracy"] > 0.5 + 3 * 0.5 / tested["n"] ** 0.5, "three of a coin's standard deviations above chance"
    run = events[-1]["run"]
    answered = nlp_tui("predict", "--model", f"run:{run}", "--json", "a wonderful film", "a dull film")
    assert [record["label"] for record in records(answered.stdout)] == ["positive", "negative"]
    again = nlp_tui("watch", run)
    assert again.returncode == 0
    assert f"run:{run}" in again.stdout
    wrong = nlp_tui(*tiny("nope.csv"))
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "nope.csv" in wrong.stderr
    assert "Traceback" not in wrong.stderr
    listed = records(nlp_tui("runs", "--json").stdout)
    assert [record["run"] for record in listed] == [run], "nothing half-written is left of it"
    assert not (tmp_path / "imported").exists()


@pytest.mark.slow
def test_ctrl_c_in_the_middle_of_a_training_keeps_the_best_model(tmp_path: Path) -> None:
    home = tmp_path / "home"
    data = write_reviews(tmp_path / "mine.csv", 300)
    said = tmp_path / "narration"
    with said.open("w", encoding="utf-8") as narrated:
        training = subprocess.Popen(
            command(*tiny(str(data), "--epochs", "5000", "--patience", "5000", "--json")),
            env=environment(home),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=narrated,
            text=True,
        )
    assert training.stdout is not None
    read = []
    for line in training.stdout:
        read.append(json.loads(line))
        if read[-1]["kind"] == "eval":
            break
    training.send_signal(signal.SIGINT)
    # By the same reader: communicate() would miss what it has read ahead.
    rest = training.stdout.read()
    training.stdout.close()
    training.wait(timeout=DEADLINE)
    narration = said.read_text("utf-8")
    assert training.returncode == 130, narration
    said_at_all = [*read, *records(rest)]
    assert [event["seq"] for event in said_at_all] == list(range(1, len(said_at_all) + 1)), "each event once"
    stopped = said_at_all[-1]
    assert (stopped["kind"], stopped["has_model"]) == ("stopped", True)
    assert "Traceback" not in narration


@pytest.mark.slow
def test_a_detached_run_goes_on_alone_and_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    data = write_reviews(tmp_path / "mine.csv", 300)
    job = tiny(str(data), "--epochs", "5000", "--patience", "5000", "--detach")
    started = finished(job, tmp_path, tmp_path / "home")
    assert started.returncode == 0, started.stderr
    (run,) = list_runs()
    assert started.stdout == f"{run.id}\n"
    wait_until(lambda: run.view().status(run.alive()) == "running", run)
    assert main(["stop", run.id]) == 0
    wait_until(lambda: not run.alive(), run)
    assert run.view().status(alive=False) == "stopped"


def wait_until(true: Callable[[], bool], run: RunDirectory) -> None:
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, run.stderr_tail(20)
        time.sleep(0.05)


def test_both_directions_are_started_at_once_and_followed_in_turn(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[FakeRun] = []

    def start(job: Job, after: str = "", pins: Sequence[str] = ()) -> RunDirectory:
        started.append(FakeRun(home, job, number=len(started) + 1))
        return started[-1].directory

    def ends() -> None:
        assert len(started) == 2, "the second runs while the first is followed"
        for run, perplexity in zip(started, (120.5, 130.5), strict=True):
            run.start()
            scores = {"held-out": {"perplexity": perplexity, "n": 1000, "unknown": 0.02}}
            run.say("done", artifact="a" * 64, model=None, best=None, scores=scores, cached=False)
            run.live(False)

    monkeypatch.setattr("core.cli.runs.start_run", start)
    instead_of_sleeping(monkeypatch, ends)
    assert main(["pretrain", "lm", "--direction", "both"]) == 0
    shown = capsys.readouterr()
    assert [run.job for run in started] == [LanguageModelJob("forward"), LanguageModelJob("backward")]
    rows = [line.split(maxsplit=1)[1] for line in shown.out.splitlines() if line.startswith("held-out")]
    assert rows == [f"perplexity {n} on 1,000 words, 2.0 % unknown" for n in (120.5, 130.5)]


def ended(home: Home, jobs: list[Job], waited: list[str]) -> Callable[..., RunDirectory]:
    """Starts runs that are over at once."""

    def start(job: Job, after: str = "", pins: Sequence[str] = ()) -> RunDirectory:
        jobs.append(job)
        waited.append(after)
        run = FakeRun(home, job, number=len(jobs), alive=False)
        run.start()
        run.train(6)
        run.done(5)
        return run.directory

    return start


def test_several_eras_end_in_a_table_and_a_verdict(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Job] = []
    monkeypatch.setattr("core.cli.runs.start_run", ended(home, jobs, []))
    assert main(["train", "--era", "scratch,word2vec", "--labels", "500"]) == 0
    shown = capsys.readouterr()
    assert jobs == [TrainJob("scratch", labels=500), TrainJob("word2vec", labels=500)]
    assert "cannot be told apart" in shown.out.splitlines()[-1]
    assert "score, 95 %" in shown.out
    times = [line for line in shown.err.splitlines() if line.startswith("Time: ")]
    assert times == [f"Time: {about}" for about in times_of(jobs)]


def times_of(jobs: Sequence[Job]) -> list[str]:
    """What the cards say of jobs that never ran here."""
    return [describe([Estimates().estimate(job, [])]) for job in jobs]


def test_several_eras_that_are_left_to_themselves_wait_for_one_another(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[str] = []
    monkeypatch.setattr("core.cli.runs.start_run", ended(home, [], waited))
    assert main(["train", "--era", "scratch,word2vec,glove", "--labels", "500", "--detach"]) == 0
    assert waited == ["", "000001", "000002"]


def test_a_direction_that_fails_stops_the_other(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[FakeRun] = []

    def start(job: Job, after: str = "", pins: Sequence[str] = ()) -> RunDirectory:
        started.append(FakeRun(home, job, number=len(started) + 1))
        return started[-1].directory

    def fails() -> None:
        started[1].start()
        started[1].live(False)
        started[0].fail("no such file", "take another")

    monkeypatch.setattr("core.cli.runs.start_run", start)
    instead_of_sleeping(monkeypatch, fails)
    assert main(["pretrain", "lm", "--direction", "both"]) == 1
    (kept,) = list_runs()
    assert kept.id == started[1].directory.id
    assert kept.control().state == "stopped"


@pytest.mark.parametrize("ended", ["stopped", "lost", "done"])
def test_the_same_training_goes_on_where_it_was_interrupted(
    ended: str, home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = FakeRun(home)
    run.start()
    run.train(2)
    run.say("checkpoint", step=80, path="80")
    if ended == "stopped":
        run.say("stopped", step=80, artifact=None, has_model=True)
    if ended == "done":
        run.done()
    run.live(False)
    launched: list[str] = []

    def go_on(directory: RunDirectory, *_: object) -> None:
        launched.append(directory.id)
        again = run if directory.id == run.path.name else FakeRun(home, number=int(directory.id, 16) % 999 + 2)
        again.done()

    monkeypatch.setattr("core.runs.lifecycle.launch", go_on)
    monkeypatch.setattr("core.cli.runs.follow", lambda *_, **__: 0)
    assert main(["train", "--era", "scratch", "--labels", "500"]) == 0
    resumed = launched == [run.path.name]
    assert resumed is (ended != "done"), "what is done is found in the store by a run of its own"
    assert ("goes on where it was interrupted" in capsys.readouterr().err) is resumed
