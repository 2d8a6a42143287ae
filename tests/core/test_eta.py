"""The remaining time that a training announces: right to 15 % from its first tenth on, on a clock of the test's own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace
from torch import Tensor

from core.data.batches import Encoded
from core.finetuning.loop import Settings, Trainer
from core.models.contextual import ContextualClassifier
from core.runs.events import Event
from core.runs.logger import RunLogger
from tests.benchmarks import eta
from tests.core.conftest import Events
from tests.core.test_models_eras import contextual


class Clock:
    """Time that passes only where a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


class Told(Events):
    """Events with the time of that clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def write(self, event: Event) -> None:
        super().write(replace(event, t=self._clock.now))


def texts(n: int, seed: int) -> Encoded:
    rng = random.Random(seed)
    ids = [[rng.randrange(2, 8) for _ in range(rng.randrange(8, 14))] for _ in range(n)]
    return Encoded(ids, [n % 2 for n in range(n)])


@pytest.mark.parametrize("a_text", [0.0, 1.0, 6.0], ids=["free", "as long as a step", "six times as long"])
def test_the_first_epoch_of_elmo_does_not_mislead(
    a_text: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    for module in ("core.runs.logger", "core.models.contextual", "core.finetuning.loop"):
        monkeypatch.setattr(f"{module}.time.monotonic", clock.monotonic)
    model = contextual("forward", "backward")
    model.remember(1 << 24, [])
    ask = ContextualClassifier._ask

    def slow(self: ContextualClassifier, some: Sequence[tuple[int, ...]]) -> list[tuple[Tensor, ...]]:
        clock.now += a_text * len(some) / 8
        return ask(self, some)

    def step(_: int) -> None:
        clock.now += 1.0

    monkeypatch.setattr(ContextualClassifier, "_ask", slow)
    settings = Settings(epochs=5, batch_size=8, learning_rate=1e-3, patience=9, seed=1)
    events = Told(clock)
    trainer = Trainer(model, texts(160, 1), texts(16, 2), settings, torch.device("cpu"), tmp_path)
    trainer.fit(RunLogger(events), step)
    (found,) = eta.forecasts(events)
    assert not found.cut
    assert all(ratio is not None and 0.85 <= ratio <= 1.15 for ratio in found.ratios), found.ratios
