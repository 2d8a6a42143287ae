"""The recurrent classifier: pads never matter, prefixes are what they say, empty text has an answer."""

from __future__ import annotations

import pytest
import torch

from core.models.rnn import RNNClassifier, RNNConfig
from core.training.batches import pad


@pytest.fixture(params=["lstm", "gru", "rnn"])
def model(request: pytest.FixtureRequest) -> RNNClassifier:
    torch.manual_seed(0)
    classifier = RNNClassifier(RNNConfig(50, 6, 9, 3, cell=str(request.param)))
    return classifier.eval()


def test_a_text_gets_the_same_answer_alone_and_in_any_batch(model: RNNClassifier) -> None:
    texts = [[5, 6, 7], [8], list(range(2, 40)), []]
    together = model(*pad(texts))
    for row, text in enumerate(texts):
        assert torch.allclose(model(*pad([text]))[0], together[row], atol=1e-5)


def test_running_answers_are_the_answers_to_the_prefixes(model: RNNClassifier) -> None:
    text = [4, 9, 2, 30, 11]
    running = model.running(torch.tensor(text))
    for n in range(1, len(text) + 1):
        assert torch.allclose(running[n - 1], model(*pad([text[:n]]))[0], atol=1e-5)


def test_an_empty_text_is_answered_by_the_bias_alone(model: RNNClassifier) -> None:
    assert torch.equal(model(*pad([[]]))[0], model.W_o.bias)


def test_shapes_say_how_the_gates_are_stacked() -> None:
    gates = {"lstm": 4, "gru": 3, "rnn": 1}
    for cell, n in gates.items():
        shapes = RNNClassifier(RNNConfig(50, 6, 9, 3, cell=cell)).shapes()
        assert shapes == {"C": [50, 6], "W_e": [9 * n, 6], "W_h": [9 * n, 9], "W_o": [3, 27]}


def test_dropout_and_word_dropout_are_off_when_answering(model: RNNClassifier) -> None:
    ids = pad([[3, 4, 5, 6, 7, 8]])
    assert torch.equal(model(*ids), model(*ids))
    model.train()
    assert not torch.equal(model(*ids), model(*ids))


def test_an_unknown_cell_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'transformer'"):
        RNNClassifier(RNNConfig(50, 6, 9, 3, cell="transformer"))
