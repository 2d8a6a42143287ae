"""What every objective of word vectors shares: the tokenised text, and an artifact that is found or made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.corpora import DataError
from core.data.vocabulary import Vocabulary
from core.jobs import GloveJob, PretrainJob
from core.pretrained import vectors
from core.pretrained.parents import find_parent
from core.pretrained.vectors import KIND, Vectors
from core.pretraining import corpus as corpora
from core.pretraining import going_on
from core.runs import events
from core.runs.events import Done
from core.runs.logger import RunLogger, counted, waiting
from core.storage.store import Artifact, Spec, Store

LEAST = 100
"""Words, of those that have a vector, that a text must hold to be gone on with."""

J = TypeVar("J", PretrainJob, GloveJob)


@dataclass(frozen=True)
class Beginning:
    """What vectors are made from: the `corpus`, and the `parent` whose vectors they go on from, if they do.

    `info`: what they say of themselves beside their settings.
    """

    corpus: corpora.Corpus
    parent: Vectors | None
    info: Mapping[str, Any]

    def rows(self) -> NDArray[np.float32] | None:
        """(V, d): the parent's vectors, those of new words at their mean; None where nothing is gone on from."""
        if self.parent is None:
            return None
        return going_on.extend_rows(self.parent.matrix, len(self.corpus.vocabulary))

    def save(self, folder: Path, matrix: NDArray[np.float32], job: PretrainJob | GloveJob, losses: list[float]) -> None:
        """Write the artifact of finished vectors, (V, d), and the losses of its epochs."""
        matrix[Vocabulary.UNKNOWN] = matrix[2:].mean(axis=0)
        info = {**job.settings, **self.info, "words": int(self.corpus.counts[2:].sum()), "loss": losses}
        vectors.save(folder, matrix, self.corpus.vocabulary, info)


def build(
    job: J,
    recipe: str,
    store: Store,
    logger: RunLogger,
    train: Callable[[J, Beginning, Path, RunLogger], None],
) -> Done:
    """The vectors of a job: found, or made by `train(job, beginning, folder, logger)`.

    Raises Stopped when the person stops it, and nothing is kept; DataError, NoParent.
    """
    logger.log(events.Progress(phase="data", step=0, total=0))
    start = _find_start(job, store) if job.goes_on else None
    parent = vectors.load(start.path) if start else None
    if start:
        job = going_on.keep_sizes(job, {"dimension": vectors.dimension(start)})
    material = going_on.read_material(job, start, logger)
    text, known = material.text, parent.vocabulary if parent else None
    source = corpora.build(store, text, job.vocabulary, counted(logger), waiting(logger), known)
    config = {**job.settings, **material.settings}
    spec = Spec(KIND, recipe, config, text.digest, (source.key, start.key) if start else (source.key,))

    def write(folder: Path) -> None:
        corpus = corpora.load(source)
        if corpus.counts[2:].sum() < (LEAST if start else 1):
            raise DataError(f"{text.name} is too little text to learn word vectors from", "take a larger file, or imdb")
        info = {"data": text.name, **material.info}
        if known is not None:
            info["added"] = going_on.say_added(corpus, len(known), job.vocabulary, logger)
        train(job, Beginning(corpus, parent, info), folder, logger)

    return Done(artifact=store.get_or_build(spec, write, waiting(logger)).key)


def _find_start(job: PretrainJob | GloveJob, store: Store) -> Artifact:
    """The vectors that it goes on from. Raises NoParent."""

    def fits(artifact: Artifact) -> bool:
        config = artifact.manifest["config"]
        return bool(config.get("objective") == job.objective)

    return find_parent(store, KIND, job.goes_on or "", f"{job.objective} vectors", fits)
