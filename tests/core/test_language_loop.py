"""The language model's loop: it learns, and interrupted and resumed equals uninterrupted, bit for bit on one thread."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.models.language_model import LanguageModel, LanguageModelConfig
from core.models.perplexity import held_out
from core.pretraining.language_loop import LanguageModelTrainer, Settings
from core.pretraining.sampled_softmax import Noise
from core.pretraining.stream import Stream, windows
from core.runs.logger import Diverged, RunLogger
from tests.core.conftest import EVERY_STEP, Events

V = 24
Document = np.ndarray[Any, np.dtype[np.int32]]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def documents(n: int, seed: int) -> list[Document]:
    """Walks in which every word but a few is the one before plus two: easy for a model that reads, not for counts."""
    rng = random.Random(seed)
    made = []
    for _ in range(n):
        word = rng.randrange(1, V)
        walk = []
        for _ in range(rng.randrange(3, 25)):
            walk.append(word)
            word = 1 + (word + 1) % (V - 1) if rng.random() < 0.9 else rng.randrange(1, V)
        made.append(np.array(walk, dtype=np.int32))
    return made


def counts(texts: list[Document]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.bincount(np.concatenate(texts), minlength=V).astype(np.int64)


def trainer(folder: Path, epochs: int = 3, layers: int = 2, backward: bool = False) -> LanguageModelTrainer:
    torch.manual_seed(7)
    config = LanguageModelConfig(V, 8, 16, layers, dropout=0.1, embedding_dropout=0.05, weight_drop=0.1)
    model, read = LanguageModel(config), documents(80, 1)
    settings = Settings(epochs, batch_size=4, bptt=10, learning_rate=0.02, seed=5, backward=backward)
    return LanguageModelTrainer(model, read, Noise(counts(read), 12), settings, folder, lambda step, epoch: None)


class Switch:
    """Wants the run stopped once it has made `at` steps."""

    def __init__(self, at: int | None) -> None:
        self.at, self.stop = at, False

    def __call__(self) -> str:
        return "stopped" if self.stop else "running"

    def after_step(self, step: int) -> None:
        self.stop = self.at is not None and step >= self.at


def fit(run: LanguageModelTrainer, stop_at: int | None) -> tuple[bool, Events]:
    events, switch = Events(), Switch(stop_at)
    return run.fit(RunLogger(events, switch, EVERY_STEP), switch.after_step), events


def test_interrupted_twice_and_resumed_equals_uninterrupted_bit_for_bit(tmp_path: Path) -> None:
    whole = trainer(tmp_path / "whole")
    assert fit(whole, None)[0]
    assert whole.total == 3 * whole.steps_per_epoch
    for stop_at in (5, whole.steps_per_epoch + 7, None):
        part = trainer(tmp_path / "parts")
        if stop_at != 5:
            torch.manual_seed(99)  # what counts must come from the checkpoint
        assert part.restore() == (stop_at != 5)
        finished, events = fit(part, stop_at)
        assert finished == (stop_at is None)
        assert events.kinds("checkpoint")[-1]["step"] == part.step
        if stop_at is not None:
            assert part.step == stop_at
            assert part.step % part.steps_per_epoch, "stopped in the middle of an epoch"
    for (name, a), b in zip(whole.model.state_dict().items(), part.model.state_dict().values(), strict=True):
        assert torch.equal(a, b), name
    assert [path.name for path in (tmp_path / "parts").iterdir()] == [f"{whole.total:08d}"]


@pytest.mark.parametrize("backward", [False, True])
def test_it_learns_what_counts_of_words_cannot_know(backward: bool, tmp_path: Path) -> None:
    run = trainer(tmp_path, epochs=15, layers=1, backward=backward)
    unseen = [document.tolist() for document in documents(20, 2)]
    frequency = counts(documents(80, 1))[1:] / sum(map(len, documents(80, 1)))
    words = np.concatenate(unseen)
    unigram = float(np.exp(-np.log(frequency[words - 1]).mean()))
    fit(run, None)
    assert held_out(run.model, unseen, backward).perplexity < unigram / 2


def test_a_checkpoint_is_written_every_few_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.pretraining.language_loop.CHECKPOINT_SECONDS", 0.0)
    run = trainer(tmp_path, epochs=1)
    _, events = fit(run, None)
    assert [event["step"] for event in events.kinds("checkpoint")] == list(range(1, run.total + 1))


def test_the_learning_rate_rises_then_falls(tmp_path: Path) -> None:
    run = trainer(tmp_path, epochs=20)
    rates = [run.learning_rate(step) for step in range(run.total)]
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(0.02)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert 0 < rates[-1] < 0.001


def test_a_stream_reads_each_word_once_after_the_one_before_it() -> None:
    read = documents(30, 3)
    stream = Stream(read, 4, backward=False, seed=1, epoch=2)
    number = windows(sum(map(len, read)), len(read), 4, 10)
    seen = [stream.window(position, 10) for position in range(number)]
    inputs, targets = (torch.cat(parts) for parts in zip(*seen, strict=True))
    assert torch.equal(inputs[1:], targets[:-1])
    assert torch.equal(inputs, stream.inputs)
    # Lane after lane is the stream; between boundaries stand the documents.
    flat = stream.inputs.t().reshape(-1).tolist()
    left_over = sum(map(len, read)) + len(read) - len(flat)
    assert 0 < left_over <= 4
    pieces = " ".join(map(str, flat)).split(" 0 ")[1:-1]
    assert set(pieces) <= {" ".join(map(str, document.tolist())) for document in read}


def test_the_order_of_an_epoch_depends_on_seed_and_epoch_alone() -> None:
    read = documents(30, 3)

    def order(seed: int, epoch: int) -> list[int]:
        return [int(word) for word in Stream(read, 4, False, seed, epoch).inputs.reshape(-1)]

    assert order(1, 2) == order(1, 2)
    assert order(1, 2) != order(1, 3)
    assert order(1, 2) != order(2, 2)


def test_a_backward_stream_holds_the_documents_reversed() -> None:
    read = documents(30, 3)
    mirrored = [document[::-1] for document in read]
    backward, forward = Stream(read, 4, True, 0, 0), Stream(mirrored, 4, False, 0, 0)
    assert torch.equal(backward.inputs, forward.inputs)
    assert torch.equal(backward.targets, forward.targets)


def test_a_loss_that_is_not_a_number_ends_the_training_in_words(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    with torch.no_grad():
        run.model.C.fill_(float("nan"))
    with pytest.raises(Diverged) as ended:
        fit(run, None)
    assert "smaller learning rate" in ended.value.hint
