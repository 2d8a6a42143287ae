"""How long a training goes on: fixed by the number of texts, and part of what every stored model is."""

from __future__ import annotations

import pytest

from core.jobs import TrainJob, schedule
from core.training.preparation import RECIPE


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
