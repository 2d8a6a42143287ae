"""How many words a second the real loop learns from: both directions, against a textbook and against the bare LSTM.

As a program, one of the processes measured: `python -m tests.benchmarks.language_model ours|bare SECONDS [backward]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from core.machine.process import child_environment
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.pretraining.language_loop import LanguageModelTrainer, Settings
from core.pretraining.sampled_softmax import Noise
from core.runs.events import Event
from core.runs.logger import RunLogger
from tests.benchmarks.language_sizes import BATCH, BPTT, DIMENSION, HIDDEN, VOCABULARY, documents

SECONDS = 8.0


@dataclass(frozen=True)
class Speeds:
    """Words a second. `ours` and `bare`: two processes of one thread each, together; `textbook`: one of two."""

    ours: float
    bare: float
    textbook: float


def measure() -> Speeds:
    """The best of two rounds, in which each works for a while after the other."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    keeping = child_environment(inherited)
    this, textbook = (
        [sys.executable, "-m", f"tests.benchmarks.{name}"] for name in ("language_model", "textbook_language_model")
    )
    seconds = str(SECONDS)
    rounds = [
        (
            sum(together([[*this, "ours", seconds, way] for way in ("forward", "backward")], keeping)),
            sum(together([[*this, "bare", seconds] for _ in range(2)], keeping)),
            sum(together([[*textbook, seconds]], inherited)),
        )
        for _ in range(2)
    ]
    return Speeds(*(max(found) for found in zip(*rounds, strict=True)))


def together(commands: list[list[str]], environment: dict[str, str]) -> list[float]:
    """The number that each of the commands prints, all of them at work at once."""
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for command in commands]
    said = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError("a measured process failed; it said why above")
    return list(map(float, said))


class Silence:
    """Where events go that nobody reads."""

    def write(self, event: Event) -> None:
        """Nobody listens."""


def ours(seconds: float, backward: bool) -> float:
    """The trainer as `nlp-tui pretrain lm` runs it, progress and all."""
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(VOCABULARY, DIMENSION, HIDDEN, dropout=0.1))
    read = documents()
    counts = np.bincount(np.concatenate(read), minlength=VOCABULARY).astype(np.int64)
    settings = Settings(99, BATCH, BPTT, learning_rate=1e-3, seed=0, backward=backward)
    first, last = 0.0, 0.0
    steps = 0

    def after_step(step: int) -> None:
        nonlocal first, last, steps
        last = time.perf_counter()
        first, steps = first or last, step

    def desired() -> str:
        return "stopped" if first and time.perf_counter() - first > seconds else "running"

    with tempfile.TemporaryDirectory() as folder:
        trainer = LanguageModelTrainer(
            model, read, Noise(counts, 1024), settings, Path(folder), lambda step, epoch: None
        )
        trainer.fit(RunLogger(Silence(), desired), after_step)
    return (steps - 1) * trainer.words / trainer.steps_per_epoch / (last - first)


def bare(seconds: float) -> float:
    """nn.LSTM forward and backward, and nothing else."""
    lstm = nn.LSTM(DIMENSION, HIDDEN)
    inputs = torch.randn(BPTT, BATCH, DIMENSION, requires_grad=True)
    gradient = torch.randn(BPTT, BATCH, HIDDEN)
    steps, begun = -1, 0.0
    while steps < 1 or time.perf_counter() - begun < seconds:
        states, _ = lstm(inputs)
        torch.autograd.backward(states, gradient)
        steps += 1
        begun = begun or time.perf_counter()
    return steps * BATCH * BPTT / (time.perf_counter() - begun)


if __name__ == "__main__":
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    what, wanted = sys.argv[1], float(sys.argv[2])
    print(ours(wanted, sys.argv[3] == "backward") if what == "ours" else bare(wanted))
