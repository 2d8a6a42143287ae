"""A language model made ready for a task: a little more training on the task's own texts, their labels unread.

The second of ULMFiT's three stages (Howard and Ruder 2018). Also the untrained twin of a language model, for the
control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.models.language_model import LanguageModel
from core.pretrained import language_model as frozen
from core.pretraining.language_loop import LanguageModelTrainer, Settings
from core.pretraining.sampled_softmax import Noise
from core.runs.logger import RunLogger, Stopped
from core.storage.store import Artifact, Spec, Store

RECIPE = "lm-adapt.v1"
UNTRAINED_RECIPE = "lm-untrained.v1"
NEGATIVES = 1024


@dataclass(frozen=True)
class Adaptation:
    """How a language model reads the task's texts: `epochs` times, in streams side by side."""

    epochs: int
    learning_rate: float = 1e-3
    batch_size: int = 16
    bptt: int = 32
    seed: int = 0


def adapt(
    parent: Artifact,
    texts: Sequence[list[str]],
    digest: str,
    plan: Adaptation,
    run: Path,
    store: Store,
    logger: RunLogger,
) -> Artifact:
    """The language model `parent` after reading `texts` (words each, `digest` names them), kept in the store.

    Resumable from the run's checkpoints. Raises Stopped, Diverged.
    """
    spec = Spec(frozen.ADAPTED, RECIPE, asdict(plan), digest, (parent.key,))

    def write(folder: Path) -> None:
        base = frozen.load(parent.path)
        model = base.model.requires_grad_(True)
        documents = [np.array(ids, dtype=np.int32) for text in texts if (ids := base.vocabulary.encode(text))]
        settings = Settings(
            plan.epochs, plan.batch_size, plan.bptt, plan.learning_rate, plan.seed, base.backward, phase=base.phase
        )
        checkpoints = run / "language-models" / base.direction
        noise = Noise(base.vocabulary.counts, NEGATIVES)
        trainer = LanguageModelTrainer(model, documents, noise, settings, checkpoints)
        trainer.restore()
        if not trainer.fit(logger):
            raise Stopped
        frozen.save(folder, model, base.vocabulary)
        frozen.describe(folder, {**base.info, "adapted": {"from": parent.key, "words": trainer.words, **asdict(plan)}})

    def waiting() -> None:
        if logger.wait_while_paused(0) == "stopped":
            raise Stopped

    return store.get_or_build(spec, write, waiting)


def untrained(parent: Artifact, seed: int, store: Store) -> Artifact:
    """A language model of the same sizes and words as `parent` that has read nothing at all."""
    base = frozen.load(parent.path)
    config: dict[str, Any] = {**base.model.config.to_json(), "direction": base.direction, "seed": seed}
    spec = Spec(frozen.UNTRAINED, UNTRAINED_RECIPE, config, base.vocabulary.digest)

    def write(folder: Path) -> None:
        torch.manual_seed(seed)
        frozen.save(folder, LanguageModel(base.model.config), base.vocabulary)
        frozen.describe(folder, {"direction": base.direction, "config": base.model.config.to_json(), "untrained": True})

    return store.get_or_build(spec, write)
