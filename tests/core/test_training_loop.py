"""The loop: learns, stops early, and interrupted and resumed equals uninterrupted, bit for bit on one thread."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from core.data.batches import MOST_POSITIONS, Encoded, epoch_order, in_order
from core.finetuning import scoring
from core.finetuning.loop import Outcome, Settings, Trainer
from core.models.rnn import RNNClassifier, RNNConfig
from core.runs.logger import Diverged, RunLogger
from tests.core.conftest import EVERY_STEP, Events

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def texts(n: int, seed: int) -> Encoded:
    """Sentences whose label is whether word 2 or word 3 is in them, among noise; a few labels are wrong."""
    rng = random.Random(seed)
    ids, labels = [], []
    for _ in range(n):
        label = rng.randrange(2)
        row = [rng.randrange(4, 40) for _ in range(rng.randrange(1, 14))]
        row[rng.randrange(len(row))] = 2 + label
        ids.append(row)
        labels.append(label if rng.random() < 0.9 else 1 - label)
    return Encoded(ids, labels)


def trainer(
    folder: Path, cell: str = "lstm", epochs: int = 6, patience: int = 2, validation: int = 30, **tuning: float
) -> Trainer:
    torch.manual_seed(7)
    model = RNNClassifier(RNNConfig(40, 8, 12, 2, cell=cell, dropout=0.3))
    settings = Settings(epochs=epochs, batch_size=8, learning_rate=0.01, patience=patience, seed=5, **tuning)
    return Trainer(model, texts(90, 1), texts(validation, 2), settings, CPU, folder)


class Switch:
    """Wants the run stopped once it has made `at` steps."""

    def __init__(self, at: int | None) -> None:
        self.at, self.stop = at, False

    def __call__(self) -> str:
        return "stopped" if self.stop else "running"

    def after_step(self, step: int) -> None:
        self.stop = self.at is not None and step >= self.at


def fit(trainer: Trainer, stop_at: int | None) -> tuple[Outcome, Events]:
    events, switch = Events(), Switch(stop_at)
    after: Callable[[int], None] = switch.after_step
    return trainer.fit(RunLogger(events, switch, EVERY_STEP), after), events


@pytest.mark.parametrize(
    ("cell", "tuning"), [("lstm", {}), ("gru", {}), ("rnn", {}), ("lstm", {"unfreeze": 0.2, "discrimination": 0.4})]
)
def test_interrupted_twice_and_resumed_equals_uninterrupted_bit_for_bit(
    cell: str, tuning: dict[str, Any], tmp_path: Path
) -> None:
    whole = trainer(tmp_path / "whole", cell, **tuning)
    expected, expected_events = fit(whole, None)
    assert expected.finished
    # Early stopping was on and did its work, or the test would not cover its state.
    assert expected.progress.epoch < 6 or expected.progress.bad_epochs > 0 or expected.progress.best_epoch > 0

    evaluations: list[dict[str, Any]] = []
    for stop_at in (5, 29, None):
        # A new process starts with another random state: what counts must come from the checkpoint.
        part = trainer(tmp_path / "parts", cell, **tuning)
        assert part.restore() == (stop_at != 5)
        outcome, events = fit(part, stop_at)
        evaluations += events.kinds("eval")
        assert outcome.finished == (stop_at is None)
        if stop_at is not None:
            assert outcome.progress.position not in (0, part.steps_per_epoch), "stopped in the middle of an epoch"
    assert outcome.progress == expected.progress
    assert evaluations == expected_events.kinds("eval")
    for name, tensor in expected.best.items():
        assert torch.equal(tensor, outcome.best[name]), name
    for (name, a), b in zip(whole.model.state_dict().items(), part.model.state_dict().values(), strict=True):
        assert torch.equal(a, b), name


def test_early_stopping_keeps_the_best_epoch(tmp_path: Path) -> None:
    run = trainer(tmp_path, epochs=40, patience=2)
    outcome, events = fit(run, None)
    evaluations = events.kinds("eval")
    ranks = [(event["accuracy"], -event["loss"]) for event in evaluations]
    assert len(ranks) < 40
    assert outcome.progress.best_epoch == ranks.index(max(ranks)) + 1
    assert len(ranks) - outcome.progress.best_epoch == 2
    assert [event["best"] for event in evaluations] == [
        rank == max(ranks[: n + 1]) and rank not in ranks[:n] for n, rank in enumerate(ranks)
    ]
    run.model.load_state_dict(outcome.best)
    best = scoring.score(run.model, run.validation, CPU)[0]
    assert (best.accuracy, -best.loss) == max(ranks)


def test_the_learning_rate_rises_then_falls_to_zero(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    rates = [run.learning_rate(step) for step in range(run.total)]
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(0.01)
    assert peak == round(0.1 * run.total) - 1 or peak == round(0.1 * run.total)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert 0 < rates[-1] < 0.001


def test_groups_join_from_the_top_down_each_at_its_share_of_the_rate(tmp_path: Path) -> None:
    run = trainer(tmp_path, unfreeze=0.25, discrimination=0.5, patience=99)
    joins = {group.name: group.joins for group in run.groups}
    assert joins == {"W_o": 0, "W_e, W_h": 18, "C": 36}
    seen: dict[str, int] = {}
    before = {name: value.clone() for name, value in run.model.state_dict().items()}

    def after_step(step: int) -> None:
        for name, value in run.model.state_dict().items():
            if name not in seen and not torch.equal(value, before[name]):
                seen[name] = step - 1

    run.fit(RunLogger(Events()), after_step)
    assert seen["W_o.weight"] == 0
    assert seen["rnn.weight_hh_l0"] == 18
    assert seen["C.weight"] == 36
    rate = run.learning_rate(40)
    assert run.learning_rates(40) == {"W_o": rate, "W_e, W_h": 0.5 * rate, "C": 0.25 * rate}
    assert run.learning_rates(20) == {"W_o": run.learning_rate(20), "W_e, W_h": 0.5 * run.learning_rate(20), "C": 0.0}


def test_without_validation_the_schedule_runs_to_its_end_and_the_last_parameters_are_kept(tmp_path: Path) -> None:
    run = trainer(tmp_path, patience=1, validation=0)
    outcome, events = fit(run, None)
    assert outcome.progress.epoch == outcome.progress.best_epoch == 6
    assert not events.kinds("eval")
    for name, value in run.model.state_dict().items():
        assert torch.equal(outcome.best[name], value)


def test_an_epoch_reads_every_text_once_and_its_order_depends_on_seed_and_epoch_alone() -> None:
    data = texts(101, 3)
    order = epoch_order(data, 8, seed=1, epoch=4)
    assert sorted(row for batch in order for row in batch) == list(range(101))
    assert order == epoch_order(data, 8, seed=1, epoch=4)
    assert order != epoch_order(data, 8, seed=1, epoch=5)
    assert order != epoch_order(data, 8, seed=2, epoch=4)


def test_only_the_newest_checkpoint_is_kept(tmp_path: Path) -> None:
    _, events = fit(trainer(tmp_path), None)
    assert len(events.kinds("checkpoint")) > 1
    assert [path.name for path in tmp_path.iterdir()] == [events.kinds("checkpoint")[-1]["path"]]


def test_a_loss_that_is_no_number_ends_the_run_with_a_way_out(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    with torch.no_grad():
        run.model.state_dict()["W_o.bias"].fill_(torch.nan)
    with pytest.raises(Diverged) as diverged:
        run.fit(RunLogger(Events()))
    assert "not a number at step 0" in diverged.value.message
    assert "smaller learning rate" in diverged.value.hint


@given(st.lists(st.integers(0, 3000), max_size=60), st.integers(1, 40))
def test_texts_that_are_only_read_come_once_shortest_first_and_fit_in_memory(lengths: list[int], most: int) -> None:
    data = Encoded([[2] * length for length in lengths], [0] * len(lengths))
    batches = list(in_order(data, most))
    rows = [row for batch in batches for row in batch]
    assert sorted(rows) == list(range(len(lengths)))
    assert [lengths[row] for row in rows] == sorted(lengths)
    for batch in batches:
        assert 1 <= len(batch) <= most
        assert len(batch) * max(lengths[row] for row in batch) <= MOST_POSITIONS


def test_a_score_says_what_always_answering_the_largest_class_would_score() -> None:
    labels = torch.tensor([0] * 8 + [1, 2])
    always = torch.zeros(10, 3)
    always[:, 0] = 1.0
    found = scoring.scored(always, labels)
    assert found.accuracy == found.majority == 0.8
    assert found.macro_f1 == pytest.approx((2 * 8 / 18) / 3)
    right = functional.one_hot(labels, 3).float()
    assert (scoring.scored(right, labels).accuracy, scoring.scored(right, labels).macro_f1) == (1.0, 1.0)
