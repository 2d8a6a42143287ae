"""The child process of one run: `python -P -m core.worker RUN_DIRECTORY`.

It reads run.json, does the job, and says everything it has to say in events.jsonl. Its own stderr is a file.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from core.errors import explain
from core.jobs import GloveJob, IndexJob, LadderJob, LanguageModelJob, MaskedJob, PretrainJob, TrainJob
from core.runs import EventWriter, RunDirectory, events
from core.runs.logger import USUAL, Intervals, RunLogger, Stopped, Writer
from core.storage.store import Store, default_store

NICENESS = 5


def main(arguments: list[str], writer: Callable[[Path], Writer] = EventWriter, intervals: Intervals = USUAL) -> int:
    """Do the run's job. Returns 0 when it is done or stopped, 1 when it failed (the events say why).

    `writer` opens what the events are written to, and `intervals` say how often: a test's worker brings its own.
    """
    os.nice(NICENESS)
    run = RunDirectory(Path(arguments[0]))
    run.register_worker()
    logger = RunLogger(writer(run.events_path), lambda: run.control().state, intervals)
    logger.start_heartbeat()
    try:
        _work(run, default_store(), logger)
    except Exception as error:
        traceback.print_exc()
        logger.stop_heartbeat()
        told = explain(error, "The details are in the run's stderr.log.")
        logger.log(events.Failed(message=told.message, hint=told.hint))
        return 1
    logger.stop_heartbeat()
    return 0


def _work(run: RunDirectory, store: Store, logger: RunLogger) -> None:
    import torch

    # Numbers too small to matter make the CPU many times slower.
    torch.set_flush_denormal(True)
    job = run.job
    if isinstance(job, TrainJob):
        from core.finetuning import train

        train.train(job, run.path, run.id, store, logger)
        return
    if isinstance(job, LadderJob):
        from core.benchmark import runner
        from core.benchmark.trial_keys import TrialKeys

        runner.run_ladder(job, run.path, store, logger, TrialKeys(store))
        return
    try:
        if isinstance(job, PretrainJob):
            from core.pretraining import word2vec

            artifact = word2vec.pretrain(job, store, logger)
        elif isinstance(job, GloveJob):
            from core.pretraining import glove

            artifact = glove.pretrain(job, store, logger)
        elif isinstance(job, LanguageModelJob):
            from core.pretraining import language_model

            language_model.pretrain(job, run.path, store, logger)
            return
        elif isinstance(job, MaskedJob):
            from core.pretraining import masked_language_model

            masked_language_model.pretrain(job, run.path, store, logger)
            return
        else:
            assert isinstance(job, IndexJob)
            from core.service.session import Session
            from core.words import index

            artifact = index.build(job, store, logger, Session().word_models)
    except Stopped:
        logger.log(events.Stopped())
        return
    logger.log(events.Done(artifact=artifact.key))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
