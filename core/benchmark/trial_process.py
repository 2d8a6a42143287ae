"""The child process of one trial: `python -P -m core.benchmark.trial_process FOLDER`, started by core.benchmark.runner.

FOLDER holds trial.json: the training, the key its classifier must have, and whether test is read. The child says what
it does in the folder's events.jsonl and puts the trial into the store. Its standard input is a pipe that the ladder
holds open: when that closes, the ladder wants it gone, or is gone itself.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from core.benchmark import trials
from core.errors import UserError, explain
from core.jobs import TrainJob, from_json, to_json
from core.runs import EventWriter, GrowingView, RunDirectory, RunError, events
from core.runs.logger import RunLogger, Stopped
from core.storage.atomic import write_json
from core.storage.store import Artifact, Store, default_store

TRIAL, EVENTS = "trial.json", "events.jsonl"
DONE, FAILED, STOPPED = 0, 1, 3
GRACE_SECONDS = 15.0
"""How long an orphan may take to write its checkpoint."""
CLAIM_SECONDS = 2 * GRACE_SECONDS


class Changed(UserError):
    """The data or a pretrained part is not what it was when the ladder began. `message` and `hint` are for a person."""

    def __init__(self) -> None:
        super().__init__(
            "The data, or what the model starts from, has changed since the ladder began.",
            "Resume the ladder: it looks again at what is there.",
        )


@dataclass(frozen=True)
class TrialSpec:
    """What one child has to measure. `key`: that of the classifier, as the ladder found it."""

    job: TrainJob
    key: str
    test: bool

    def write(self, folder: Path) -> None:
        """Leave it in the child's folder. Raises OSError."""
        write_json(folder / TRIAL, {"v": 1, "job": to_json(self.job), "key": self.key, "test": self.test})

    @classmethod
    def read(cls, folder: Path) -> TrialSpec:
        """The trial in a folder. Raises OSError, ValueError, KeyError."""
        described = json.loads((folder / TRIAL).read_bytes())
        job = from_json(described["job"])
        if not isinstance(job, TrainJob):
            raise ValueError(f"a trial is a training, not {job.kind!r}")
        return cls(job, described["key"], described["test"])


def main(arguments: list[str], measure: trials.Measure | None = None) -> int:
    """Measure the trial. Returns DONE when it is in the store, FAILED (the events say why), or STOPPED."""
    folder = Path(arguments[0])
    gone = threading.Event()
    threading.Thread(target=_listen, args=(sys.stdin.fileno(), gone), name="ladder", daemon=True).start()
    ladder = RunDirectory(folder.parent.parent)
    logger = RunLogger(_writer(folder), lambda: "stopped" if gone.is_set() else ladder.control().state)
    logger.log(events.Progress(phase="data", step=0, total=0))
    logger.start_heartbeat()
    try:
        artifact = _work(folder, default_store(), logger, measure or _measure())
    except Stopped:
        logger.stop_heartbeat()
        logger.log(events.Stopped())
        return STOPPED
    except Exception as error:
        traceback.print_exc()
        logger.stop_heartbeat()
        told = explain(error, "")
        logger.log(events.Failed(message=told.message, hint=told.hint))
        return FAILED
    logger.stop_heartbeat()
    scores = trials.read(artifact).scores
    logger.log(events.Done(artifact=artifact.key, scores=scores))
    # A whole training's checkpoints are larger than all trials together.
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return DONE


def _work(folder: Path, store: Store, logger: RunLogger, measure: trials.Measure) -> Artifact:
    trial = TrialSpec.read(folder)

    def build(staging: Path) -> None:
        measured = measure(trial.job, folder, store, logger, trial.test)
        if measured.key != trial.key:
            raise Changed
        logger.log(events.Heartbeat())  # until here it was at work
        trials.write(staging, trial.job, measured, seconds_worked(folder))

    def waiting() -> None:  # another ladder measures this very trial
        if logger.wait_while_paused(0) == "stopped":
            raise Stopped

    return store.get_or_build(trials.store_spec(trial.key, trial.test), build, waiting)


def seconds_worked(folder: Path) -> float:
    """Seconds that children have worked in a folder, by their events: all attempts, without what lay between them."""
    growing = GrowingView(folder / EVENTS)
    growing.read()
    return growing.view.elapsed


def _measure() -> trials.Measure:
    import torch

    from core.finetuning.train import measure

    torch.set_flush_denormal(True)
    return measure


def _listen(pipe: int, gone: threading.Event) -> None:
    """Wait for the ladder's end of the pipe to close; then stop, by force if it takes too long."""
    # Not through sys.stdin: Python cannot leave while a thread holds that one's lock.
    while os.read(pipe, 1):
        pass
    gone.set()
    time.sleep(GRACE_SECONDS)
    os._exit(STOPPED)


def _writer(folder: Path) -> EventWriter:
    """The folder's events. An orphan of a ladder that was killed may hold them until it has gone."""
    deadline = time.monotonic() + CLAIM_SECONDS
    while True:
        try:
            return EventWriter(folder / EVENTS)
        except RunError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
