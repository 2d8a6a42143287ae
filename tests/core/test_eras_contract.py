"""What every era's classifier must do, whichever it is."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from statistics import median

import pytest
import torch

from core.data.batches import pad
from core.data.lexicon import Lexicon
from core.data.ngrams import ngrams
from core.data.text import words
from core.eras.table import BY_ID, Origin
from core.finetuning import train
from core.finetuning.initialise import initialise
from core.finetuning.prepare import Training
from core.finetuning.regressions import REGRESSIONS
from core.models.bidirectional import BidirectionalEnsemble
from core.models.prompted import PromptClassifier
from core.models.protocol import TextModel
from core.models.rnn import RNNClassifier
from core.models.tfidf import TfidfClassifier
from core.models.transformer import TransformerClassifier
from core.pretrained import classifier, encoder, language_model, vectors
from core.pretrained.classifier import Classifier
from core.runs.logger import RunLogger
from core.storage.store import Artifact, Store
from tests.core.conftest import (
    EVERY_STEP,
    FITTED,
    TRAINABLE,
    VARIANTS,
    Events,
    tiny_encoder,
    tiny_job,
    work,
    write_reviews,
)


@pytest.fixture(params=TRAINABLE)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[*TRAINABLE, *VARIANTS])
def model(
    request: pytest.FixtureRequest, trained: dict[str, Artifact], variants: dict[str, Artifact], store: Store
) -> Classifier:
    return classifier.load({**trained, **variants}[str(request.param)].path, store)


def initial(training: Training, texts: list[list[str]]) -> tuple[TextModel, Lexicon]:
    """The era's classifier before training, and its words."""
    regress = REGRESSIONS.get(training.era.composition)
    start = regress(training, texts).start if regress else initialise(training, training.language_models, texts)
    return start.model, start.lexicon


def ask(model: Classifier, *texts: str) -> torch.Tensor:
    return model.probabilities([model.encode(words(text)) for text in texts])


def test_it_learns_what_its_labels_say(model: Classifier, tmp_path: Path) -> None:
    with write_reviews(tmp_path / "unseen.csv", 1_500, seed=1).open(encoding="utf-8") as file:
        unseen = list(csv.DictReader(file))
    answers = ask(model, *(row["text"] for row in unseen)).argmax(dim=1).tolist()
    right = sum(model.labels[answer] == row["label"] for answer, row in zip(answers, unseen, strict=True))
    # A coin's standard deviation is half the root of n: four of them come by luck once in thirty thousand times.
    assert right > len(unseen) / 2 + 4 * math.sqrt(len(unseen)) / 2
    assert model.info.scores["test"]["n"] > 20


@pytest.mark.parametrize(
    "tuned", [era for era in (*TRAINABLE, *VARIANTS) if era not in FITTED]
)  # a regression takes no steps
def test_it_overfits_a_few_sentences(
    tuned: str,
    tmp_path: Path,
    store: Store,
    tiny_glove: Artifact,
    variants: dict[str, Artifact],
) -> None:
    data = write_reviews(tmp_path / "few.csv", 40, seed=9)
    events = Events()
    job = tiny_job(tuned, data, labels=12, epochs=60, patience=60, dropout=0.0, batch_size=4)
    work(train.train, job, tmp_path, store, RunLogger(events, intervals=EVERY_STEP))
    losses = [event["loss"] for event in events.kinds("progress") if event["phase"] == "train"]
    # Words are dropped now and then, so one step may be unlucky.
    assert median(losses[-10:]) < losses[0] / 5
    assert tiny_glove
    assert variants, "what they start from is there"


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


def test_saved_and_loaded_again_it_answers_the_same(model: Classifier, store: Store, tmp_path: Path) -> None:
    classifier.save(tmp_path, model.model.state_dict(), model.vocabulary, model.info, store)
    again = classifier.load(tmp_path, store)
    assert torch.equal(ask(model, "the plot is clever ."), ask(again, "the plot is clever ."))
    assert again.labels == model.labels


def test_its_parameters_start_where_the_table_says(
    era: str,
    store: Store,
    reviews: Path,
    tiny_vectors: Artifact,
    tiny_glove: Artifact,
    tiny_language_models: dict[str, Artifact],
) -> None:
    row, training = BY_ID[era], train.prepare(tiny_job(era, reviews), store)
    texts = [words(text) for text in training.train.texts]
    model, vocabulary = initial(training, texts)
    labelled = {word for text in texts for word in text}
    origin = row.parameter("C").origin
    if isinstance(model, TfidfClassifier):
        assert set(vocabulary.words[2:]) == {gram for text in texts for gram in ngrams(text)}
    elif origin in (Origin.WORD2VEC, Origin.GLOVE):
        made = tiny_vectors if origin is Origin.WORD2VEC else tiny_glove
        assert training.vectors == made
        start = vectors.load(made.path)
        known = len(start.vocabulary)
        assert vocabulary.words[:known] == start.vocabulary.words
        assert model.C is not None
        assert torch.equal(model.C.weight[:known], torch.from_numpy(start.matrix))
        new = labelled - set(start.vocabulary.words) if row.parameter("C").tuned else set()
        assert set(vocabulary.words[known:]) == new, "words without a vector start random"
    elif origin is Origin.LANGUAGE_MODEL:
        assert training.language_models == tiny_language_models
        if isinstance(model, PromptClassifier):
            for reader, artifact in zip(model.readers, tiny_language_models.values(), strict=True):
                asked = language_model.load(artifact.path).model
                own = [*asked.rnn.parameters(), *asked.projection.parameters()]
                assert all(torch.equal(a, b) for a, b in zip(reader.parameters(), own, strict=True))
            return
        assert isinstance(model, BidirectionalEnsemble)
        for member, artifact in zip(model.members, tiny_language_models.values(), strict=True):
            theirs = language_model.load(artifact.path).model
            assert torch.equal(member.C.weight[: len(theirs.C)], theirs.C)
            assert set(vocabulary.words[len(theirs.C) :]) == labelled - set(vocabulary.words[: len(theirs.C)])
            cell = theirs.rnn[0]
            assert torch.equal(member.rnn.get_parameter("weight_ih_l0"), cell.get_parameter("weight_ih_l0"))
            assert torch.equal(member.rnn.get_parameter("weight_hh_l0"), cell.get_parameter("weight_hh_l0"))
    elif row.parameter("C").origin is Origin.TRANSFORMER:
        assert isinstance(model, TransformerClassifier)
        theirs = encoder.find(str(tiny_encoder())).model()
        assert torch.equal(model.C.weight, theirs.embeddings.word_embeddings.weight)
        for ours, own in zip(model.layers, theirs.encoder.layer[-len(model.layers) :], strict=True):
            assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), own.parameters(), strict=True))
    else:
        assert set(vocabulary.words[2:]) == labelled


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_one_direction_alone_is_the_language_model_that_goes_on_reading(
    direction: str, store: Store, reviews: Path, tiny_language_models: dict[str, Artifact]
) -> None:
    training = train.prepare(tiny_job("ulmfit", reviews, direction=direction), store)
    model, vocabulary = initial(training, [["wonderful"]])
    model.eval()
    ids = vocabulary.encode(words("the cast is wonderful ."))
    theirs = language_model.load(tiny_language_models[direction].path).states([ids])[0][-1]
    assert isinstance(model, RNNClassifier)
    assert torch.allclose(model.states(*pad([ids]))[0], theirs, atol=1e-6)


def test_frozen_vectors_stay_as_they_were(store: Store, reviews: Path, tiny_vectors: Artifact, tmp_path: Path) -> None:
    events = Events()
    job = tiny_job("word2vec", reviews, epochs=1, freeze_c=True)
    work(train.train, job, tmp_path, store, RunLogger(events))
    artifact = store.find(events.kinds("done")[0]["artifact"])
    assert artifact is not None
    frozen = classifier.load(artifact.path, store)
    start = torch.from_numpy(vectors.load(tiny_vectors.path).matrix)
    # Both were rounded to 8 bits on their way to disk.
    assert torch.allclose(frozen.C, start, atol=float(start.abs().max()) / 60)
    assert frozen.info.frozen == ("C",)
