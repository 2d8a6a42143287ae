"""The states of one layer of one model at every place of the table of occurrences: half precision, memory-mapped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.catalog.models import ModelEntry
from core.jobs import DEFAULT_DATA, IndexJob
from core.jobs.reading import FIELDS as READING
from core.machine.extras import has_faiss
from core.runs import events
from core.runs.logger import Clock, RunLogger, Stopped
from core.storage.store import Artifact, Spec, Store
from core.words import occurrences
from core.words.centering import Centering, Matrix
from core.words.occurrences import Occurrences
from core.words.ranking import Flat, Ranking, Scored
from core.words.target import LayerVectors, resolve_vectors
from core.words.vector_space import VectorSpace
from core.words.word_models import WordModels

KIND = "states"
RECIPE = "states.v1"
MANY = 500_000
"""Places from which on faiss searches, where it is installed: single precision would fill the memory."""
PASSAGES = 256
"""Passages that are read at a time; inside, they are batched by length."""


@dataclass
class Index:
    """A table and its states, (rows, width), float16, on the disk; `space` is what is searched, in memory."""

    key: str
    table: Occurrences
    states: NDArray[np.float16]
    centering: Centering
    _space: VectorSpace | None = None
    _flat: Flat | None = None

    @property
    def space(self) -> VectorSpace:
        """The states as a space, made when first asked for."""
        if self._space is None:
            self._space = VectorSpace(np.asarray(self.states, dtype=np.float32), self.centering)
        return self._space

    def ranking(self, vector: Matrix, centring: str) -> Ranking:
        """The places by their cosine with a raw vector, (width,)."""
        if len(self.states) < MANY or not has_faiss():
            return Scored(self.space.scores(vector, centring))
        if self._flat is None or self._flat.centring != centring:
            self._flat = Flat(self.states, self.centering, centring)
        return self._flat.ranking(vector)

    def rest(self) -> None:
        """Give the memory back; the file stays."""
        self._space = self._flat = None


def find(store: Store, vectors: LayerVectors) -> list[Artifact]:
    """The indexes of a layer's vectors that are built: most places first, among equals most texts, then the newest."""
    parents = list(vectors.parents)
    mine = [
        artifact
        for artifact in store.all(KIND)
        if artifact.manifest["recipe"] == RECIPE
        and artifact.manifest["parents"][1:] == parents
        and artifact.manifest["config"] == {"layer": vectors.layer.name, "vectors": vectors.kind}
        and store.find(artifact.manifest["parents"][0])
    ]

    def preference(artifact: Artifact) -> tuple[int, int, str]:
        about = artifact.manifest
        texts = str(about["data"]).count(occurrences.JOINED)
        return about["files"]["states.npy"]["bytes"], texts, str(about["created"])

    return sorted(mine, key=preference, reverse=True)


def build(job: IndexJob, store: Store, logger: RunLogger, word_models: WordModels) -> Artifact:
    """Build the index a job asks for, and its table where there is none. Raises Stopped, ModelError, DataError."""
    import torch

    if job.threads:
        torch.set_num_threads(job.threads)

    def waiting() -> None:
        if logger.wait_while_paused(0) == "stopped":
            raise Stopped

    logger.log(events.Progress(phase="data", step=0, total=0))
    word_model = word_models.get(job.model)
    vectors = resolve_vectors(word_model, job.layer, job.vectors)
    made = occurrences.build(_of_text(job, word_model.entry), store, waiting)
    parents = (made.key, *vectors.parents)

    def write(folder: Path) -> None:
        table = occurrences.load(made)
        logger.log(
            events.Start(
                title=job.title,
                step=0,
                total=len(table),
                steps_per_epoch=len(table),
                epochs=1,
                resumed=False,
                sizes={"passages": int(table.passage[-1]) + 1, "occurrences": len(table)},
                labels=sorted({passage.label for passage in table.passages if passage.label}),
                parameters=0,
            )
        )
        _write(folder, table, vectors, logger)

    return store.get_or_build(
        Spec(KIND, RECIPE, {"layer": vectors.layer.name, "vectors": vectors.kind}, made.manifest["data"], parents),
        write,
        waiting,
    )


def load(store: Store, artifact: Artifact) -> Index:
    """The index, its states memory-mapped. Raises OSError, KeyError or ValueError where it is damaged."""
    table = store.find(artifact.manifest["parents"][0])
    if table is None:
        raise ValueError("the table of occurrences that the index belongs to is gone")
    states = np.load(artifact.path / "states.npy", mmap_mode="r", allow_pickle=False)
    return Index(artifact.key, occurrences.load(table), states, Centering.load(artifact.path))


def _write(folder: Path, table: Occurrences, vectors: LayerVectors, logger: RunLogger) -> None:
    places = table.places()
    # Passages of about one length are read together; their rows go where the table has them.
    ends = np.cumsum([len(some) for some in places])
    order = sorted(range(len(places)), key=lambda n: len(table.passages[n].words))
    states: np.memmap[Any, np.dtype[np.float16]] | None = None
    clock, done = Clock(0, len(table)), 0
    for start in range(0, len(order), PASSAGES):
        if logger.wait_while_paused(done) == "stopped":
            raise Stopped
        some = order[start : start + PASSAGES]
        found = vectors.states([table.passages[n].words for n in some], [places[n] for n in some]).astype(np.float16)
        if states is None:
            shape = (len(table), found.shape[1])
            states = np.lib.format.open_memmap(folder / "states.npy", mode="w+", dtype=np.float16, shape=shape)
        rows = np.concatenate([np.arange(ends[n] - len(places[n]), ends[n]) for n in some])
        states[rows] = found
        done += len(found)
        if logger.progress_is_due():
            speed, left = clock.read(done)
            logger.log(
                events.Progress(phase="index", step=done, total=len(table), speed=speed, unit="words/s", eta=left)
            )
    assert states is not None
    Centering.of(states).save(folder)
    states.flush()


def _of_text(job: IndexJob, entry: ModelEntry | None) -> IndexJob:
    """The job with its labelled text named: unless it names one, what the model was trained on, in the same columns.

    A job that names a corpus means that alone.
    """
    if job.data is not None or job.corpus:
        return job
    if entry is None:
        return replace(job, data=DEFAULT_DATA)
    trained = entry.info.job
    names = ("text_column", "label_column", *READING)
    read: dict[str, Any] = {name: getattr(job, name) or trained.get(name) for name in names if name in trained}
    return replace(job, data=str(trained["data"]), **read)
