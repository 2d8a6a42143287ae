"""Runs of earlier versions: what they were asked for is read, or refused by name."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from core.jobs import Job, LadderJob, TrainJob
from core.runs import RunDirectory, RunError, create_run, list_runs
from core.runs.lifecycle import WORKER, worker_command
from core.storage.paths import Home

JOB = TrainJob("scratch", labels=500)
RETIRED = {"lm_epochs": 0, "weight_drop": 0.0, "unfreeze": 0.0, "discrimination": 1.0, "skip": False}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    return Home.locate()


def write_earlier(path: Path, **options: object) -> None:
    """Make a run's run.json one of a version whose trainings had more options."""
    described = json.loads((path / "run.json").read_text("utf-8"))
    del described["job"]["recipe"]
    described["job"] |= {**RETIRED, **options}
    (path / "run.json").write_text(json.dumps(described), "utf-8")


def test_a_run_of_a_version_with_more_options_is_read(home: Home) -> None:
    run = create_run(JOB, home)
    write_earlier(run.path)
    assert RunDirectory(run.path).job == JOB


@pytest.mark.parametrize(("name", "value"), [("lm_epochs", 1), ("skip", True), ("unfreeze", 0.2), ("weight_drop", 0.5)])
def test_a_run_that_asked_for_an_option_that_is_gone_is_refused_by_name(home: Home, name: str, value: object) -> None:
    run = create_run(JOB, home)
    write_earlier(run.path, **{name: value})
    with pytest.raises(RunError, match=f"asks for {name}={value}, an option of an earlier version that is gone"):
        RunDirectory(run.path)
    assert not list_runs(home)


@pytest.mark.parametrize(
    ("job", "name", "value", "said"),
    [
        (JOB, "era", "oracle", "there is no era 'oracle' in this version; there are "),
        (JOB, "cell", "mamba", "there is no cell 'mamba' in this version; there are lstm, gru, rnn"),
        (LadderJob(), "eras", "scratch,oracle", "there is no era 'oracle'"),
    ],
)
def test_a_run_of_a_version_that_knows_more_is_refused_by_what_this_one_does_not_know(
    home: Home, job: Job, name: str, value: str, said: str
) -> None:
    run = create_run(job, home)
    described = json.loads((run.path / "run.json").read_text("utf-8"))
    described["job"][name] = value
    (run.path / "run.json").write_text(json.dumps(described), "utf-8")
    with pytest.raises(RunError, match=said):
        RunDirectory(run.path)
    worked = subprocess.run(
        worker_command(run.path, WORKER), cwd=run.path, capture_output=True, text=True, check=False, timeout=60
    )
    assert worked.returncode == 1
    assert said in worked.stderr
    assert "Traceback" not in worked.stderr
