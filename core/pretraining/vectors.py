"""Word vectors as an artifact: vectors.safetensors, vocabulary.tsv, vectors.json. Shared by every objective."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.vocabulary import Vocabulary
from core.jobs import PretrainJob
from core.store import Artifact, Store
from core.weights import load_compact, save_compact

KIND = "vectors"


class NoVectors(Exception):
    """No pretrained vectors fit what was asked. `message` and `hint` are for a person."""

    def __init__(self, objective: str, dimension: int, wanted: str | None) -> None:
        what = f"with a key starting {wanted!r}" if wanted else f"with {dimension} dimensions"
        self.message = f"There are no {objective} vectors {what}."
        self.hint = f"Make them with `nlp-tui pretrain {objective} --dimension {dimension}`."
        super().__init__(self.message)


@dataclass(frozen=True)
class Vectors:
    """`matrix`: (V, d) float32, one row a word of `vocabulary`; pad is zero, unknown the mean of all words."""

    matrix: NDArray[np.float32]
    vocabulary: Vocabulary
    info: dict[str, Any]


def save(folder: Path, matrix: NDArray[np.float32], vocabulary: Vocabulary, info: dict[str, Any]) -> None:
    """Write the artifact's files."""
    tensor = torch.from_numpy(np.ascontiguousarray(matrix, dtype=np.float32))
    save_compact(folder / "vectors.safetensors", {"C": tensor}, frozenset({"C"}))
    vocabulary.save(folder)
    (folder / "vectors.json").write_text(json.dumps(info, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> Vectors:
    """Read the artifact's files."""
    info: dict[str, Any] = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))
    matrix = load_compact(folder / "vectors.safetensors")["C"].numpy()
    return Vectors(matrix, Vocabulary.load(folder), info)


def config(job: PretrainJob) -> dict[str, Any]:
    """The settings that make vectors what they are: part of their key."""
    return {
        "objective": job.objective,
        "dimension": job.dimension,
        "epochs": job.epochs,
        "window": job.window,
        "negatives": job.negatives,
        "seed": job.seed,
    }


def find(store: Store, objective: str, dimension: int, wanted: str | None = None) -> Artifact:
    """The artifact to start C from: by the first characters of its key, or the objective's of that dimension.

    With several of one dimension, those made with the default settings from the default text win, then the newest.
    Raises NoVectors.
    """
    fitting = [a for a in store.all(KIND) if a.manifest["config"].get("objective") == objective]
    if wanted:
        fitting = [a for a in fitting if a.key.startswith(wanted)]
    else:
        fitting = [a for a in fitting if a.manifest["config"].get("dimension") == dimension]
    if not fitting:
        raise NoVectors(objective, dimension, wanted)
    default = PretrainJob(objective=objective, dimension=dimension)

    def preference(artifact: Artifact) -> tuple[bool, str]:
        info = json.loads((artifact.path / "vectors.json").read_text(encoding="utf-8"))
        usual = artifact.manifest["config"] == config(default) and info["data"] == default.data
        return usual, str(artifact.manifest.get("created", ""))

    return max(fitting, key=preference)
