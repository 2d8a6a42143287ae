"""Every kind of job is a whole row: somebody does it, and what it says on the way has words."""

from __future__ import annotations

import inspect
import json
import pkgutil
from pathlib import Path

import pytest

from core.jobs import KINDS, PHASES, JobKind, kind_of

RECORDED = Path(__file__).parent / "recorded_events"


def named(kind: JobKind) -> str:
    return " ".join(kind.verb)


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_the_runner_is_there_and_takes_what_the_worker_gives(kind: JobKind) -> None:
    parameters = list(inspect.signature(pkgutil.resolve_name(kind.runner)).parameters.values())
    assert [each.name.removeprefix("_") for each in parameters[:4]] == ["job", "run", "store", "logger"]
    assert all(each.default is not inspect.Parameter.empty for each in parameters[4:])


def test_a_job_finds_its_row_and_a_stored_kind_has_one_row() -> None:
    assert [kind_of(kind.job) for kind in KINDS] == list(KINDS)
    names = ("train", "pretrain", "glove", "lm", "mlm", "index", "ladder", "report")
    assert tuple(kind.job.kind for kind in KINDS) == names, "what run.json holds"


def test_a_phase_has_the_same_words_in_every_row() -> None:
    for kind in KINDS:
        assert {name: PHASES[name] for name in kind.phases} == kind.phases


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_the_row_knows_every_phase_of_a_recorded_run(kind: JobKind) -> None:
    names = {"index": "index*", "ladder": "ladder*", "report": "report*", "train": "train-*"}
    files = list(RECORDED.glob(f"{names.get(kind.verb[0], kind.verb[-1] + '*')}.jsonl"))
    assert files
    for file in files:
        said = [json.loads(line) for line in file.read_text("ascii").splitlines()]
        assert {event["phase"] for event in said if event["kind"] == "progress"} <= set(kind.phases)
