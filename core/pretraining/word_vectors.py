"""What every objective of word vectors shares: the tokenised text, and an artifact that is found or made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.data.corpora import unlabelled
from core.jobs import GloveJob, PretrainJob
from core.pretrained.vectors import KIND
from core.pretraining import corpus as corpora
from core.runs import events
from core.runs.events import Done
from core.runs.logger import RunLogger, counted, waiting
from core.storage.store import Spec, Store

J = TypeVar("J", PretrainJob, GloveJob)


def build(
    job: J,
    recipe: str,
    store: Store,
    logger: RunLogger,
    train: Callable[[J, corpora.Corpus, str, Path, RunLogger], None],
) -> Done:
    """The vectors of a job: found, or made by `train(job, corpus, name of the data, folder, logger)`.

    Raises Stopped when the person stops it, and nothing is kept; DataError.
    """
    logger.log(events.Progress(phase="data", step=0, total=0))
    text = unlabelled(job.data, job.text_column, offline=job.offline)
    parent = corpora.build(store, text, job.vocabulary, counted(logger), waiting(logger))
    spec = Spec(KIND, recipe, job.settings, text.digest, (parent.key,))

    def write(folder: Path) -> None:
        train(job, corpora.load(parent), text.name, folder, logger)

    return Done(artifact=store.get_or_build(spec, write, waiting(logger)).key)
