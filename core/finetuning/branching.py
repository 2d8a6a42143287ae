"""A training that begins where another one was: with everything of its checkpoint, or with its best parameters."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.finetuning.loop import Trainer
from core.optim.checkpoint import CheckpointError, read
from core.runs.branching import BEST


def branch_off(trainer: Trainer, source: Path, branch: str) -> None:
    """Begin with the checkpoint in `source`, before the first step; `branch` says which of its two sets of parameters.

    The newest go on with their optimiser, and with their random state where the seed is theirs. The best, which are
    kept without both, go on from the end of their epoch with a fresh optimiser. The rate is the branch's own, nothing
    is frozen, and early stopping counts anew. Raises CheckpointError.
    """
    tensors, state = read(source)
    trainer.go_on(tensors, state)
    progress = trainer.progress
    if branch.endswith(f"@{BEST}"):
        trainer.model.load_state_dict(trainer.best)
        trainer.optimizer = trainer.fresh_optimizer()
        progress.epoch, progress.position = progress.best_epoch, 0
        progress.step = progress.best_epoch * trainer.steps_per_epoch
    elif state.get("seed") == trainer.settings.seed:
        trainer.set_random(tensors)
    progress.bad_epochs = progress.skipped = progress.skipped_in_a_row = 0


def describe_start(source: Path, branch: str) -> str:
    """What a branch begins with, for its key: the digest of the checkpoint, and which of its parameters.

    Raises CheckpointError.
    """
    try:
        with (source / "tensors.safetensors").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        state = (source / "state.json").read_bytes()
    except OSError as error:
        raise CheckpointError(source, error) from error
    which = BEST if branch.endswith(f"@{BEST}") else "newest"
    return f"{which} of {digest}, {hashlib.sha256(state).hexdigest()[:16]}"
