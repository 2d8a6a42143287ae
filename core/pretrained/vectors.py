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
from core.errors import UserError
from core.jobs import VECTORS
from core.pretrained.parents import went_on
from core.storage.store import Artifact, Store
from core.storage.weights import load_compact, save_compact

KIND = "vectors"
SKIPGRAM, CBOW = "skipgram", "cbow"
ARCHITECTURES = (SKIPGRAM, CBOW)


class NoVectors(UserError):
    """No pretrained vectors fit what was asked. `message` and `hint` are for a person."""

    def __init__(
        self, objective: str, dimension: int, wanted: str | None = None, architecture: str | None = None
    ) -> None:
        named = objective if architecture in (None, SKIPGRAM) else f"{objective} {architecture}"
        what = f"with a key starting {wanted!r}" if wanted else f"with {dimension} dimensions"
        options = "" if architecture in (None, SKIPGRAM) else f" --architecture {architecture}"
        super().__init__(
            f"There are no {named} vectors {what}.",
            f"Make them with `nlp-tui pretrain {objective}{options} --dimension {dimension}`.",
        )


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


def variant(artifact: Artifact) -> str:
    """What vectors are called that are not an era's own: where they come from, or how they learned; else empty."""
    settings = artifact.manifest["config"]
    return str(settings.get("source") or settings.get("architecture") or "")


def dimension(artifact: Artifact) -> int:
    """The size of a vector."""
    return int(json.loads((artifact.path / "vectors.json").read_text(encoding="utf-8"))["dimension"])


def notes(artifact: Artifact) -> tuple[str, ...]:
    """What was left out of vectors that were made elsewhere, a sentence each."""
    return tuple(json.loads((artifact.path / "vectors.json").read_text(encoding="utf-8")).get("notes", ()))


def find(
    store: Store, objective: str, dimension: int, wanted: str | None = None, architecture: str = SKIPGRAM
) -> Artifact:
    """The artifact to start C from: by the first characters of its key, or the objective's of that dimension.

    With several of one dimension, those made with the default settings from the default text win, then the newest;
    vectors that were made elsewhere, or went on with a text of their own, are found by key alone. Raises NoVectors.
    """
    fitting = [a for a in store.all(KIND) if a.manifest["config"].get("objective") == objective]
    if wanted:
        fitting = [a for a in fitting if a.key.startswith(wanted)]
    else:
        asked = "" if architecture == SKIPGRAM else architecture
        fitting = [a for a in fitting if not went_on(a)]
        fitting = [a for a in fitting if a.manifest["config"].get("dimension") == dimension and variant(a) == asked]
    if not fitting:
        raise NoVectors(objective, dimension, wanted, architecture)
    named: dict[str, Any] = {} if architecture == SKIPGRAM else {"architecture": architecture}
    default = VECTORS[objective](dimension=dimension, **named)

    def preference(artifact: Artifact) -> tuple[bool, str]:
        info = json.loads((artifact.path / "vectors.json").read_text(encoding="utf-8"))
        usual = artifact.manifest["config"] == default.settings and info["data"] == default.data
        return usual, str(artifact.manifest.get("created", ""))

    return max(fitting, key=preference)
