"""The models of the later eras: averaged directions, frozen states beneath a task RNN, no composition at all."""

from __future__ import annotations

import pytest
import torch

from core.data.batches import Encoded, pad
from core.data.vocabulary import Vocabulary
from core.finetuning.heads import fit_heads
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.frozen_language_model import FrozenLanguageModel
from core.models.language_model import LanguageModel, LanguageModelConfig
from core.models.logistic_regression import fit
from core.models.mean_vectors import MeanVectorClassifier, MeanVectorConfig
from core.models.rnn import RNNClassifier, RNNConfig
from core.runs.logger import RunLogger, Stopped
from tests.core.conftest import EVERY_STEP, Events

WORDS = ["film", "dull", "warm", "plot", "cast", "zany"]
TEXTS = [[2, 3, 4], [5], [2, 6, 3, 7, 4, 2], []]


def vocabulary(words: list[str] = WORDS) -> Vocabulary:
    return Vocabulary(["<pad>", "<unk>", *words], range(len(words) + 2))


def averaged() -> BidirectionalEnsemble:
    torch.manual_seed(0)
    forward, backward = (RNNConfig(8, 4, 5, 2, backward=backward) for backward in (False, True))
    return BidirectionalEnsemble(forward, backward).eval()


def language_model(direction: str, words: list[str] = WORDS, layers: int = 2) -> FrozenLanguageModel:
    torch.manual_seed(len(direction))
    model = LanguageModel(LanguageModelConfig(len(words) + 2, 4, 5, layers)).eval()
    return FrozenLanguageModel(model, vocabulary(words), {"direction": direction})


def contextual(*directions: str, words: list[str] = WORDS) -> ContextualClassifier:
    models = {way: language_model(way, words) for way in directions}
    torch.manual_seed(0)
    return ContextualClassifier(RNNConfig(8, 3, 6, 2, beside=5 * len(models)), models, vocabulary()).eval()


def test_the_average_is_the_mean_of_both_probabilities() -> None:
    model = averaged()
    forward, backward = (member(*pad(TEXTS)).softmax(dim=1) for member in model.members)
    torch.testing.assert_close(model(*pad(TEXTS)).softmax(dim=1), (forward + backward) / 2)


def test_each_direction_learns_as_if_alone() -> None:
    model, labels = averaged(), torch.tensor([0, 1, 1, 0])
    loss, _ = model.loss(*pad(TEXTS), labels)
    torch.autograd.backward(loss)
    for member in model.members:
        alone = RNNClassifier(member.config).eval()
        alone.load_state_dict(member.state_dict())
        torch.autograd.backward(alone.loss(*pad(TEXTS), labels)[0] / 2)
        for ours, theirs in zip(member.parameters(), alone.parameters(), strict=True):
            assert ours.grad is not None
            assert theirs.grad is not None
            torch.testing.assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("model", [averaged(), contextual("forward"), contextual("forward", "backward")])
def test_running_answers_are_the_answers_to_the_prefixes(model: BidirectionalEnsemble | ContextualClassifier) -> None:
    text = TEXTS[2]
    running = model.running([text[:n] for n in range(1, len(text) + 1)]).softmax(dim=1)
    for n in range(1, len(text) + 1):
        torch.testing.assert_close(running[n - 1], model(*pad([text[:n]]))[0].softmax(dim=0), atol=1e-5, rtol=0)


def test_the_mix_is_a_softmax_over_the_layers_scaled_by_gamma() -> None:
    model = contextual("forward", "backward")
    with torch.no_grad():
        model.gamma.fill_(3.0)
        model.mix[0].copy_(torch.tensor([1.0, 0.0]))
        model.mix[1].copy_(torch.tensor([-1.0, 2.0]))
    shares = torch.tensor([1.0, 0.0, -1.0, 2.0]).softmax(dim=0)
    assert [x for way in model.shares().values() for x in way] == pytest.approx(shares.tolist())
    text = TEXTS[2]
    forward = language_model("forward").states([text])[0].half().float()
    backward = language_model("backward").states([text])[0].half().float()
    wanted = torch.cat(
        [shares[0] * forward[0] + shares[1] * forward[1], shares[2] * backward[0] + shares[3] * backward[1]], dim=1
    )
    torch.testing.assert_close(model.states(*pad([text]))[0], 3.0 * 2 * wanted)


def test_a_word_the_language_model_does_not_have_is_unknown_to_it() -> None:
    model = contextual("forward", words=WORDS[:3])
    known, unknown, nothing = model.states(*pad([[2], [7], [Vocabulary.UNKNOWN]]))
    assert torch.equal(unknown, nothing)
    assert not torch.equal(known, unknown)


def test_states_that_are_remembered_are_the_same_and_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model, asked = contextual("forward", "backward"), []
    fresh = model(*pad(TEXTS))
    model.remember(1 << 20, [])
    states = FrozenLanguageModel.states

    def counted(self: FrozenLanguageModel, ids: list[list[int]]) -> list[torch.Tensor]:
        asked.append(len(ids))
        return states(self, ids)

    monkeypatch.setattr(FrozenLanguageModel, "states", counted)
    for _ in range(3):
        assert torch.equal(model(*pad(TEXTS)), fresh)
    assert asked == [3, 3], "each direction once; the empty text was never forgotten, for it takes no room"


def test_the_language_models_are_nobodys_to_tune() -> None:
    model = contextual("forward", "backward")
    grouped = [id(parameter) for some in model.groups.values() for parameter in some]
    assert sorted(grouped) == sorted(map(id, model.parameters()))
    assert not any("language" in name or "_models" in name for name in model.state_dict())
    loss, _ = model.train().loss(*pad(TEXTS), torch.tensor([0, 1, 1, 0]))
    torch.autograd.backward(loss)
    assert model.gamma.grad is not None


def test_the_control_is_the_mean_of_the_known_words_and_a_regression() -> None:
    torch.manual_seed(0)
    model = MeanVectorClassifier(MeanVectorConfig(8, 4, 2)).eval()
    ids, lengths = pad([[2, Vocabulary.UNKNOWN, 4], []])
    mean, nothing = model.pooled(ids, lengths)
    torch.testing.assert_close(mean, (model.C.weight[2] + model.C.weight[4]) / 2)
    assert not nothing.any()


def test_a_regression_is_chosen_by_cross_validation_and_reported_by_it() -> None:
    torch.manual_seed(0)
    model = MeanVectorClassifier(MeanVectorConfig(8, 4, 2))
    data = Encoded([[2, 4], [4, 2, 4], [4], [3], [3, 2], [2, 3, 3]] * 10, [1, 1, 1, 0, 0, 0] * 10)
    (told,) = fit_heads(model.heads, data, RunLogger(Events()))
    assert told.n == 60
    assert told.accuracy == 1.0
    assert (model(*pad(data.ids)).argmax(dim=1) == torch.tensor(data.labels)).all()


def test_fitting_a_head_says_how_far_it_is_and_can_be_stopped() -> None:
    data = Encoded([[2, 4], [4, 2, 4], [4], [3], [3, 2], [2, 3, 3]] * 10, [1, 1, 1, 0, 0, 0] * 10)
    events = Events()
    fit_heads(averaged().heads, data, RunLogger(events, intervals=EVERY_STEP))
    last = {event["phase"]: event for event in events}
    assert list(last) == ["states", "head"]
    for event in last.values():
        assert event["step"] == event["total"]
        assert event["eta"] == 0
    assert last["states"]["total"] == 2 * data.tokens()  # each direction reads every text
    with pytest.raises(Stopped):
        fit_heads(averaged().heads, data, RunLogger(Events(), lambda: "stopped"))


def test_the_heads_of_both_directions_are_fitted_before_anything_moves() -> None:
    model = averaged()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    data = Encoded([[2, 4], [4, 2, 4], [4], [3], [3, 2], [2, 3, 3]] * 10, [1, 1, 1, 0, 0, 0] * 10)
    fit_heads(model.heads, data, RunLogger(Events()))
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]) == ("W_o" not in name), name
    assert (model(*pad(data.ids)).argmax(dim=1) == torch.tensor(data.labels)).all()


def test_a_regression_finds_the_minimum() -> None:
    torch.manual_seed(0)
    features, labels = torch.randn(80, 3), torch.randint(0, 2, (80,))
    weights, bias = fit(features, labels, 2, 0.1)
    weights.requires_grad_()
    bias.requires_grad_()
    loss = torch.nn.functional.cross_entropy(features @ weights.t() + bias, labels) + 0.05 * weights.square().sum()
    torch.autograd.backward(loss)
    assert weights.grad is not None
    assert weights.grad.abs().max() < 1e-3
