"""What training did to each letter: what it was is made again to the last bit, and where it cannot be that is said."""

from __future__ import annotations

from dataclasses import replace as with_fields

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from core import api
from core.data.text import words
from core.explain.parameters import NOT_DRAWN, read_parameters
from core.explain.start import is_start, make_start
from core.finetuning.initialise import initialise
from core.finetuning.prepare import prepare, reused
from core.jobs import TrainJob
from core.models.letters import letters
from core.pretrained import classifier
from core.pretrained.classifier import Classifier
from core.storage.store import Artifact, Store
from tests.core.conftest import FITTED, TRAINABLE, VARIANTS

ALL = [*TRAINABLE, *VARIANTS]
WHOLE = 10_000


@pytest.fixture(params=ALL)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def model(name: str, trained: dict[str, Artifact], variants: dict[str, Artifact], store: Store) -> Classifier:
    return classifier.load({**trained, **variants}[name].path, store)


def read(model: Classifier, store: Store, rows: int = WHOLE, columns: int = WHOLE) -> api.ParameterList:
    return read_parameters(model, api.ReadParameters("m", rows, columns), store)


def test_what_is_made_again_is_the_start_to_the_last_bit(name: str, model: Classifier, store: Store) -> None:
    if name in FITTED:
        pytest.skip("fitted at once: it has no start")
    training = prepare(TrainJob(**model.info.job), store)
    texts = [words(text)[: training.job.max_tokens] for text in training.train.texts]
    torch.manual_seed(12)
    start = initialise(training, reused(training, store), texts).model
    state = torch.get_rng_state()
    again = make_start(model, store)
    assert torch.equal(torch.get_rng_state(), state), "nobody else's numbers change"
    theirs, ours = start.state_dict(), again.state_dict()
    assert list(theirs) == list(ours)
    assert all(torch.equal(theirs[each], ours[each]) for each in theirs)
    for a, b in zip(letters(start), letters(again), strict=True):
        assert torch.equal(a.weight, b.weight)


def test_every_kind_of_model_says_what_each_letter_is_and_was(name: str, model: Classifier, store: Store) -> None:
    found = read(model, store)
    assert {each.symbol for each in found.parameters} == set(model.model.shapes())
    for letter, each in zip(letters(model.model), found.parameters, strict=True):
        assert each.shape == tuple(letter.weight.shape)
        assert (each.symbol, each.reader) == (letter.symbol, letter.reader)
        assert bool(each.before) is bool(each.difference) is (each.change is not None) is not bool(each.unknown)
        if each.before:
            before, after, difference = map(np.array, (each.before, each.after, each.difference))
            assert np.allclose(difference, after - before, atol=1e-4)
            if letter.symbol != "C":  # of C what stands for no word is counted, and not shown
                assert each.change == pytest.approx(np.linalg.norm(difference) / np.linalg.norm(before), rel=1e-2)
            assert not each.frozen or each.change == 0
    assert name in FITTED or any(each.change is not None for each in found.parameters)


def test_what_is_frozen_has_not_changed(trained: dict[str, Artifact], store: Store) -> None:
    average = read(classifier.load(trained["average"].path, store), store).parameters
    assert [(each.symbol, each.frozen, each.change) for each in average] == [("C", True, 0.0), ("W_o", False, None)]
    assert "regression" in average[1].unknown


def test_a_transformer_has_its_layers(
    variants: dict[str, Artifact], trained: dict[str, Artifact], store: Store
) -> None:
    if "bert" not in trained:
        pytest.skip("the extra is not installed")
    both = read(classifier.load(trained["bert"].path, store), store).layers
    assert [(each.number, each.tuned) for each in both] == [(1, True), (2, True)]
    assert all(each.change > 0 for each in both)
    asked = read(classifier.load(variants["prompt:mlm"].path, store), store).layers
    assert [each.change > 0 for each in asked] == [each.tuned for each in asked]


def test_a_map_is_sampled_evenly_and_its_rows_are_named(trained: dict[str, Artifact], store: Store) -> None:
    model = classifier.load(trained["scratch"].path, store)
    whole, few = (read(model, store, *size).parameters for size in ((WHOLE, WHOLE), (3, 4)))
    for each, sample in zip(whole, few, strict=True):
        assert len(sample.after) <= 3
        assert sample.change == each.change, "over the whole matrix, however little is shown"
        assert sample.after[0][0] == each.after[0][0]
        assert sample.after[-1][-1] == each.after[-1][-1]
    assert whole[0].row_names == model.vocabulary.words[2:]
    assert list(dict.fromkeys(whole[1].row_names)) == ["input gate", "forget gate", "cell", "output gate"]
    assert few[3].row_names == model.labels


def test_another_draw_is_noticed_and_no_wrong_difference_is_shown(trained: dict[str, Artifact], store: Store) -> None:
    model = classifier.load(trained["scratch"].path, store)
    other = with_fields(model, info=replace(model.info, seed=model.info.seed + 1))
    found = {each.symbol: each for each in read(other, store).parameters}
    assert found["W_h"].unknown == found["W_e"].unknown == NOT_DRAWN
    assert found["W_h"].before == ()
    assert found["W_h"].change is None


def test_a_start_that_is_gone_is_said(trained: dict[str, Artifact], store: Store) -> None:
    model = classifier.load(trained["word2vec"].path, store)
    gone = with_fields(model, info=replace(model.info, vectors="0" * 64))
    assert all("are not here" in each.unknown for each in read(gone, store).parameters)


def test_the_correlation_tells_a_start_from_what_is_unrelated() -> None:
    random = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, 40, 40, generator=random)
    assert is_start(a, a + b)
    assert not is_start(a, b)
    assert not is_start(a, torch.zeros(40, 40))
