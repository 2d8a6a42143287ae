"""The loop that teaches a transformer to guess masked words: resumable at any step, to the last bit.

Which passages a step reads and which words are masked follows from the seed and its number alone, so a checkpoint
holds parameters, moments, and the random state that dropout draws from.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from core.models.masked import MaskedLanguageModel
from core.optim import checkpoint
from core.optim.schedules import slanted
from core.pretraining.masking import Masker
from core.runs import events
from core.runs.logger import Clock, Diverged, RunLogger

CHECKPOINT_SECONDS = 180.0
GLANCES = 12
"""How often the model is scored on held-out text."""


@dataclass(frozen=True)
class Settings:
    """How to train. The rate rises over the first `warmup` of all steps and falls linearly to zero.

    `head`: the head, which is new, learns at so many times the rate of the pretrained layers.
    """

    steps: int
    batch_size: int
    learning_rate: float
    seed: int
    head: float = 5.0
    warmup: float = 0.05
    clip: float = 1.0
    decay: float = 0.01


class MaskedTrainer:
    """Trains `model` on masked `passages`, (n, 2); `evaluate(step, epoch)` is called now and then and at the end."""

    def __init__(
        self,
        model: MaskedLanguageModel,
        masker: Masker,
        passages: NDArray[np.int64],
        settings: Settings,
        checkpoints: Path,
        evaluate: Callable[[int, float], None] | None = None,
    ) -> None:
        self.model, self.settings, self.checkpoints = model, settings, checkpoints
        self._masker, self._passages, self._evaluate = masker, passages, evaluate
        groups = [
            {"params": list(model.layers.parameters()), "factor": 1.0},
            {"params": list(model.head.parameters()), "factor": settings.head},
        ]
        self._optimizer = torch.optim.AdamW(groups, settings.learning_rate, weight_decay=settings.decay, fused=True)
        self.steps_per_epoch = max(1, math.ceil(len(passages) / settings.batch_size))
        self.total = settings.steps
        self._every = max(1, self.total // GLANCES)
        self.step = 0
        self._epoch, self._order = -1, np.arange(0)
        torch.manual_seed(settings.seed)

    def learning_rate(self, step: int) -> float:
        """The rate of one step (from 0)."""
        return self.settings.learning_rate * slanted(step, self.total, self.settings.warmup)

    def restore(self) -> bool:
        """Continue from the newest checkpoint if there is one."""
        found = checkpoint.latest(self.checkpoints)
        if found is None:
            return False
        tensors, state = found
        self.model.load_state_dict(checkpoint.part(tensors, "model."))
        checkpoint.restore_optimizer(self._optimizer, tensors)
        self.step = int(state["step"])
        torch.set_rng_state(tensors["random"])
        return True

    def save(self) -> Path:
        """Write a checkpoint of this moment."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= checkpoint.optimizer_tensors(self._optimizer)
        return checkpoint.save(
            self.checkpoints, self.step, {**tensors, "random": torch.get_rng_state()}, {"step": self.step}
        )

    def fit(self, logger: RunLogger) -> bool:
        """Train to the end, which returns True, or until the person stops it. Leaves a checkpoint. Raises Diverged."""
        clock: Clock | None = None
        saved, losses = time.monotonic(), list[float]()
        self.model.train()
        while self.step < self.total:
            if logger.wait_while_paused(self.step) == "stopped":
                logger.log(events.Checkpoint(step=self.step, path=self.save().name))
                return False
            clock = clock or Clock(self.step, self.total)
            losses.append(self._learn())
            self.step += 1
            if logger.progress_is_due():
                self._say_progress(logger, clock, losses)
                losses = []
            if self._evaluate and (self.step % self._every == 0 or self.step == self.total):
                self._evaluate(self.step, self.step / self.steps_per_epoch)
            if time.monotonic() - saved > CHECKPOINT_SECONDS or self.step == self.total:
                logger.log(events.Checkpoint(step=self.step, path=self.save().name))
                saved = time.monotonic()
        return True

    def _say_progress(self, logger: RunLogger, clock: Clock, losses: list[float]) -> None:
        speed, left = clock.read(self.step)
        logger.log(
            events.Progress(
                phase="train",
                step=self.step,
                total=self.total,
                epoch=self.step / self.steps_per_epoch,
                loss=sum(losses) / len(losses),
                learning_rate=self.learning_rate(self.step - 1),
                speed=speed * self.settings.batch_size,
                unit="passages/s",
                eta=left,
            )
        )

    def _batch(self) -> list[tuple[int, int]]:
        """The passages of this step: an order of all of them an epoch."""
        epoch, place = divmod(self.step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._epoch = epoch
            self._order = np.random.default_rng((self.settings.seed, epoch)).permutation(len(self._passages))
        some = self._order[place * self.settings.batch_size :][: self.settings.batch_size]
        return [(int(begin), int(end)) for begin, end in self._passages[some]]

    def _learn(self) -> float:
        """One step: the mean cross-entropy, in nats, of the masked pieces."""
        generator = torch.Generator().manual_seed(self.settings.seed * 1_000_003 + self.step)
        batch = self._masker.draw(self._batch(), generator)
        loss = functional.cross_entropy(self.model.logits(batch.ids, batch.lengths, batch.wanted), batch.truth)
        if not torch.isfinite(loss):
            raise Diverged(self.step)
        self._optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_([*self.model.layers.parameters(), *self.model.head.parameters()], self.settings.clip)
        rate = self.learning_rate(self.step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        self._optimizer.step()
        return loss.item()
