"""What every objective of word vectors shares: the tokenised text, and an artifact that is found or made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.data.corpora import unlabelled
from core.jobs import GloveJob, PretrainJob
from core.pretrained.vectors import KIND, config
from core.pretraining import corpus as corpora
from core.runs.logger import Narrator, counted, waiting
from core.storage.store import Artifact, Spec, Store

J = TypeVar("J", PretrainJob, GloveJob)


def build(
    job: J,
    recipe: str,
    store: Store,
    narrator: Narrator,
    train: Callable[[J, corpora.Corpus, str, Path, Narrator], None],
) -> Artifact:
    """The vectors of a job: found, or made by `train(job, corpus, name of the data, folder, narrator)`.

    Raises Stopped when the person stops it, and nothing is kept; DataError.
    """
    narrator.say("progress", phase="data", step=0, total=0)
    text = unlabelled(job.data, job.text_column, offline=job.offline)
    parent = corpora.build(store, text, job.vocabulary, counted(narrator), waiting(narrator))
    spec = Spec(KIND, recipe, config(job), text.digest, (parent.key,))

    def write(folder: Path) -> None:
        train(job, corpora.load(parent), text.name, folder, narrator)

    return store.get_or_build(spec, write, waiting(narrator))
