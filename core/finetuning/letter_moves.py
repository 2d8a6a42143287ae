"""How far each letter of the formula has moved since training began, and how large its latest step was."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from core.finetuning.loop import Trainer
from core.models.letters import Letter, letters
from core.models.protocol import Tunable
from core.runs.events import LetterMove, Moved


class LetterMoves:
    """Made of a model before it is trained or restored: what its letters are then is W₀."""

    def __init__(self, model: Tunable) -> None:
        self._model = model
        self._starts = [letter.weight.detach().cpu().clone() for letter in letters(model)]
        self._trainer: Trainer | None = None

    def follow(self, trainer: Trainer) -> None:
        """Read the latest step off that trainer of the model."""
        self._trainer = trainer

    def measure(self, step: int, epoch: float, evaluated: bool) -> Moved:  # noqa: ARG002 - the same at any time
        """What each letter says now."""
        pairs = zip(letters(self._model), self._starts, strict=True)
        return Moved(step=step, epoch=epoch, letters=[self._describe(now, then) for now, then in pairs])

    def _describe(self, now: Letter, then: Tensor) -> LetterMove:
        before = then.norm().item()
        moved = torch.dist(now.weight.detach(), then.to(now.weight.device)).item()
        update, gradient = self._latest_step(now.weight)
        return LetterMove(now.symbol, moved / before if before else None, update, gradient, now.reader)

    def _latest_step(self, weight: Tensor) -> tuple[float | None, float | None]:
        """(norm of the step over the weight's norm, the gradient's norm), None for what does not learn by itself."""
        trainer = self._trainer
        if trainer is None or not isinstance(weight, nn.Parameter) or weight.grad is None:
            return None, None
        if (step := latest_step(trainer.optimizer, weight)) is None or not (size := weight.norm().item()):
            return None, None
        # Clipping made every gradient smaller by the same factor.
        factor = max(1.0, trainer.gradient / trainer.settings.clip)
        return step.norm().item() / size, weight.grad.norm().item() * factor


def latest_step(optimizer: Optimizer, parameter: Tensor) -> Tensor | None:
    """What Adam took off a parameter in the latest step; None before its first.

    Read off the moments after the step, so that nothing has to be kept from before it.
    """
    for settings in optimizer.param_groups:
        if any(parameter is each for each in settings["params"]) and (state := optimizer.state.get(parameter)):
            (first, second), steps = settings["betas"], float(state["step"])
            mean = state["exp_avg"] / (1 - first**steps)
            spread = (state["exp_avg_sq"] / (1 - second**steps)).sqrt() + settings["eps"]
            step: Tensor = settings["lr"] * mean / spread
            return step
    return None
