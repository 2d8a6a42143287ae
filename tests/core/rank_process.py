"""One of two processes that train together: `python -m tests.core.rank_process FOLDER RANK`, all of it for test_ranks.

Both do one thing after another in FOLDER, over a file in which they find each other; the last is that one of them dies.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.distributed import FileStore  # type: ignore[attr-defined]  # torch's stubs forget it

from core.pretraining.language_loop import LanguageModelTrainer
from core.pretraining.ranks import Group, RanksError
from core.runs.logger import RunLogger
from tests.core.conftest import EVERY_STEP, Events
from tests.core.test_language_loop import Switch
from tests.core.test_ranks import COUNT, MIDDLE, small_trainer


def fit(
    run: LanguageModelTrainer,
    ranks: Group,
    desired: Callable[[], str] = lambda: "running",
    after_step: Callable[[int], None] | None = None,
) -> Events:
    """Train, together with the other process; the desired state is heard by the first one only."""
    said = Events()
    with ranks.together(lambda: None):
        run.fit(RunLogger(said, desired if ranks.first else lambda: "running", EVERY_STEP), after_step)
    return said


def main(folder: Path, rank: int) -> None:
    torch.set_num_threads(1)

    def meet(name: str) -> Group:
        return Group(FileStore(str(folder / f"{name}.store"), COUNT), rank, COUNT)

    def note(name: str, said: str) -> None:
        (folder / f"{name}-{rank}.txt").write_text(said, encoding="utf-8")

    # The first step alone: what the optimizers remember after it are the gradients, to a factor.
    ranks, switch = meet("step"), Switch(1)
    fit(small_trainer(folder / "step", ranks=ranks, clip=1e9), ranks, switch, switch.after_step)

    # To the end, with a pause that only the first process is told of.
    ranks, states = meet("whole"), iter(["running", "paused", "paused"])
    run = small_trainer(folder / "whole", ranks=ranks)
    said = fit(run, ranks, lambda: next(states, "running"))
    save_file({name: p.detach() for name, p in run.model.named_parameters()}, folder / f"whole-{rank}.safetensors")
    note("whole", " ".join(event["kind"] for event in said if event["kind"] in ("paused", "resumed", "checkpoint")))

    # Stopped in the middle, for one process to go on.
    ranks, switch = meet("middle"), Switch(MIDDLE)
    fit(small_trainer(folder / "middle", ranks=ranks), ranks, switch, switch.after_step)

    # From where one process was stopped.
    ranks = meet("alone")
    run = small_trainer(folder / "alone", ranks=ranks)
    note("alone", str(run.restore()))
    fit(run, ranks)

    # Not the same model to begin with.
    ranks = meet("other")
    run = small_trainer(folder / "other", ranks=ranks)
    with torch.no_grad():
        run.model.bias[3] += rank
    try:
        fit(run, ranks)
    except RanksError as error:
        note("other", str(error))

    # One dies.
    ranks = meet("death")

    def die(step: int) -> None:
        if rank == 1 and step == 2:
            os._exit(9)

    try:
        fit(small_trainer(folder / "death", ranks=ranks), ranks, after_step=die)
    except RanksError as error:
        note("death", str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
