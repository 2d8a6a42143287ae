"""Templates and answer words: what is one, and what a person is told of what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.eras.prompts import (
    ANSWERS,
    TEMPLATES,
    TOPIC_TEMPLATES,
    WIKI_ANSWERS,
    PromptError,
    Template,
    default_answers,
    default_templates,
    read_answers,
    read_templates,
    write_answers,
)

WORD = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("shown", "direction", "around", "unread"),
    [
        ("{text} . it was ___", "forward", ("", " . it was ", ""), ""),
        ("___ . {text}", "backward", ("", " . ", ""), ""),
        ("review : {text} . it was ___ .", "forward", ("review : ", " . it was ", " ."), "."),
        ("a ___ film : {text} indeed", "backward", ("a ", " film : ", " indeed"), "a"),
    ],
)
def test_a_template_has_a_direction_and_parts(
    shown: str, direction: str, around: tuple[str, str, str], unread: str
) -> None:
    template = Template(shown)
    assert (template.direction, template.around, template.unread) == (direction, around, unread)


@pytest.mark.parametrize("shown", ["", "{text}", "___", "{text} ___ ___", "{text} {text} ___", "text it was blank"])
def test_what_is_no_template_is_refused_with_an_example(shown: str) -> None:
    with pytest.raises(PromptError, match="place for the") as told:
        Template(shown)
    assert TEMPLATES[0] in told.value.hint


def test_a_list_of_templates_has_bars_between() -> None:
    assert read_templates(" | ".join(TEMPLATES)) == tuple(map(Template, TEMPLATES))
    assert read_templates("{text} ___ | | {text} ___") == (Template("{text} ___"),)
    with pytest.raises(PromptError, match="No template is named"):
        read_templates(" | ")


@given(st.dictionaries(st.one_of(WORD, st.just("not sure")), st.lists(WORD, min_size=1, max_size=4), min_size=1))
def test_answers_are_read_as_they_are_written(answers: dict[str, list[str]]) -> None:
    once = {name: tuple(dict.fromkeys(words)) for name, words in answers.items()}
    assert read_answers(write_answers(once)) == once


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("", "No answer words"),
        ("negative", "does not say which words"),
        ("negative=", "does not say which words"),
        ("=bad", "does not say which words"),
        ("a=x a=y", "named twice"),
    ],
)
def test_answers_with_a_mistake_are_refused(listed: str, said: str) -> None:
    with pytest.raises(PromptError, match=said):
        read_answers(listed)


def test_the_names_of_classes_are_words_where_none_are_written() -> None:
    assert default_answers(["Positive", "Sports"]) == {"Positive": ANSWERS["positive"], "Sports": ("sports",)}
    assert [template.shown for template in default_templates(["positive", "negative"])] == list(TEMPLATES)
    assert [template.shown for template in default_templates(["sports", "negative"])] == list(TOPIC_TEMPLATES)


def test_the_topics_of_wikipedia_have_answers_of_their_own_and_other_classes_of_such_names_do_not() -> None:
    found = default_answers(tuple(WIKI_ANSWERS))
    assert found == WIKI_ANSWERS
    spoken_for = [word for words in found.values() for word in words]
    assert len(set(spoken_for)) == len(spoken_for)
    assert default_answers(("History", "Geography")) == {"History": ("history",), "Geography": ("geography",)}
