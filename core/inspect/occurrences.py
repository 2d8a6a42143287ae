"""The index of occurrences: words of the labelled training texts, each with its hidden state in one model.

Contextual neighbours of an occurrence are the rows whose states are nearest to its own.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.catalog import Catalog, ModelEntry
from core.data.corpora import load_task
from core.data.text import words
from core.inspect.neighbors import VectorSpace
from core.jobs import IndexJob, TrainJob
from core.models import classifier
from core.store import Artifact, Spec, Store
from core.training.narration import Clock, Narrator, Stopped

KIND = "index"
RECIPE = "occurrences.v2"
LARGEST_PER_WORD = 200
"""Occurrences kept of one word, so that "the" does not fill the index."""
BATCH = 64


@dataclass(frozen=True)
class Index:
    """Row r is word `position[r]` of `documents[document[r]]`; `space` holds its state.

    Document d is training text `numbers[d]`.
    """

    space: VectorSpace
    document: NDArray[np.int32]
    position: NDArray[np.int32]
    documents: list[list[str]]
    labels: list[str]
    numbers: list[int]
    data: str

    def word(self, row: int) -> str:
        """The word of a row."""
        return str(self.documents[self.document[row]][self.position[row]])


def identity(entry: ModelEntry) -> str:
    """What an index belongs to: the model's key, or the digest of its weights where it is not in the store."""
    return entry.key or hashlib.sha256((entry.path / "weights.safetensors").read_bytes()).hexdigest()


def find(store: Store, entry: ModelEntry) -> Artifact | None:
    """The newest index of a model, if one is built."""
    key = identity(entry)
    mine = [a for a in store.all(KIND) if a.manifest["parents"] == [key] and a.manifest["recipe"] == RECIPE]
    return max(mine, key=lambda a: str(a.manifest["created"]), default=None)


def build(job: IndexJob, store: Store, narrator: Narrator) -> Artifact:
    """Build the index of a model over a sample of its training data. Raises Stopped."""
    entry = Catalog().resolve(job.model)
    trained = TrainJob(**entry.info["job"])
    narrator.say("progress", phase="data", step=0, total=0)
    task = load_task(trained.data, trained.text_column, trained.label_column, offline=trained.offline)
    count = min(job.documents, len(task.train))
    # Never the first ones: data often comes sorted by label, and all neighbours would bear the same one.
    numbers: list[int] = sorted(np.random.default_rng(0).choice(len(task.train), count, replace=False).tolist())
    texts = [words(task.train.texts[i])[: trained.max_tokens] for i in numbers]
    labels = [task.labels[task.train.labels[i]] for i in numbers]
    spec = Spec(KIND, RECIPE, {"documents": job.documents}, task.digest, (identity(entry),))

    def write(folder: Path) -> None:
        model = classifier.load(entry.path, store)
        narrator.say(
            "start",
            title=job.title,
            step=0,
            total=count,
            steps_per_epoch=count,
            epochs=1,
            resumed=False,
            sizes={"documents": count},
            labels=list(task.labels),
            parameters=0,
        )
        rows: list[NDArray[np.float16]] = []
        places: list[tuple[int, int]] = []
        kept: Counter[str] = Counter()
        clock = Clock(0, count)
        for start in range(0, count, BATCH):
            if narrator.hold(start) == "stopped":
                raise Stopped
            batch = texts[start : start + BATCH]
            states = model.states(batch)
            for document, (text, vectors) in enumerate(zip(batch, states, strict=True), start):
                chosen = []
                for position, word in enumerate(text):
                    if kept[word] < LARGEST_PER_WORD and any(map(str.isalnum, word)):
                        kept[word] += 1
                        chosen.append(position)
                        places.append((document, position))
                rows.append(vectors[chosen].numpy().astype(np.float16))
            if narrator.due():
                speed, left = clock.read(start + len(batch))
                narrator.say(
                    "progress",
                    phase="index",
                    step=start + len(batch),
                    total=count,
                    speed=speed,
                    unit="sentences/s",
                    eta=left,
                )
        np.save(folder / "states.npy", np.concatenate(rows))
        np.save(folder / "places.npy", np.array(places, dtype=np.int32).reshape(-1, 2))
        contents = {"documents": texts, "labels": labels, "numbers": numbers, "data": task.name}
        (folder / "documents.json").write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")

    def waiting() -> None:
        if narrator.hold(0) == "stopped":
            raise Stopped

    return store.get_or_build(spec, write, waiting)


def load(artifact: Artifact) -> Index:
    """Read an index into memory."""
    places = np.load(artifact.path / "places.npy")
    contents = json.loads((artifact.path / "documents.json").read_text(encoding="utf-8"))
    return Index(
        VectorSpace(np.load(artifact.path / "states.npy").astype(np.float32)),
        places[:, 0],
        places[:, 1],
        contents["documents"],
        contents["labels"],
        contents["numbers"],
        contents["data"],
    )
