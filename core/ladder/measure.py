"""Training a classifier for its scores alone: nothing of it is kept but what it got right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.text import words
from core.jobs import TrainJob
from core.store import Store
from core.training import classify
from core.training.batches import Encoded
from core.training.loop import Score, score
from core.training.narration import Narrator, Stopped


@dataclass(frozen=True)
class Measured:
    """The classifier's key, and by split its score and the texts it got right, (n,)."""

    key: str
    scores: dict[str, Score]
    right: dict[str, NDArray[np.bool_]]


def measure(job: TrainJob, run: Path, store: Store, narrator: Narrator, test: bool) -> Measured:
    """Train in the folder `run`, going on from a checkpoint there, and score on the task's own validation split.

    That is the same for every budget, unlike the validation texts within a budget. The test split is read only if
    `test`. Raises Stopped, and what `classify.prepare` raises.
    """
    if job.threads:
        torch.set_num_threads(job.threads)
    training = classify.prepare(job, store)
    outcome, trainer, data = classify._fit(training, run, narrator)
    if not outcome.finished:
        raise Stopped
    trainer.model.load_state_dict(outcome.best)
    splits = {"validation": training.task.validation} | ({"test": training.task.test} if test else {})
    scores: dict[str, Score] = {}
    right: dict[str, NDArray[np.bool_]] = {}
    for name, split in splits.items():
        ids = [data.vocabulary.encode(words(text)[: job.max_tokens]) for text in split.texts]
        encoded = Encoded(ids, list(split.labels))
        scores[name], probabilities = score(trainer.model, encoded, trainer.device)
        right[name] = probabilities.argmax(dim=1).numpy() == np.asarray(split.labels)
    return Measured(training.spec.key, scores, right)
