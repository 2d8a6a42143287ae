"""A text as its model computes it: the strips are the model's own states, and memory is what leaving out does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core import api
from core.data.batches import pad
from core.data.text import words
from core.explain.readers import Reader
from core.explain.sampling import places
from core.explain.states import MOST, MOST_ATTENDED, read_states, read_steps
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.rnn import RNNClassifier
from core.pretrained import classifier
from core.pretrained.classifier import Classifier
from core.storage.store import Artifact, Store
from tests.core.conftest import TRAINABLE, VARIANTS

TEXT = "a wonderful film , and the story is not dull"
ALL = [*TRAINABLE, *VARIANTS]
WHOLE = 10_000


@pytest.fixture(params=ALL)
def model(
    request: pytest.FixtureRequest, trained: dict[str, Artifact], variants: dict[str, Artifact], store: Store
) -> Classifier:
    return classifier.load({**trained, **variants}[str(request.param)].path, store)


def states(model: Classifier, text: str = TEXT, coordinates: int = WHOLE) -> api.StateList:
    return read_states(model, api.ReadStates(text, "m", coordinates))


def steps(model: Classifier, text: str = TEXT) -> api.StepList:
    return read_steps(model, api.ReadSteps(text, "m"))


def h_of(model: Classifier, text: list[str]) -> torch.Tensor:
    """h read without this room, of one text alone."""
    ids, lengths = pad([model.encode(text)])
    match model.model:
        case RNNClassifier() as rnn:
            return rnn.states(ids, lengths)[0]
        case BidirectionalEnsemble(members=members):
            return members[0].states(ids, lengths)[0]
        case ContextualClassifier(task=task) as contextual:
            return task.states(ids, lengths, contextual.states(ids, lengths))[0]
    return model.states([text])[0]


def test_the_answer_is_the_models_own(model: Classifier) -> None:
    found = states(model)
    expected = model.probabilities([model.encode(words(TEXT))])[0].tolist()
    assert list(found.probabilities.values()) == pytest.approx(expected, abs=1e-5)
    logits = torch.tensor(list(found.logits.values()))
    assert logits.softmax(dim=0).tolist() == pytest.approx(expected, abs=1e-3)
    running = steps(model)
    assert running.labels == model.labels
    assert running.running[-1] == pytest.approx(expected, abs=1e-4)
    assert len(running.running) == len(found.tokens) == len(words(TEXT))


def test_strips_are_the_models_own_states(model: Classifier) -> None:
    found = states(model)
    for row in found.rows:
        assert len(row.strips) == len(words(TEXT))
    if not Reader(model):
        assert all(row.name == "c" for row in found.rows)
        return
    h = np.array([strip.values for strip in found.rows[-1].strips])
    own = h_of(model, words(TEXT)).numpy()[:, : h.shape[1]]
    assert np.allclose(h, own, rtol=1e-3, atol=1e-4)
    few = states(model, coordinates=3).rows[-1].strips[0]
    assert few.width == h.shape[1]
    assert few.values == tuple(found.rows[-1].strips[0].values[place] for place in places(few.width, 3))


def test_memory_is_what_leaving_out_a_word_does_one_by_one(model: Classifier) -> None:
    memory, text, reader = steps(model).memory, words(TEXT), Reader(model)
    if not reader:
        assert memory == ()
        return
    whole = h_of(model, text)
    for out in range(len(text)):
        left = h_of(model, [*text[:out], *text[out + 1 :]])
        for place in range(len(text)):
            found = memory[place][out]
            if place == out:
                assert (found is None) is (reader.edge is None)
                continue
            h, other = whole[place], left[place - (place > out)]
            width = len(states(model, coordinates=1).rows[-1].strips) and states(model, "a").rows[-1].strips[0].width
            h, other = h[:width], other[:width]
            assert found == pytest.approx(float((h - other).norm() / h.norm()), abs=1e-3)


def test_the_word_itself_is_compared_with_the_state_before_it(trained: dict[str, Artifact], store: Store) -> None:
    model = classifier.load(trained["scratch"].path, store)
    memory, h = steps(model).memory, h_of(model, words(TEXT))
    assert memory[0][0] == pytest.approx(1.0), "before the first word the state is zero"
    assert memory[3][3] == pytest.approx(float((h[3] - h[2]).norm() / h[3].norm()), abs=1e-4)
    assert all(row[later] == 0 for place, row in enumerate(memory) for later in range(place + 1, len(row)))


@pytest.mark.parametrize("era", ["ulmfit", "prompt"])
def test_the_other_direction_has_states_of_its_own(era: str, trained: dict[str, Artifact], store: Store) -> None:
    model = classifier.load(trained[era].path, store)
    first = states(model)
    assert first.readers == ("forward", "backward")
    assert first.reader == "forward"
    other = read_states(model, api.ReadStates(TEXT, "m", WHOLE, "backward"))
    assert (other.reader, other.readers) == ("backward", first.readers)
    assert other.probabilities == first.probabilities, "both answer, whichever is shown"
    ids, lengths = pad([model.encode(words(TEXT))])
    if isinstance(model.model, BidirectionalEnsemble):
        own = model.model.members[1].states(ids, lengths)[0]
    else:
        both = model.states([words(TEXT)])[0]
        own = both[:, both.shape[1] // 2 :]
    h = np.array([strip.values for strip in other.rows[-1].strips])
    assert np.allclose(h, own.numpy(), rtol=1e-3, atol=1e-4)
    memory = read_steps(model, api.ReadSteps(TEXT, "m", "backward")).memory
    assert all(row[earlier] == 0 for place, row in enumerate(memory) for earlier in range(place)), "not read yet"
    unknown = read_states(model, api.ReadStates(TEXT, "m", 8, "sideways"))
    assert unknown.reader == "forward"


def test_elmo_has_its_language_models_below_and_their_shares(trained: dict[str, Artifact], store: Store) -> None:
    model = classifier.load(trained["elmo"].path, store)
    found = states(model)
    assert [row.name for row in found.rows] == ["LM forward", "LM backward", "c", "h"]
    assert sum(row.share or 0 for row in found.rows) == pytest.approx(1)
    assert [row.tuned for row in found.rows] == [False, False, True, True]
    assert isinstance(model.model, ContextualClassifier)
    ids, lengths = pad([model.encode(words(TEXT))])
    mixed = model.model.states(ids, lengths)[0]
    below = [np.array([strip.values for strip in row.strips]) * (row.share or 0) for row in found.rows[:2]]
    assert found.gamma is not None
    assert np.allclose(found.gamma * 2 * np.concatenate(below, axis=1), mixed, atol=1e-2)


def test_a_transformer_has_a_row_a_layer(trained: dict[str, Artifact], store: Store) -> None:
    if "bert" not in trained:
        pytest.skip("the extra is not installed")
    found = states(classifier.load(trained["bert"].path, store))
    assert [row.name for row in found.rows] == ["c", "layer 1", "h"]
    assert [row.tuned for row in found.rows] == [False, True, True]


def test_a_prompt_says_what_stands_at_its_blanks(variants: dict[str, Artifact], store: Store) -> None:
    (blank,) = states(classifier.load(variants["prompt:forward"].path, store)).blanks
    assert blank.template == "{text} ___"
    shares = [share for _, share in blank.likeliest]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("text", ["", "zxqv", "\x00\x1b[31m", "[/b] \ud83d"])
def test_any_text_has_a_picture(model: Classifier, text: str) -> None:
    found = states(model, text)
    assert len(found.tokens) == len(words(text))
    assert all(len(row.strips) == len(words(text)) for row in found.rows)
    line = api.encode(1, found)
    assert api.decode_answer(line) == (1, found)
    assert api.decode_answer(api.encode(2, steps(model, text)))[0] == 2


def test_of_a_long_text_the_first_words_are_shown(model: Classifier) -> None:
    found = states(model, "the film is dull . " * 30)
    assert found.words == 150
    assert len(found.tokens) in (MOST, MOST_ATTENDED)
