"""The door to trained models: answers, running probabilities, neighbours, errors in plain words."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from core import api
from core.catalog.models import Catalog, ModelError
from core.data.corpora import load_task
from core.data.text import words
from core.jobs import IndexJob
from core.runs.logger import RunLogger
from core.service.session import RUNNING_TOKENS, Session, WordError
from core.storage.paths import Home
from core.storage.store import Artifact, Store
from core.words import index
from tests.core.conftest import BAD, GOOD, Events


@pytest.fixture(scope="module")
def session(store: Store, trained: dict[str, Artifact]) -> Session:
    assert trained
    root = store.root
    return Session(Catalog(Home(store=root, runs=root.parent / "runs"), shipped=None))


@pytest.fixture(scope="module")
def spec(trained: dict[str, Artifact]) -> str:
    return f"word2vec:{trained['word2vec'].key[:8]}"


def test_answers_come_in_the_order_asked_whatever_their_lengths(session: Session, spec: str) -> None:
    texts = ["the film is wonderful .", "dull", "", "the story is boring . " * 30, "a lovely cast , and a warm story !"]
    answers = session.predict(texts, spec)
    assert [a.label for a in answers if a.tokens] == ["positive", "negative", "negative", "positive"]
    for text, answer in zip(texts, answers, strict=True):
        assert answer == session.predict([text], spec)[0] or answer.probabilities == pytest.approx(
            session.predict([text], spec)[0].probabilities, abs=1e-5
        )
        assert [text[t.start : t.end].lower() for t in answer.tokens] == [t.text for t in answer.tokens]


def test_the_last_running_probability_is_the_answer(session: Session, spec: str) -> None:
    answer = session.run("the cast is wonderful but the plot is dull", spec)
    assert len(answer.running) == len(answer.tokens) == 9
    assert answer.running[-1] == pytest.approx(tuple(answer.probabilities.values()), abs=1e-5)
    assert all(sum(step) == pytest.approx(1, abs=1e-5) for step in answer.running)


def test_a_long_text_runs_over_its_first_tokens_and_says_how_much_was_read(session: Session, spec: str) -> None:
    answer = session.run("a warm film " * 300, spec)
    assert len(answer.tokens) == 900
    assert len(answer.running) == RUNNING_TOKENS
    assert answer.read == 400


def test_unknown_words_are_marked(session: Session, spec: str) -> None:
    known = {t.text: t.known for t in session.predict(["the zxqv film"], spec)[0].tokens}
    assert known == {"the": True, "zxqv": False, "film": True}


def test_static_neighbours_are_words_with_counts_and_falling_scores(session: Session, spec: str) -> None:
    answer = session.neighbors(api.Neighbors("Wonderful", spec, k=5))
    assert answer.known
    assert answer.word == "wonderful"
    assert answer.count > 0
    assert [n.rank for n in answer.neighbors] == [1, 2, 3, 4, 5]
    scores = [n.score for n in answer.neighbors]
    assert scores == sorted(scores, reverse=True)
    assert "wonderful" not in [n.neighbor for n in answer.neighbors]
    assert {n.neighbor for n in answer.neighbors[:3]} <= set(GOOD), "tuned on the labels, praise is near praise"
    assert all(n.count > 0 for n in answer.neighbors)


def test_an_unknown_word_gets_nearest_spellings(session: Session, spec: str) -> None:
    answer = session.neighbors(api.Neighbors("wonderfull", spec))
    assert not answer.known
    assert answer.suggestions[0] == "wonderful"
    assert answer.neighbors == ()


def test_a_state_depends_on_what_was_read_before_the_word(session: Session, spec: str) -> None:
    after_praise = session.vector("film", spec, "a wonderful film")
    after_blame = session.vector("film", spec, "a dull film")
    assert not np.allclose(after_praise, after_blame)
    assert np.array_equal(after_praise, session.vector("film", spec, "a wonderful film and more words"))
    assert np.array_equal(session.vector("film", spec), session.vector("Film", spec))


def test_errors_name_the_thing_and_the_way_out(session: Session, spec: str, tmp_path: Path) -> None:
    with pytest.raises(WordError, match=r"'zxqv' is not in the sentence"):
        session.neighbors(api.Neighbors("zxqv", spec, "contextual", "a dull film"))
    with pytest.raises(WordError, match=r"no token number 7"):
        session.neighbors(api.Neighbors("film", spec, "contextual", "a dull film", 7))
    with pytest.raises(WordError, match=r"does not know the word 'dulll'. Nearest spellings: dull"):
        session.vector("dulll", spec)
    with pytest.raises(ModelError, match=r"no model called 'scratch:nope'"):
        session.predict(["x"], "scratch:nope")
    with pytest.raises(ModelError, match=r"no model called 'gpt'"):
        session.predict(["x"], "gpt")
    with pytest.raises(ModelError, match=r"no model called"):
        session.predict(["x"], str(tmp_path))


def test_a_model_is_also_named_by_its_folder(session: Session, spec: str, trained: dict[str, Artifact]) -> None:
    by_path = session.predict(["a warm film"], str(trained["word2vec"].path))[0]
    assert by_path.probabilities == session.predict(["a warm film"], spec)[0].probabilities


def test_a_damaged_model_is_an_error_a_person_can_read(
    session: Session, trained: dict[str, Artifact], tmp_path: Path
) -> None:
    for file in trained["scratch"].path.iterdir():
        content = file.read_bytes()
        (tmp_path / file.name).write_bytes(content[: len(content) // 2] if file.suffix == ".safetensors" else content)
    with pytest.raises(ModelError, match="cannot be read"):
        session.predict(["x"], str(tmp_path))


def test_every_made_up_word_is_known_to_both_eras(session: Session, trained: dict[str, Artifact]) -> None:
    text = " ".join(GOOD + BAD)
    for era, artifact in trained.items():
        tokens = session.predict([text], f"{era}:{artifact.key[:8]}")[0].tokens
        assert all(token.known for token in tokens)


@pytest.fixture(scope="module")
def bert(trained: dict[str, Artifact]) -> str:
    if "bert" not in trained:
        pytest.skip("the extra is not installed")
    return f"bert:{trained['bert'].key[:8]}"


def test_a_transformer_answers_word_by_word_whatever_the_words_are_spelled_with(session: Session, bert: str) -> None:
    answer = session.run("a wonderful film, it doesn't zxqv 😀", bert)
    assert [t.text for t in answer.tokens] == ["a", "wonderful", "film", ",", "it", "does", "n't", "zxqv", "😀"]
    assert [t.text for t in answer.tokens if not t.known] == ["😀"]
    assert len(answer.running) == answer.read == 9
    assert answer.running[-1] == pytest.approx(tuple(answer.probabilities.values()), abs=1e-5)


def test_a_transformer_says_how_many_words_fitted_into_it(session: Session, bert: str) -> None:
    (answer,) = session.predict(["wonderful " * 2000], bert)
    assert len(answer.tokens) == 2000
    assert answer.read == 32, "64 pieces, two a word"


def test_static_neighbours_of_a_transformer_are_whole_words(session: Session, bert: str) -> None:
    for word in ("film", "wonderful"):  # the second is spelled with two pieces
        found = session.neighbors(api.Neighbors(word, bert, k=200))
        assert found.known
        assert len(found.neighbors) > 20
        assert not any(n.neighbor.startswith(("##", "[")) for n in found.neighbors)
        assert word not in {n.neighbor for n in found.neighbors}
    assert not session.neighbors(api.Neighbors("😀", bert)).known


def test_contextual_neighbours_of_a_transformer_are_words_in_their_sentences(
    session: Session, bert: str, store: Store, reviews: Path
) -> None:
    job = IndexJob(bert, occurrences=1_500, documents=300, data=str(reviews), unlabelled="none")
    index.build(job, store, RunLogger(Events()), session.word_models)
    found = session.neighbors(api.Neighbors("wonderful", bert, "contextual", "a wonderful cast , and a warm story !"))
    assert found.neighbors
    texts = {word for text in load_task(str(reviews)).train.texts for word in words(text)}
    assert {n.neighbor for n in found.neighbors} <= texts, "whole words, and no pieces of them"
    assert "both sides" in found.note


def test_a_transformer_without_its_libraries_says_what_to_install(
    session: Session, bert: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.pretrained.encoder.has_transformers", lambda: False)
    fresh = Session(session.catalog)
    with pytest.raises(ModelError) as refused:
        fresh.predict(["a film"], bert)
    assert "pip install 'nlp-tui[bert]'" in refused.value.message


def test_a_model_that_is_written_again_in_its_place_is_read_again(
    session: Session, trained: dict[str, Artifact], tmp_path: Path
) -> None:
    place = tmp_path / "model"
    shutil.copytree(trained["scratch"].path, place)
    asked = Session(session.catalog)
    before = asked.predict(["a wonderful film"], str(place))[0]
    shutil.rmtree(place)
    shutil.copytree(trained["word2vec"].path, place)
    asked.rescan()
    after = asked.predict(["a wonderful film"], str(place))[0]
    assert after.probabilities != before.probabilities
    assert after.probabilities == Session(session.catalog).predict(["a wonderful film"], str(place))[0].probabilities
