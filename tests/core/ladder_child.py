"""A ladder's child whose training is made up, and a ladder over such children as a process that can be killed.

What LADDER_TEST says decides how the training behaves; LADDER_LOG gets a line for each that is begun.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.benchmark import runner, trial_process, trials
from core.benchmark.costs import Texts
from core.benchmark.trials import Right
from core.errors import UserError
from core.jobs import LadderJob, TrainJob, to_json
from core.runs import EventWriter, RunDirectory
from core.runs.logger import RunLogger, Stopped
from core.storage.store import Store, default_store

MODULE = "tests.core.ladder_child"
TEXTS = 40


@dataclass(frozen=True)
class FakeScore:
    loss: float
    accuracy: float
    n: int
    majority: float = 0.55
    macro_f1: float = 0.5


@dataclass(frozen=True)
class FakeMeasurement:
    key: str
    scores: dict[str, FakeScore]
    right: dict[str, Right]


class Refused(UserError):
    def __init__(self) -> None:
        super().__init__("It cannot be trained.", "Train another.")


class FakeKeys:
    """Keys of made-up trainings. The data `refused` cannot be used, `small` has few texts."""

    def key(self, job: TrainJob) -> str:
        if job.data == "refused":
            raise Refused
        return hashlib.sha256(json.dumps(to_json(job)).encode()).hexdigest()

    def texts(self, job: TrainJob) -> Texts:
        return Texts(50 if job.data == "small" else 10_000, 20.0)


def measured(job: TrainJob, test: bool = False) -> FakeMeasurement:
    """scratch is right about half of the texts, word2vec about four more; another two of the test texts."""
    places = np.arange(TEXTS)
    share = 20 if job.era == "scratch" else 24
    right = {"validation": (places + job.seed) % TEXTS < share}
    if test:
        right["test"] = (places + job.seed) % TEXTS < share + 2
    scores = {split: FakeScore(0.5, float(bits.mean()), TEXTS) for split, bits in right.items()}
    return FakeMeasurement(FakeKeys().key(job), scores, right)


def keep(store: Store, job: TrainJob, test: bool = False) -> None:
    """Put the cell into the store, as its child would."""
    result = measured(job, test)
    store.get_or_build(trials.store_spec(result.key, test), lambda folder: trials.write(folder, job, result, 1.0))


def measure(job: TrainJob, run: Path, store: Store, logger: RunLogger, test: bool) -> FakeMeasurement:
    with Path(os.environ["LADDER_LOG"]).open("a", encoding="utf-8") as log:
        log.write(json.dumps({"pid": os.getpid(), "era": job.era, "labels": job.labels, "seed": job.seed}) + "\n")
    (run / "checkpoints").mkdir(exist_ok=True)
    behaviour = os.environ.get("LADDER_TEST", "")
    if behaviour == "waits":
        while logger.wait_while_paused(0) != "stopped":
            time.sleep(0.02)
        raise Stopped
    if behaviour == "deaf":
        time.sleep(120)
    if behaviour == "dies" and job.seed == 1:
        os._exit(9)
    if behaviour == "refuses" and (job.era, job.seed) == ("scratch", 1):
        raise Refused
    if behaviour == "changes":
        return FakeMeasurement("0" * 64, {}, {})
    return measured(job, test)


def climb_as_process(folder: Path) -> None:
    run = RunDirectory(folder)
    assert isinstance(run.job, LadderJob)
    logger = RunLogger(EventWriter(run.events_path), lambda: run.control().state)
    logger.log(runner.run_ladder(run.job, run.path, default_store(), logger, FakeKeys(), MODULE))


if __name__ == "__main__":
    if sys.argv[1] == "climb":
        climb_as_process(Path(sys.argv[2]))
    else:
        sys.exit(trial_process.main(sys.argv[1:], measure))
