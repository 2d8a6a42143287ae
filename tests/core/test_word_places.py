"""Which place in a sentence is meant: the word's occurrence, a phrase, any text that a person may type."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import api
from core.api.words import WordQuestion
from core.catalog.models import ModelError
from core.data.text import words
from core.service.session import Session
from core.words import mentions
from core.words.word_models import WordError

SENTENCE = "the plot is dull and the cast is wonderful"
LONG = ["the", "film", "is", "a", "dull", "story", "with", "zxqv"] * 625


def test_the_occurrence_that_is_named_is_the_one_looked_at(session: Session) -> None:
    assert mentions.find_mention("the", SENTENCE).position == 0
    assert mentions.find_mention("the", SENTENCE, None, 2).position == 5
    assert not np.allclose(session.vector("the", "lm", SENTENCE, 1), session.vector("the", "lm", SENTENCE, 2))
    with pytest.raises(WordError, match="stands in the sentence only 2 times"):
        session.vector("the", "lm", SENTENCE, 3)
    with pytest.raises(WordError, match="'music' is not in the sentence"):
        session.vector("music", "lm", SENTENCE)


def test_a_phrase_is_averaged_and_says_so(session: Session, specs: dict[str, str]) -> None:
    answer = session.neighbors(api.Neighbors("Wonderful cast", specs["word2vec"]))
    assert answer.word == "wonderful cast"
    assert "the mean of the vectors of its 2 words" in answer.remark
    assert not {"wonderful", "cast"} & {n.neighbor for n in answer.neighbors}
    mean = (session.vector("wonderful", specs["word2vec"]) + session.vector("cast", specs["word2vec"])) / 2
    assert np.allclose(session.vector("wonderful cast", specs["word2vec"]), mean, atol=1e-6)
    partly = session.neighbors(api.Neighbors("zxqv cast", specs["word2vec"]))
    assert "1 of which are known" in partly.remark
    found = mentions.find_mention("dull and", SENTENCE)
    assert found.positions == (3, 4)
    assert "phrase" in found.remark


@given(st.text(max_size=40), st.text(max_size=60))
@settings(max_examples=200)
def test_any_text_is_a_place_or_an_error_a_person_can_read(word: str, sentence: str) -> None:
    asked, text = words(word), words(sentence)
    there = bool(asked) and any(text[n : n + len(asked)] == asked for n in range(len(text)))
    if there:
        assert mentions.find_mention(word, sentence).text == " ".join(asked)
    else:
        with pytest.raises(WordError, match=r"\w+ .*\."):
            mentions.find_mention(word, sentence)


def _asked(session: Session, question: WordQuestion) -> api.Answer:
    """The answer, or the refusal as the engine would say it."""
    try:
        return session.ask(question)
    except (WordError, ModelError) as error:
        return api.Failed(error.message, error.hint)


@pytest.mark.parametrize("word", ["[CLS]", "[/b]", "\x1b[2J", "a\x00b", "x" * 5_000, "king - man", "🎬"])
def test_hostile_words_do_no_harm(session: Session, specs: dict[str, str], word: str) -> None:
    for question in (
        api.Neighbors(word, specs["word2vec"]),
        api.Neighbors(word, "lm", "contextual", f"a {word} film"),
        api.Analogy(f"{word} - film", specs["word2vec"]),
        api.Map(word, specs["word2vec"]),
        api.Compare("lm", api.Place(word, f"a {word}"), api.Place(word, f"{word} b")),
    ):
        line = api.encode(1, _asked(session, question))
        assert line.isascii()
        assert api.encode(*api.decode_answer(line)) == line
