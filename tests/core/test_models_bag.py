"""The linear control: what it counts, how it weighs, and that each choice is made inside the label budget."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.data.batches import Encoded, pad
from core.data.ngrams import Ngrams, ngrams
from core.finetuning.tfidf import count_ngrams, fit_tfidf, ratios
from core.models.tfidf import TfidfClassifier, TfidfConfig
from core.runs.logger import RunLogger
from tests.core.conftest import Events

TEXTS = [text.split() for text in ("not good", "good good", "bad", "not bad at all")]


def test_pairs_stand_between_the_words_they_join() -> None:
    assert list(ngrams(["not", "so", "good"])) == ["not", "so", "not so", "good", "so good"]
    assert list(ngrams([])) == []


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=9))
def test_after_each_word_it_has_read_that_word_and_its_pair(words: list[str]) -> None:
    assert len(list(ngrams(words))) == max(0, 2 * len(words) - 1)


def test_weights_are_tf_idf_scaled_to_length_one() -> None:
    model, vocabulary = count_ngrams(TEXTS, 2)
    row = model.features(pad([vocabulary.encode(["good", "good", "bad", "zebra"])])[0]).to_dense()[0]

    def idf(texts: int) -> float:
        return math.log((1 + len(TEXTS)) / (1 + texts)) + 1

    expected = {"good": (1 + math.log(2)) * idf(2), "bad": idf(2), "good good": idf(1)}
    length = math.hypot(*expected.values())
    found = {vocabulary.words[place]: row[place].item() for place in row.nonzero().squeeze(1).tolist()}
    assert found == pytest.approx({gram: weight / length for gram, weight in expected.items()}, abs=1e-6)


def test_the_answer_after_each_word_is_that_of_the_prefix() -> None:
    model, vocabulary = count_ngrams(TEXTS, 2)
    torch.nn.init.normal_(model.W_o.weight)
    words = ["not", "bad", "at", "all", "good"]
    running = model.running(vocabulary.prefixes(words))
    alone = [model(*pad([vocabulary.encode(words[: n + 1])]))[0] for n in range(len(words))]
    assert torch.allclose(running, torch.stack(alone), atol=1e-6)


def test_nothing_known_is_answered_by_the_bias() -> None:
    model = TfidfClassifier(TfidfConfig(4, 3))
    assert torch.equal(model(*pad([[], [1, 1]])), model.W_o.bias.expand(2, -1))


def test_ratios_are_those_of_naive_bayes() -> None:
    features = torch.tensor([[0.0, 0.0, 0.6, 0.8], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]).to_sparse()
    found = ratios(features, torch.tensor([0, 0, 1]), 2)
    mine, others = torch.tensor([1.0, 1.0, 3.0, 2.0]), torch.tensor([1.0, 1.0, 1.0, 2.0])
    assert torch.allclose(found[0], (mine / mine.sum()).log() - (others / others.sum()).log())
    assert torch.allclose(found[0], -found[1])


def test_it_is_fitted_the_same_way_twice_and_says_what_it_chose() -> None:
    texts = [f"{word} film number {n}".split() for n in range(20) for word in ("good", "dull")]
    labels = [0, 1] * 20
    fitted = []
    for _ in range(2):
        model, vocabulary = count_ngrams(texts, 2)
        score = fit_tfidf(model, Encoded([vocabulary.encode(text) for text in texts], labels), RunLogger(Events()))
        fitted.append(model)
    assert score.accuracy == 1.0
    assert torch.equal(fitted[0].W_o.weight, fitted[1].W_o.weight)
    assert fitted[0].config.decay > 0
    good, dull = (fitted[0].W_o.weight[:, vocabulary.index(word)] for word in ("good", "dull"))
    assert good[0] > good[1]
    assert dull[1] > dull[0]


def test_it_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    _, vocabulary = count_ngrams(TEXTS, 2)
    vocabulary.save(tmp_path)
    assert Ngrams.load(tmp_path).encode(["not", "good"]) == vocabulary.encode(["not", "good"])
