"""Makes the shipped models again with another seed, and writes which nearest words came back to assets/stability.

python -P -m core.release.reseeding

Everything that is random is drawn anew, the word vectors a model starts from too; the language models alone, which take
hours, are the shipped ones, so what is said of ulmfit is about its fine-tuning. bert tunes no C.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from core.catalog.model_info import read_info
from core.data.lexicon import Lexicon
from core.eras.table import ERAS, Era
from core.finetuning import train
from core.jobs import GloveJob, PretrainJob, TrainJob
from core.pretrained import classifier, vectors
from core.pretraining import glove, word2vec
from core.runs.events import Done, Event, Stopped
from core.runs.logger import RunLogger
from core.storage.paths import ASSETS, Home
from core.storage.store import Artifact, Store
from core.words.centering import Matrix
from core.words.returning_neighbors import FOLDER, ReturningNeighbors, find_returning

MODELS = ASSETS / "models"
SEEDS = (1,)


def make(store: Store, models: Path = MODELS, folder: Path = FOLDER, seeds: Sequence[int] = SEEDS) -> Iterator[str]:
    """Make the shipped vectors and models with those seeds in `store` and write what came back; yields what it says."""
    folder.mkdir(parents=True, exist_ok=True)
    logger = RunLogger(_Quiet())
    pretrained: dict[tuple[str, int], str] = {}
    for objective in ("word2vec", "glove"):
        own = _find_shipped(models / f"{objective}-vectors")
        others = [_pretrain(objective, seed, store, logger) for seed in seeds]
        pretrained |= {(objective, seed): other.key for seed, other in zip(seeds, others, strict=True)}
        yield _write_overlap(
            own, [_read_vectors(own), *map(_read_vectors, others)], seeds, folder / f"{objective}-vectors.npz"
        )
    for era in list_drawn(models):
        own = _find_shipped(models / f"{era.id}-seed0")
        others = []
        for seed in seeds:
            start = pretrained.get((era.vectors, seed)) if era.vectors else None
            others.append(_train(TrainJob.of(era.id, seed=seed, vectors=start), store, logger))
        yield _write_overlap(
            own, [_read_classifier(each, store) for each in (own, *others)], seeds, folder / f"{era.id}.npz"
        )


def list_drawn(models: Path = MODELS) -> list[Era]:
    """The eras whose shipped model has a C of words that another seed would have otherwise."""
    found = [era for era in ERAS if (models / f"{era.id}-seed0" / "vocabulary.tsv").exists()]
    return [era for era in found if not {"C", "W_h"} <= set(read_info(models / f"{era.id}-seed0").frozen)]


class _Quiet:
    """Nobody watches; what a training that fails has to say is its exception."""

    def write(self, event: Event) -> None:
        """Forget the event."""


def _find_shipped(folder: Path) -> Artifact:
    return next(each for each in Store(folder.parent / "none", folder.parent).all() if each.path == folder)


def _pretrain(objective: str, seed: int, store: Store, logger: RunLogger) -> Artifact:
    with TemporaryDirectory() as run:
        if objective == "glove":
            done = glove.pretrain(GloveJob(seed=seed, threads=1), Path(run), store, logger)
        else:
            done = word2vec.pretrain(PretrainJob(seed=seed, threads=1), Path(run), store, logger)
    return _made(store, done)


def _train(job: TrainJob, store: Store, logger: RunLogger) -> Artifact:
    with TemporaryDirectory() as run:
        return _made(store, train.train(job, Path(run), store, logger))


def _made(store: Store, last: Done | Stopped) -> Artifact:
    """What a run that was not stopped has put into the store."""
    found = store.find(last.artifact or "")
    assert found is not None
    return found


def _read_vectors(artifact: Artifact) -> tuple[Matrix, Lexicon]:
    found = vectors.load(artifact.path)
    return found.matrix, found.vocabulary


def _read_classifier(artifact: Artifact, store: Store) -> tuple[Matrix, Lexicon]:
    found = classifier.load(artifact.path, store)
    return found.C.numpy(), found.vocabulary


def _write_overlap(own: Artifact, models: Sequence[tuple[Matrix, Lexicon]], seeds: Sequence[int], path: Path) -> str:
    bits = np.stack([find_returning(*models[0], *other) for other in models[1:]], axis=1)
    made = ReturningNeighbors(own.key, bits, tuple(seeds))
    made.save(path)
    return f"{path.stem}: {100 * made.overlap:.0f} % of the ten nearest come back ({path.stat().st_size / 1e3:.0f} KB)"


def main(arguments: list[str] | None = None) -> int:
    """Make all of it; what was trained for it stays beside the store, so that an interrupted one goes on."""
    argparse.ArgumentParser(prog="python -P -m core.release.reseeding", description=__doc__.splitlines()[0]).parse_args(
        arguments
    )
    # Not in the store itself: there these models would be among those that an era's best is chosen from.
    store = Store(Home.locate().store.with_name("reseeded"), MODELS)
    for line in make(store):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
