"""How long a training goes on: fixed by the number of texts, and part of what every stored model is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finetuning.prepare import RECIPE
from core.jobs import TrainJob, schedule
from core.optim.schedules import slanted


@pytest.mark.parametrize(
    ("era", "texts", "epochs"),
    [
        ("scratch", 80, 60),
        ("word2vec", 500, 50),
        ("elmo", 1_600, 16),
        ("scratch", 6_824, 4),
        ("word2vec", 20_000, 4),
        ("ulmfit", 80, 10),
        ("scratch-matched", 80, 10),
        ("bert", 500, 10),
        ("ulmfit", 6_824, 4),
    ],
)
def test_the_schedule_that_the_stored_models_were_trained_by(era: str, texts: int, epochs: int) -> None:
    # Not in their keys: a schedule that gives other epochs needs another recipe, or old models pass for new ones.
    assert (RECIPE, schedule(TrainJob.of(era), texts).epochs) == ("classifier.v1", epochs)


def test_epochs_that_were_asked_for_are_those_that_are_run() -> None:
    found = schedule(TrainJob.of("scratch", epochs=7), 20_000)
    assert (found.epochs, found.patience) == (7, 3)


@given(total=st.integers(1, 400), warmup=st.floats(0, 0.9))
def test_a_rate_rises_to_its_highest_once_and_then_falls_but_never_to_nothing(total: int, warmup: float) -> None:
    shares = [slanted(step, total, warmup) for step in range(total)]
    top = max(1, round(warmup * total)) - 1
    assert shares[top] == 1
    assert shares[: top + 1] == sorted(shares[: top + 1])
    assert shares[top:] == sorted(shares[top:], reverse=True)
    assert min(shares) > 0
