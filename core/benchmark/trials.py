"""A trial of the ladder: one training's scores and which texts it got right. Its weights are not kept.

Kept in the store as cell.json under a key made from the classifier's own, so that a trial is measured once, and anew
when the data, the vectors it starts from or the recipe have changed. 300 trials take a few megabytes; their models
would take gigabytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.jobs import TrainJob, to_json
from core.runs.logger import RunLogger
from core.storage.artifact import Artifact, Spec
from core.storage.atomic import write_json
from core.storage.store import Store

KIND = "cell"
RECIPE = "cell.v1"
FILE = "cell.json"
SPLITS = ("validation", "test")
SCORES = ("loss", "accuracy", "n", "majority", "macro_f1")
"""What is kept of a split's score; trials of earlier versions lack the last two."""

Right = NDArray[np.bool_]


class Scored(Protocol):
    """`core.finetuning.scoring.Score`, which would bring torch along."""

    @property
    def loss(self) -> float:
        """Mean cross-entropy in nats."""

    @property
    def accuracy(self) -> float:
        """0 to 1."""

    @property
    def n(self) -> int:
        """Texts scored."""

    @property
    def majority(self) -> float:
        """The share of the largest class, 0 to 1."""

    @property
    def macro_f1(self) -> float:
        """The mean of the classes' F1, 0 to 1."""


class Measurement(Protocol):
    """What measuring gives: the key of the classifier, and for each split read its score and the right texts, (n,)."""

    @property
    def key(self) -> str:
        """The key of the classifier's spec."""

    @property
    def scores(self) -> Mapping[str, Scored]:
        """By split."""

    @property
    def right(self) -> Mapping[str, Right]:
        """By split, in the order of its texts."""


class Measure(Protocol):
    """Trains a job in the folder `run`, going on from a checkpoint there, and scores it; keeps no weights.

    The test split is read only if `test`. Raises Stopped, and errors with a message and a hint for a person.
    """

    def __call__(self, job: TrainJob, run: Path, store: Store, logger: RunLogger, test: bool) -> Measurement:
        """Train and score."""


@dataclass(frozen=True)
class TrialResult:
    """A measured trial as the store keeps it. `scores`: by split, what SCORES names; `right`: by split, (n,)."""

    key: str
    model: str
    """The key that the classifier it measured has in a store."""
    scores: Mapping[str, Mapping[str, float]]
    right: Mapping[str, Right]
    seconds: float
    """Worked on it, pauses and interruptions left out."""


def store_spec(classifier: str, test: bool) -> Spec:
    """What the trial of the classifier with that key is made from."""
    splits = SPLITS if test else SPLITS[:1]
    return Spec(KIND, RECIPE, {"splits": splits}, parents=(classifier,))


def find(store: Store, classifier: str, test: bool) -> TrialResult | None:
    """The trial of that classifier, read on the test split too if `test`; None if it was not measured yet.

    One that has read the test split serves also when only validation is asked for.
    """
    for with_test in (True,) if test else (False, True):
        if artifact := store.find(store_spec(classifier, with_test).key):
            return read(artifact)
    return None


def write(folder: Path, job: TrainJob, measured: Measurement, seconds: float) -> None:
    """Write what was measured, in so many seconds of work, as the artifact's one file.

    Raises ValueError where the score and the right texts disagree.
    """
    splits: dict[str, Any] = {}
    for split, score in measured.scores.items():
        right = measured.right[split]
        if len(right) != score.n or abs(int(right.sum()) - score.accuracy * score.n) > 0.5:
            raise ValueError(f"{int(right.sum())} of {len(right)} texts right is not an accuracy of {score.accuracy}")
        kept = {name: getattr(score, name) for name in SCORES}
        splits[split] = {**kept, "right": pack(right)}
    write_json(folder / FILE, {"v": 1, "job": to_json(job), "seconds": round(seconds, 3), "splits": splits})


def read(artifact: Artifact) -> TrialResult:
    """The trial in an artifact. Raises OSError, ValueError or KeyError if its file is not one."""
    described = json.loads((artifact.path / FILE).read_bytes())
    splits = described["splits"]
    return TrialResult(
        artifact.key,
        artifact.manifest["parents"][0],
        {split: {name: kept[name] for name in SCORES if name in kept} for split, kept in splits.items()},
        {split: unpack(kept["right"], kept["n"]) for split, kept in splits.items()},
        float(described["seconds"]),
    )


def pack(right: Right) -> str:
    """A bit a text, as hexadecimal digits."""
    return np.packbits(right).tobytes().hex()


def unpack(digits: str, n: int) -> Right:
    """The n bits that `pack` wrote, (n,). Raises ValueError if there are fewer."""
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(digits), dtype=np.uint8), count=n)
    return bits.astype(np.bool_)
