"""Killed at random moments and resumed, a run ends as if nothing had happened: its weights to the bit, its log whole.

`make test-faults` kills fifty times, as NLP_TUI_KILLS says; otherwise it is three times.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.jobs import TrainJob
from core.runs import Change, EventReader, RunDirectory, create_run, launch, resume
from core.storage.paths import ASSETS, Home
from core.storage.store import Store
from tests.core import killed_worker
from tests.core.conftest import tiny_job
from tests.core.test_worker import wait_for_its_death, weights

KILLS = int(os.environ.get("NLP_TUI_KILLS", "3"))
HALVED_AT = 40
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180 + 60 * KILLS)]


@dataclass
class Lived:
    """A run that came to its end: what it said, what it made, and how often it was killed."""

    events: list[dict[str, Any]]
    weights: bytes
    kills: int

    @property
    def told(self) -> list[tuple[Any, ...]]:
        """Every step and evaluation of the training once; what was done again after a kill stands in its place."""
        found: list[tuple[Any, ...]] = []
        for event in self.events:
            if event["kind"] == "start":
                found = [each for each in found if each[1] <= event["step"]]
            elif event["kind"] == "progress" and event["phase"] == "train":
                found.append(("step", event["step"], event["loss"], event["learning_rate"]))
            elif event["kind"] == "eval" and not event.get("final"):
                found.append(("eval", event["step"], event["loss"], event["accuracy"]))
        return found

    @property
    def seconds(self) -> float:
        """From the beginning of its training to its last word."""
        (start, *_) = [event["t"] for event in self.events if event["kind"] == "start"]
        return float(self.events[-1]["t"] - start)

    @property
    def steered(self) -> list[dict[str, Any]]:
        """The changes in its log."""
        return [{**event, "seq": 0, "t": 0} for event in self.events if event["kind"] == "steered"]


def live(job: TrainJob, folder: Path, moments: list[float], halve: int | None) -> Lived:
    """A run of its own home that is killed at these moments, each of another life, as long as it has not ended."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NLP_TUI_HOME", str(folder))
        patch.setenv("PYTHONPATH", str(ASSETS.parent))
        run, kills = create_run(job), 0
        if halve == 0:
            run.steer(Change(factor=0.5))
        for seconds in (*moments, None):
            killed_worker.plan(run, seconds, halve)
            if kills:
                assert run.status(run.view()) == "lost"
                resume(run, killed_worker.MODULE)
            else:
                launch(run, killed_worker.MODULE)
            wait_for_its_death(run)
            if has_ended(run):
                break
            kills += 1
        store = Store(Home.locate().store)
        events = EventReader(run.events_path).read_fields()
        assert events[-1]["kind"] == "done", (events[-1], run.stderr_tail(20))
        return Lived(events, weights(store, events[-1]["artifact"]), kills)


def has_ended(run: RunDirectory) -> bool:
    return bool(run.view().final)


@pytest.mark.parametrize("halve", [None, HALVED_AT], ids=["as it is", "its rate halved by hand"])
def test_killed_at_random_moments_it_ends_as_if_it_had_not_been(
    halve: int | None, reviews: Path, tmp_path: Path
) -> None:
    job: TrainJob = tiny_job("scratch", reviews, epochs=10, patience=10)
    whole = {halve: live(job, tmp_path / "whole", [], halve)}
    chance, killed, number = random.Random(KILLS), 0, 0
    while killed < KILLS:
        number += 1
        moments = [chance.uniform(0, whole[halve].seconds) for _ in range(KILLS - killed)]
        run = live(job, tmp_path / f"{number}", moments, halve)
        killed += run.kills
        assert [event["seq"] for event in run.events] == list(range(1, len(run.events) + 1)), "no gap, none twice"
        assert len(run.steered) == (halve is not None), "neither lost nor doubled"
        # Killed after it was wanted and before it was written down, it is made where the run went on.
        at = run.steered[0]["step"] if run.steered else None
        if at not in whole:
            whole[at] = live(job, tmp_path / f"whole-{number}", [], at)
        assert run.told == whole[at].told
        assert run.steered == whole[at].steered
        assert run.weights == whole[at].weights
