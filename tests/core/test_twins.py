"""Twins of a sentence: what each rule makes of it, and when it does not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.text import words
from core.explain.twins import RULES, make_twins

PARTS = ("it", "is", "n't", "not", "but", "a", "good", "Anna", ".", ",", "film")


def twin(rule: str, text: str) -> str:
    return next(each.text for each in make_twins(text) if each.rule == rule)


@pytest.mark.parametrize(
    ("rule", "text", "made"),
    [
        ("negated", "The plot is thin but the cast is wonderful.", "The plot is thin but the cast is not wonderful."),
        ("negated", "I don't like it.", "I do like it."),
        ("negated", "It won't bore you.", "It will bore you."),
        ("negated", "She cannot act.", "She can act."),
        ("negated", "Not a joke in it is funny.", "A joke in it is funny."),
        ("negated", "It's a treat.", "It's not a treat."),
        ("negated", "Anna's film bores.", ""),
        ("intensified", "A good film.", "A very good film."),
        ("intensified", "A wonderful film.", "An absolutely wonderful film."),
        ("intensified", "An awful film.", "An absolutely awful film."),
        ("intensified", "An honest film.", "A very honest film."),
        ("intensified", "Dull and long.", "Dull and very long."),
        ("intensified", "Dull stuff.", "Very dull stuff."),
        ("intensified", "A very good film.", ""),
        ("but-reversed", "The plot is thin, but the cast is great!", "The cast is great, but the plot is thin!"),
        ("but-reversed", "I laughed but Anna slept.", "Anna slept but I laughed."),
        ("but-reversed", "Nothing but noise and fury.", ""),
        ("but-reversed", "Thin but very funny.", ""),
        ("name-swapped", "Robert is dull.", "James is dull."),
        ("name-swapped", "A film by Hitchcock, in English.", "A film by Morgan, in English."),
        ("name-swapped", "It is dull. The end.", ""),
        ("typo", "It is wonderful.", "It is wondreful."),
        ("typo", "It is so so.", ""),
        ("reordered", "The plot is thin.", "Thin is plot the."),
        ("reordered", "Dull film.", ""),
    ],
)
def test_a_rule_changes_one_thing_or_says_that_it_does_not_fit(rule: str, text: str, made: str) -> None:
    assert twin(rule, text) == made


def test_a_turned_sentence_turned_again_is_itself() -> None:
    text = "The plot is thin but the cast is wonderful."
    assert twin("but-reversed", twin("but-reversed", text)) == text


@given(st.text(max_size=60) | st.lists(st.sampled_from(PARTS)).map(" ".join))
def test_every_rule_answers_to_every_text(text: str) -> None:
    found = make_twins(text)
    assert [each.rule for each in found] == list(RULES)
    for each in found:
        assert each.note
        assert each.text != text or not text
        if each.rule == "typo" and each.text:
            assert sorted(each.text) == sorted(text)


def test_reordered_is_the_same_bag_of_words() -> None:
    text = "The plot is thin but the cast is wonderful."
    assert sorted(words(twin("reordered", text))) == sorted(words(text))
