"""The one training loop: cross-entropy, Adam, early stopping on validation accuracy, resumable at any step.

Fine-tuning is the same loop with groups of parameters that join one after the other, from the top down (gradual
unfreezing), each at its share of the rate (discriminative fine-tuning), under one slanted triangle (Howard and Ruder
2018).

Everything the future of a run depends on is in its checkpoint: parameters, optimiser, random state, the position
in the epoch, the best model so far, what a person changed by hand. The order of an epoch is a function of seed and
epoch, so it need not be kept.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core.data.batches import Encoded, collate, epoch_order
from core.finetuning.scoring import score
from core.finetuning.steering import Steering
from core.models.protocol import Tunable
from core.optim import checkpoint
from core.optim.schedules import slanted
from core.runs import events
from core.runs.logger import Clock, Diverged, RunLogger, describe_loss

CHECKPOINT_SECONDS = 20.0
MOST_SKIPPED = 3
"""Steps in a row that may be skipped: more than an odd batch explains."""
BLOWN_UP = 1_000.0
"""Nats a text: who is wrong by this much is sure of nothing but noise. Ten classes at random are wrong by 2.3."""


@dataclass(frozen=True)
class Settings:
    """How to train. The learning rate rises over the first `warmup` of all steps and falls linearly to zero.

    Group g of the model's parameters, counted from the top, joins after g · `unfreeze` of the steps and learns at
    `discrimination`^g of the rate.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    patience: int
    seed: int
    warmup: float = 0.1
    clip: float = 1.0
    unfreeze: float = 0.0
    discrimination: float = 1.0


@dataclass(frozen=True)
class Group:
    """Parameters that are tuned together, from step `joins` on, at `factor` of the learning rate."""

    name: str
    parameters: list[nn.Parameter]
    factor: float
    joins: int


@dataclass
class Progress:
    """Where a run is. `step` counts batches since the start, `position` those of this epoch."""

    step: int = 0
    epoch: int = 0
    position: int = 0
    bad_epochs: int = 0
    best_epoch: int = 0
    best: dict[str, float] = field(default_factory=dict)
    skipped: int = 0
    """Steps that were left out because their loss or gradient was no number, or beyond all bounds."""
    skipped_in_a_row: int = 0


@dataclass(frozen=True)
class Outcome:
    """How training ended: `finished` is false when the person stopped it."""

    finished: bool
    progress: Progress
    best: dict[str, Tensor]


class Trainer:
    """Trains `model` on `train`, keeping the parameters with the best validation accuracy, then the lowest loss.

    Accuracy is what the eras are compared by; the loss alone would prefer an early, timid model. Without validation
    texts the schedule is run to its end and the last parameters are kept.
    """

    def __init__(
        self,
        model: Tunable,
        train: Encoded,
        validation: Encoded,
        settings: Settings,
        device: torch.device,
        checkpoints: Path,
    ) -> None:
        model.to(device)
        self.model = model
        self.train_data, self.validation = train, validation
        self.settings, self.device, self.checkpoints = settings, device, checkpoints
        self.progress = Progress()
        self.best: dict[str, Tensor] = {}
        self.gradient = 0.0
        """Norm of the latest step's gradient, before it was clipped."""
        self.steps_per_epoch = math.ceil(len(train) / settings.batch_size)
        self.total = self.steps_per_epoch * settings.epochs
        self.groups = self._grouped(model)
        self.optimizer = self.fresh_optimizer()
        self.steering = Steering(settings.learning_rate)
        torch.manual_seed(settings.seed)

    def fresh_optimizer(self) -> torch.optim.Adam:
        """An optimiser that remembers nothing of the parameters yet."""
        return torch.optim.Adam([{"params": group.parameters} for group in self.groups], fused=True)

    def learning_rate(self, step: int) -> float:
        """The rate of one step (from 0) by what is in force: linear warm-up, then linear decay."""
        return self.steering.now.learning_rate * slanted(step, self.total, self.settings.warmup)

    def learning_rates(self, step: int) -> dict[str, float]:
        """The rate of each group at one step (from 0); 0 before it joins, and while it is frozen."""
        rate = self.learning_rate(step)
        return {group.name: group.factor * rate * self._learns(group, step) for group in self.groups}

    def _learns(self, group: Group, step: int) -> bool:
        return step >= group.joins and group.name not in self.steering.now.frozen

    def _grouped(self, model: Tunable) -> list[Group]:
        """The groups with anything to tune. What is frozen stays frozen and counts for nobody's turn."""
        tuned = {name: [p for p in some if p.requires_grad] for name, some in model.groups.items()}
        return [
            Group(
                name,
                parameters,
                self.settings.discrimination**place,
                math.ceil(place * self.settings.unfreeze * self.total),
            )
            for place, (name, parameters) in enumerate((n, p) for n, p in tuned.items() if p)
        ]

    def restore(self) -> bool:
        """Continue from the newest checkpoint if there is one."""
        found = checkpoint.latest(self.checkpoints)
        if found is None:
            return False
        tensors, state = found
        self.steering.restore(state.get("steered", []))
        self.go_on(tensors, state)
        self.set_random(tensors)
        return True

    def go_on(self, tensors: dict[str, Tensor], state: dict[str, Any]) -> None:
        """Take parameters, optimiser and position from a checkpoint."""
        self.model.load_state_dict(checkpoint.part(tensors, "model."))
        self.best = checkpoint.part(tensors, "best.")
        self.progress = Progress(**state["progress"])
        checkpoint.restore_optimizer(self.optimizer, tensors)

    def set_random(self, tensors: dict[str, Tensor]) -> None:
        """Take the random state from a checkpoint."""
        torch.set_rng_state(tensors["random"])
        if "random.cuda" in tensors and self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"], self.device)

    def save(self) -> Path:
        """Write a checkpoint of this moment."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= {f"best.{name}": tensor for name, tensor in self.best.items()}
        tensors |= checkpoint.optimizer_tensors(self.optimizer)
        tensors["random"] = torch.get_rng_state()
        if self.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self.device)
        steered = self.steering.state()
        state = {"progress": asdict(self.progress), "steered": steered, "seed": self.settings.seed}
        return checkpoint.save(self.checkpoints, self.progress.step, tensors, state)

    def retreat(self, diverged: Diverged, logger: RunLogger) -> bool:
        """Go back to the newest checkpoint with half the rate, once in a run; whether that was possible."""
        ended = self.steering.now
        if self.steering.retreated or not self.restore():
            return False
        self.steering.halve(ended, self.progress.step, diverged.message, logger)
        logger.log(
            events.Warned(
                message=f"{diverged.message} It goes on from step {self.progress.step:,} with half the rate, "
                f"{self.steering.now.learning_rate:g}."
            )
        )
        return True

    def fit(
        self,
        logger: RunLogger,
        after_step: Callable[[int], None] | None = None,
        after_epoch: Callable[[int], None] | None = None,
    ) -> Outcome:
        """Train to the end, to early stopping, or until the person stops or finishes it. Raises Diverged.

        `after_step(step)` is called after each step, before anything is said of it; `after_epoch(epoch)`, counted from
        one, before the checkpoint at its end.
        """
        clock: Clock | None = None
        tokens = 0
        saved = time.monotonic()
        progress, settings = self.progress, self.settings
        per_step = self.train_data.tokens() / max(1, self.steps_per_epoch)
        while progress.epoch < settings.epochs and progress.bad_epochs < settings.patience:
            order = epoch_order(self.train_data, settings.batch_size, settings.seed, progress.epoch)
            seen = correct = 0
            loss_sum = 0.0
            while progress.position < len(order):
                if logger.wait_while_paused(progress.step) == "stopped":
                    logger.log(events.Checkpoint(step=progress.step, path=self.save().name))
                    return Outcome(False, progress, self.best)
                self.steering.take_in(logger, progress.step)
                if self.steering.now.finish:
                    return self._finish(logger)
                if clock is None:
                    clock = Clock(0.0, 0.0)
                batch = collate(self.train_data, order[progress.position]).to(self.device)
                loss, right, made = self._step(batch.ids, batch.lengths, batch.labels)
                if not made:
                    self._skip(loss, logger)
                progress.step += 1
                progress.position += 1
                tokens += int(batch.lengths.sum())
                if made:
                    progress.skipped_in_a_row = 0
                    seen, correct = seen + len(batch.labels), correct + right
                    loss_sum += loss * len(batch.labels)
                if after_step is not None:
                    after_step(progress.step)
                if seen and logger.progress_is_due():
                    speed, _ = clock.read(tokens)
                    left = self._left((self.total - progress.step) * per_step, tokens, speed)
                    logger.log(
                        events.Progress(
                            phase="train",
                            step=progress.step,
                            total=self.total,
                            epoch=progress.step / self.steps_per_epoch,
                            loss=loss_sum / seen,
                            accuracy=correct / seen,
                            learning_rate=self.learning_rate(progress.step - 1),
                            rates=self.learning_rates(progress.step - 1),
                            gradient=self.gradient,
                            speed=speed,
                            unit="tokens/s",
                            eta=left,
                        )
                    )
                    seen = correct = 0
                    loss_sum = 0.0
                if made and time.monotonic() - saved > CHECKPOINT_SECONDS and progress.position < len(order):
                    logger.log(events.Checkpoint(step=progress.step, path=self.save().name))
                    saved = time.monotonic()
            self._end_epoch(logger)
            if after_epoch is not None:
                after_epoch(progress.epoch)
            logger.log(events.Checkpoint(step=progress.step, path=self.save().name))
            saved = time.monotonic()
        return Outcome(True, progress, self.best)

    def _left(self, to_read: float, read: int, speed: float) -> float | None:
        """Seconds for so many more tokens, after `read` of them at `speed`, in tokens a second; None while unknown.

        What only the first epoch has to do is not expected of the others: elmo's language models read a text once.
        """
        if not speed:
            return None
        seconds, ahead = read / speed, 0.0
        if (first := self.model.first_reading).texts:
            seconds = max(0.0, seconds - first.seconds)
            unread = 0 if first.complete else len(self.train_data) + len(self.validation) - first.texts
            ahead = first.seconds / first.texts * max(0, unread)
        return to_read * seconds / read + ahead

    def _finish(self, logger: RunLogger) -> Outcome:
        """End here because the person wants that; what there is now is kept where nothing better is known."""
        logger.log(events.Checkpoint(step=self.progress.step, path=self.save().name))
        if not self.best or not len(self.validation):
            self._end_epoch(logger)
        return Outcome(True, self.progress, self.best)

    def _skip(self, loss: float, logger: RunLogger) -> None:
        """Leave a step out, and say so. Raises Diverged where the next ones would be no better."""
        progress = self.progress
        progress.skipped, progress.skipped_in_a_row = progress.skipped + 1, progress.skipped_in_a_row + 1
        if progress.skipped_in_a_row > MOST_SKIPPED:
            raise Diverged(progress.step - MOST_SKIPPED, loss)
        why = "its gradient is not a number" if abs(loss) <= BLOWN_UP else f"its loss {describe_loss(loss)}"
        said = f"Step {progress.step:,} was skipped: {why} ({progress.skipped} skipped so far)."
        logger.log(events.Warned(message=said))

    def _step(self, ids: Tensor, lengths: Tensor, labels: Tensor) -> tuple[float, int, bool]:
        """(mean loss in nats, how many were right, whether anything was learned of it: a loss that is a number)."""
        self.model.train()
        rates = self.learning_rates(self.progress.step)
        for group, settings in zip(self.groups, self.optimizer.param_groups, strict=True):
            settings["lr"] = rates[group.name]
            for parameter in group.parameters:
                # No gradient for what has not joined yet or is frozen: it stays as it is, and the step costs less.
                parameter.requires_grad_(self._learns(group, self.progress.step))
        self.optimizer.zero_grad(set_to_none=True)
        loss, logits = self.model.loss(ids, lengths, labels)
        right = int((logits.argmax(dim=1) == labels).sum())
        if not loss.item() <= BLOWN_UP:
            return loss.item(), right, False
        if loss.requires_grad:  # else everything is frozen
            torch.autograd.backward(loss)
            norm = nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip)
            if not norm.isfinite():
                return loss.item(), right, False
            self.gradient = norm.item()
            self.optimizer.step()
        return loss.item(), right, True

    def _end_epoch(self, logger: RunLogger) -> None:
        progress = self.progress
        progress.epoch, progress.position = progress.epoch + 1, 0
        if not len(self.validation):
            progress.best_epoch = progress.epoch
            self._keep()
            return
        result, _ = score(self.model, self.validation, self.device)
        if not result.loss <= BLOWN_UP:
            raise Diverged(progress.step, result.loss)
        better = not progress.best or (result.accuracy, -result.loss) > (
            progress.best["accuracy"],
            -progress.best["loss"],
        )
        if better:
            progress.best, progress.best_epoch, progress.bad_epochs = asdict(result), progress.epoch, 0
            self._keep()
        else:
            progress.bad_epochs += 1
        logger.log(
            events.Eval(step=progress.step, epoch=progress.epoch, split="validation", best=better, **asdict(result))
        )

    def _keep(self) -> None:
        self.best = {name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()}
