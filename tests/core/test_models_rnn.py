"""The recurrent classifier: pads never matter, prefixes are what they say, empty text has an answer."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from core.data.batches import pad
from core.models.rnn import RNNClassifier, RNNConfig

KINDS: dict[str, dict[str, Any]] = {
    "lstm": {},
    "gru": {"cell": "gru"},
    "rnn": {"cell": "rnn"},
    "backward": {"backward": True},
    "like a language model": {"boundary": True, "layers": 2},
}


@pytest.fixture(params=KINDS)
def model(request: pytest.FixtureRequest) -> RNNClassifier:
    torch.manual_seed(0)
    return RNNClassifier(RNNConfig(50, 6, 9, 3, **KINDS[str(request.param)])).eval()


def test_a_text_gets_the_same_answer_alone_and_in_any_batch(model: RNNClassifier) -> None:
    texts = [[5, 6, 7], [8], list(range(2, 40)), []]
    together = model(*pad(texts))
    for row, text in enumerate(texts):
        assert torch.allclose(model(*pad([text]))[0], together[row], atol=1e-5)


def test_running_answers_are_the_answers_to_the_prefixes(model: RNNClassifier) -> None:
    text = [4, 9, 2, 30, 11]
    running = model.running([text[:n] for n in range(1, len(text) + 1)])
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


def test_a_backward_state_has_read_from_its_word_on_and_a_forward_one_up_to_it() -> None:
    text, other = [5, 6, 7, 8], [5, 6, 9, 8]
    for backward, same, changed in ((False, [0, 1], [2, 3]), (True, [3], [0, 1, 2])):
        torch.manual_seed(0)
        reader = RNNClassifier(RNNConfig(50, 6, 9, 3, backward=backward)).eval()
        a, b = reader.states(*pad([text, other]))
        assert torch.equal(a[same], b[same])
        assert ((a[changed] - b[changed]).abs().amax(dim=1) > 1e-6).all()


def test_a_backward_reader_is_the_forward_one_over_reversed_text() -> None:
    torch.manual_seed(0)
    forward = RNNClassifier(RNNConfig(50, 6, 9, 3)).eval()
    backward = RNNClassifier(RNNConfig(50, 6, 9, 3, backward=True)).eval()
    backward.load_state_dict(forward.state_dict())
    texts = [[5, 6, 7], [8], list(range(2, 20)), []]
    torch.testing.assert_close(backward(*pad(texts)), forward(*pad([text[::-1] for text in texts])))


def test_the_groups_are_every_parameter_once_from_the_top_down(model: RNNClassifier) -> None:
    assert list(model.groups) == ["W_o", "W_e, W_h", "C"]
    grouped = [id(parameter) for some in model.groups.values() for parameter in some]
    assert sorted(grouped) == sorted(map(id, model.parameters()))


def test_sizes_of_earlier_versions_are_read_but_for_a_head_that_is_gone() -> None:
    config = RNNConfig(50, 6, 9, 3, boundary=True)
    # What is dropped while training says nothing of the answers.
    earlier = {**config.to_json(), "skip": False, "weight_drop": 0.5}
    assert RNNConfig.from_json(earlier) == RNNConfig.from_json(config.to_json()) == config
    with pytest.raises(ValueError, match="mean of the word vectors"):
        RNNConfig.from_json({**earlier, "skip": True})
