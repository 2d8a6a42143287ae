"""What every era's classifier must do, whichever it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from core.data.text import words
from core.eras import BY_ID, ERAS
from core.models import classifier
from core.models.classifier import Classifier
from core.store import Artifact, Store
from core.training import classify
from core.training.narration import Narrator
from tests.core.conftest import Events, tiny_job, write_reviews

TRAINABLE = [era.id for era in ERAS if era.trainable]


@pytest.fixture(params=TRAINABLE)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def model(era: str, trained: dict[str, Artifact]) -> Classifier:
    return classifier.load(trained[era].path)


def ask(model: Classifier, *texts: str) -> torch.Tensor:
    return model.probabilities([model.encode(words(text)) for text in texts])


def test_it_learns_what_its_labels_say(era: str, trained: dict[str, Artifact]) -> None:
    scores = classifier.load(trained[era].path).info["scores"]
    assert scores["test"]["accuracy"] > 0.9
    assert scores["test"]["n"] > 20


def test_it_overfits_a_few_sentences(
    era: str, tmp_path: Path, store: Store, tiny_vectors: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.narration.PROGRESS_SECONDS", 0.0)
    data = write_reviews(tmp_path / "few.csv", 40, seed=9)
    events = Events()
    job = tiny_job(era, data, labels=12, epochs=80, patience=80, dropout=0.0, batch_size=4)
    classify.train(job, tmp_path, "aaaaaa", store, Narrator(events))
    assert events.kinds("progress")[-2]["loss"] < 0.1
    assert tiny_vectors


@pytest.mark.parametrize("text", ["", "wonderful", "zxqv", "zxqv qqqq", "\x00\x1b[31m", "wonderful dull " * 1000])
def test_any_input_is_answered_with_probabilities_that_sum_to_one(model: Classifier, text: str) -> None:
    answer = ask(model, text)[0]
    assert answer.sum().item() == pytest.approx(1.0, abs=1e-5)
    assert bool((answer >= 0).all())


def test_the_same_sentence_gets_the_same_answer_whatever_came_before(model: Classifier) -> None:
    first = ask(model, "a wonderful film , and a warm story !")
    ask(model, "dull " * 300)
    assert torch.equal(first, ask(model, "a wonderful film , and a warm story !"))


def test_a_batch_and_a_single_text_agree(model: Classifier) -> None:
    texts = ["the film is dull .", "", "lovely", "a brilliant hero , and a moving scene !" * 5]
    together = ask(model, *texts)
    for row, text in enumerate(texts):
        assert torch.allclose(ask(model, text)[0], together[row], atol=1e-5)


def test_saved_and_loaded_again_it_answers_the_same(model: Classifier, tmp_path: Path) -> None:
    classifier.save(tmp_path, model.model.state_dict(), model.vocabulary, model.info)
    again = classifier.load(tmp_path)
    assert torch.equal(ask(model, "the plot is clever ."), ask(again, "the plot is clever ."))
    assert again.labels == model.labels


def test_its_parameters_start_where_the_table_says(
    era: str, store: Store, reviews: Path, tiny_vectors: Artifact
) -> None:
    training = classify.prepare(tiny_job(era, reviews), store)
    model, vocabulary = classify.initialise(training, [words(text) for text in training.train.texts])
    pretrained = BY_ID[era].parameter("C").pretrained
    assert (training.parent is not None) == pretrained
    if pretrained:
        from core.pretraining import vectors

        assert training.parent == tiny_vectors
        start = vectors.load(tiny_vectors.path)
        known = len(start.vocabulary)
        assert vocabulary.words[:known] == start.vocabulary.words
        assert torch.equal(model.C.weight[:known], torch.from_numpy(start.matrix))
        new = {word for text in training.train.texts for word in words(text)} - set(start.vocabulary.words)
        assert set(vocabulary.words[known:]) == new, "words without a vector start random"
    else:
        assert set(vocabulary.words[2:]) == {word for text in training.train.texts for word in words(text)}


def test_frozen_vectors_stay_as_they_were(store: Store, reviews: Path, tiny_vectors: Artifact, tmp_path: Path) -> None:
    from core.pretraining import vectors

    events = Events()
    job = tiny_job("word2vec", reviews, epochs=1, freeze_c=True)
    classify.train(job, tmp_path, "bbbbbb", store, Narrator(events))
    artifact = store.find(events.kinds("done")[0]["artifact"])
    assert artifact is not None
    frozen = classifier.load(artifact.path)
    start = torch.from_numpy(vectors.load(tiny_vectors.path).matrix)
    # Both were rounded to 8 bits on their way to disk.
    assert torch.allclose(frozen.model.C.weight, start, atol=float(start.abs().max()) / 60)
    assert frozen.info["frozen"] == ["C"]
