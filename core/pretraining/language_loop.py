"""The loop that trains a language model: sampled softmax, Adam on the rows met, resumable at any step.

Truncated back-propagation through time: the state is carried from window to window of a stream, its gradient is not.
A checkpoint holds all that the future depends on: parameters, moments, the carried state, random state, the position.
Several processes (core.pretraining.ranks) make the same steps as one, and the same checkpoints.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.models.language_model import BOUNDARY, LanguageModel, State
from core.optim import checkpoint
from core.optim.row_adam import RowAdam
from core.optim.schedules import slanted
from core.pretraining.ranks import Ranks
from core.pretraining.sampled_softmax import Noise, sampled_losses
from core.pretraining.stream import Ids, Stream, windows
from core.runs import events
from core.runs.logger import Clock, Diverged, RunLogger

CHECKPOINT_SECONDS = 180.0


@dataclass(frozen=True)
class Settings:
    """How to train. The rate rises over the first `warmup` of all steps and falls linearly to zero."""

    epochs: int
    batch_size: int
    bptt: int
    learning_rate: float
    seed: int
    backward: bool = False
    warmup: float = 0.05
    clip: float = 1.0


class LanguageModelTrainer:
    """Trains `model` on `documents`; `evaluate(step, epoch)` is called every quarter of an epoch and at the end."""

    def __init__(
        self,
        model: LanguageModel,
        documents: Sequence[Ids],
        noise: Noise,
        settings: Settings,
        checkpoints: Path,
        evaluate: Callable[[int, float], None] | None = None,
        ranks: Ranks | None = None,
    ) -> None:
        """`ranks`: the processes that train together, each with a trainer of these arguments; the first one's writes.

        Raises RanksError where they cannot share a batch.
        """
        self.model, self.settings, self.checkpoints = model, settings, checkpoints
        self._ranks = ranks or Ranks()
        self._ranks.check_batch(settings.batch_size)
        model.part, model.parts = self._ranks.rank, self._ranks.count
        self._documents, self._noise, self._evaluate = documents, noise, evaluate
        self._dense = torch.optim.Adam(model.dense, lr=settings.learning_rate, fused=True)
        self._rows = RowAdam([model.C, model.bias])
        self.words = sum(map(len, documents))
        self.steps_per_epoch = windows(self.words, len(documents), settings.batch_size, settings.bptt)
        self.total = self.steps_per_epoch * settings.epochs
        self._every = max(1, self.steps_per_epoch // 4)
        self.step = 0
        self._state: State = model.start(settings.batch_size // self._ranks.count)
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
        checkpoint.restore_optimizer(self._dense, tensors)
        self.step = int(state["step"])
        self._rows.restore(checkpoint.part(tensors, "rows."), self.step)
        carried = checkpoint.part(tensors, "state.")
        self._state = self._ranks.share(carried["h"]), self._ranks.share(carried["c"])
        torch.set_rng_state(tensors["random"])
        return True

    def save(self, logger: RunLogger) -> None:
        """Write a checkpoint of this moment, and say so: all processes have to be here."""
        h, c = map(self._ranks.gather, self._state)
        if not self._ranks.first:
            return
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= checkpoint.optimizer_tensors(self._dense)
        tensors |= {f"rows.{name}": tensor for name, tensor in self._rows.tensors().items()}
        tensors |= {"state.h": h, "state.c": c, "random": torch.get_rng_state()}
        path = checkpoint.save(self.checkpoints, self.step, tensors, {"step": self.step})
        logger.log(events.Checkpoint(step=self.step, path=path.name))

    def fit(self, logger: RunLogger, after_step: Callable[[int], None] | None = None) -> bool:
        """Train to the end, which returns True, or until the person stops it. Leaves a checkpoint.

        Raises Diverged, and RanksError where a process of several is lost.
        """
        per_step = self.words / self.steps_per_epoch
        clock: Clock | None = None
        saved, losses = time.monotonic(), list[float]()
        stream, epoch = None, -1
        self.model.train()
        evaluate = self._evaluate if self._ranks.first else None
        self._ranks.check_alike(self._beginning())
        while self.step < self.total:
            if logger.wait_while_paused(self.step, self._ranks.obey) == "stopped":
                self.save(logger)
                return False
            now, position = divmod(self.step, self.steps_per_epoch)
            if stream is None or now != epoch:
                epoch = now
                settings = self.settings
                stream = Stream(self._documents, settings.batch_size, settings.backward, settings.seed, epoch)
            clock = clock or Clock(self.step * per_step, self.total * per_step)
            losses.append(self._learn(*stream.window(position, self.settings.bptt), fresh=position == 0))
            self.step += 1
            if after_step is not None:
                after_step(self.step)
            if logger.progress_is_due():
                self._say_progress(logger, clock, self.step * per_step, losses)
                losses = []
            if evaluate and (self.step % self._every == 0 or self.step == self.total):
                evaluate(self.step, self.step / self.steps_per_epoch)
            if self._ranks.agree(time.monotonic() - saved > CHECKPOINT_SECONDS) or self.step == self.total:
                self.save(logger)
                saved = time.monotonic()
        return True

    def _beginning(self) -> Iterator[Tensor]:
        """What has to be the same in every process before the first step."""
        yield torch.tensor([self.step, self.words])
        yield torch.get_rng_state()
        yield from self.model.parameters()

    def _say_progress(self, logger: RunLogger, clock: Clock, words: float, losses: list[float]) -> None:
        speed, left = clock.read(words)
        logger.log(
            events.Progress(
                phase="train",
                step=self.step,
                total=self.total,
                epoch=self.step / self.steps_per_epoch,
                loss=sum(losses) / len(losses),
                learning_rate=self.learning_rate(self.step - 1),
                speed=speed,
                unit="tokens/s",
                eta=left,
            )
        )

    def _learn(self, inputs: Tensor, targets: Tensor, fresh: bool) -> float:
        """One step on a window of all lanes, (time, batch): the mean sampled loss of its words."""
        model, rate = self.model, self.learning_rate(self.step)
        candidates = self._noise.draw()
        words = targets[targets != BOUNDARY]
        # Every process looks up the rows that any of them meets: so gradients of the same rows are added up.
        distinct = torch.unique(torch.cat([inputs.reshape(-1), words, candidates.words]))
        rows = model.C.detach()[distinct].requires_grad_()
        bias = model.bias.detach()[distinct].requires_grad_()

        inputs, targets = self._ranks.share(inputs), self._ranks.share(targets)
        real = targets != BOUNDARY
        wanted = targets[real]
        read, aimed, drawn = (
            torch.searchsorted(distinct, met.contiguous()) for met in (inputs, wanted, candidates.words)
        )
        vectors = functional.embedding(read, model.drop_words(rows))
        layers, after = model.read(vectors, self._carried(inputs[0], fresh))
        self._state = after[0].detach(), after[1].detach()
        queries = model.query(layers[-1])[real]
        losses = sampled_losses(
            queries,
            wanted,
            functional.embedding(aimed, rows),
            bias[aimed],
            candidates,
            functional.embedding(drawn, rows),
            bias[drawn],
        )
        loss = losses.sum() / len(words)
        whole = loss.detach().clone()
        self._ranks.add([whole])
        if not torch.isfinite(whole):
            raise Diverged(self.step)
        for parameter in model.dense:
            parameter.grad = None
        torch.autograd.backward(loss)
        assert rows.grad is not None
        assert bias.grad is not None
        self._ranks.add([rows.grad, bias.grad, *(p.grad for p in model.dense if p.grad is not None)])
        nn.utils.clip_grad_norm_([*model.dense, rows, bias], self.settings.clip)
        for group in self._dense.param_groups:
            group["lr"] = rate
        self._dense.step()
        self._rows.step(distinct, [rows.grad, bias.grad], rate)
        return whole.item()

    def _carried(self, first: Tensor, fresh: bool) -> State:
        """The state to go on from: at rest where a window begins with a document, as every text does that is scored."""
        if fresh:
            return self.model.start(len(first))
        goes_on = (first != BOUNDARY).to(torch.float32)[None, :, None]
        return self._state[0] * goes_on, self._state[1] * goes_on
