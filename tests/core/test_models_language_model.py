"""The language model: exact perplexity, states that depend on nothing but their text, and directions as mirrors."""

from __future__ import annotations

import random

import pytest
import torch

from core.data.vocabulary import Vocabulary
from core.models.frozen_language_model import FrozenLanguageModel, mean_states
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.models.perplexity import held_out

V = 40
CONFIG = LanguageModelConfig(V, 6, 9, layers=2, dropout=0.4, embedding_dropout=0.1, weight_drop=0.3)


def model(config: LanguageModelConfig = CONFIG) -> LanguageModel:
    torch.manual_seed(4)
    return LanguageModel(config).eval()


def frozen(direction: str = "forward") -> FrozenLanguageModel:
    words = ["<pad>", "<unk>", *(f"w{n}" for n in range(V - 2))]
    return FrozenLanguageModel(model(), Vocabulary(words, [1] * V), {"direction": direction})


def texts(n: int, longest: int = 30) -> list[list[int]]:
    rng = random.Random(5)
    return [[rng.randrange(1, V) for _ in range(rng.randrange(0, longest))] for _ in range(n)]


def test_a_uniform_model_has_the_perplexity_of_its_choice() -> None:
    uniform = model()
    with torch.no_grad():
        uniform.C.zero_()
    scored = held_out(uniform, texts(20), backward=False)
    # Every row but that of the boundary, which is never predicted.
    assert scored.perplexity == pytest.approx(V - 1, rel=1e-5)
    assert scored.n == sum(map(len, texts(20)))


def test_perplexity_is_the_product_of_the_words_probabilities() -> None:
    one, documents = model(), texts(7)
    total = torch.zeros(())
    with torch.no_grad():
        for document in documents:
            state = one.start(1)
            for before, word in zip([0, *document], document, strict=False):
                layers, state = one.read(one.C[torch.tensor([[before]])], state)
                total += one.log_probabilities(one.query(layers[-1])[0])[0, word]
    scored = held_out(one, documents, backward=False)
    assert scored.loss == pytest.approx(-total.item() / scored.n, rel=1e-5)


def test_unknown_words_are_counted_and_their_share_is_said() -> None:
    scored = held_out(model(), [[1, 5, 1, 7], []], backward=False)
    assert (scored.n, scored.unknown) == (4, 0.5)
    with pytest.raises(ValueError, match="no held-out text"):
        held_out(model(), [[]], backward=False)


def test_scoring_leaves_the_mode_and_the_random_state_alone() -> None:
    training = model().train()
    before = torch.get_rng_state()
    held_out(training, texts(3), backward=False)
    mean_states(training, texts(3), backward=False)
    assert training.training
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_states_depend_on_nothing_but_their_text(direction: str) -> None:
    reader, many = frozen(direction), texts(60)
    together = reader.states(many)
    for text, states in zip(many, together, strict=True):
        assert states.shape == (2, len(text), 9)
        torch.testing.assert_close(reader.states([text])[0], states, atol=1e-5, rtol=0)
    torch.testing.assert_close(reader.states(many[::-1])[::-1], together, atol=1e-5, rtol=0)


def test_forward_states_have_not_read_on_and_backward_states_not_back() -> None:
    text, other = [5, 6, 7, 8], [5, 6, 9, 8]
    for direction, same, changed in (("forward", [0, 1], [2, 3]), ("backward", [3], [0, 1, 2])):
        a, b = frozen(direction).states([text, other])
        torch.testing.assert_close(a[:, same], b[:, same])
        assert ((a[:, changed] - b[:, changed]).abs().amax(dim=(0, 2)) > 1e-6).all()


def test_a_backward_model_is_the_forward_model_over_reversed_text() -> None:
    many = texts(20)
    mirrored = [text[::-1] for text in many]
    one = model()
    assert held_out(one, many, backward=True) == held_out(one, mirrored, backward=False)
    for a, b in zip(frozen("backward").states(many), frozen("forward").states(mirrored), strict=True):
        torch.testing.assert_close(a, b.flip(1))


def test_the_lstm_is_torchs_own() -> None:
    one = model()
    vectors = torch.randn(7, 3, 6)
    layers, (h, c) = one.read(vectors, one.start(3))
    first, (h0, c0) = one.rnn[0](vectors)
    second, (h1, c1) = one.rnn[1](first)
    torch.testing.assert_close(layers, [first, second])
    torch.testing.assert_close((h, c), (torch.cat([h0, h1]), torch.cat([c0, c1])))


def test_an_empty_text_has_no_states_and_a_mean_of_zeros() -> None:
    reader = frozen()
    assert [states.shape for states in reader.states([[], [3]])] == [(2, 0, 9), (2, 1, 9)]
    assert not mean_states(reader.model, [[]], backward=False).any()
    assert reader.states([]) == []


@pytest.mark.parametrize("hidden", [6, 9])
def test_dropout_works_while_training_only(hidden: int) -> None:
    one = model(LanguageModelConfig(V, 6, hidden, dropout=0.5, weight_drop=0.5))
    vectors = torch.randn(5, 2, 6)
    still = [one.read(vectors, one.start(2))[0][0] for _ in range(2)]
    assert torch.equal(*still)
    one.train()
    moving = [one.read(vectors, one.start(2))[0][0] for _ in range(2)]
    assert not torch.equal(*moving)
    assert one.query(moving[0]).shape == (5, 2, 6)


def test_only_the_lstms_of_a_model_in_training_compute_in_bfloat16() -> None:
    one = model(LanguageModelConfig(V, 6, 9, 2))
    exact, _ = one.read(torch.ones(4, 2, 6), one.start(2))
    one.arithmetic = torch.bfloat16
    assert torch.equal(one.read(torch.ones(4, 2, 6), one.start(2))[0][0], exact[0]), "reading is always exact"
    one.train()
    layers, (h, c) = one.read(torch.ones(4, 2, 6), one.start(2))
    assert {tensor.dtype for tensor in (*layers, h, c)} == {torch.float32}
    torch.testing.assert_close(layers[0], exact[0], atol=0.02, rtol=0)
    assert not torch.equal(layers[0], exact[0])
    torch.autograd.backward(layers[-1].sum())
    assert all(p.grad is None or p.grad.dtype == torch.float32 for p in one.parameters())
    assert one.rnn[0].get_parameter("weight_hh_l0").grad is not None
