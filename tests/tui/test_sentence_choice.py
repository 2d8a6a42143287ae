"""Which sentence Words reads."""

from __future__ import annotations

from tui.presets import pairs, presets
from tui.sentence_choice import SentenceChoice


def test_what_is_typed_in_read_is_read_and_an_example_while_nothing_is() -> None:
    choice = SentenceChoice()
    assert choice.sentence == presets()[0].text
    assert choice.title == "an example: nothing is typed in Read yet"
    choice.follow("A fine film")
    assert (choice.sentence, choice.title) == ("A fine film", "the sentence from Read")


def test_an_example_stays_until_something_else_is_typed() -> None:
    choice = SentenceChoice()
    choice.follow("A fine film")
    assert choice.show_next_pair() == choice.unpinned == pairs()[0]
    choice.follow("A fine film")
    assert (choice.sentence, choice.title) == (pairs()[0].second, "an example")
    choice.follow("Another film")
    assert choice.sentence == "Another film"
    assert choice.show_next_pair() == pairs()[1]
    choice.write("A fine film")
    assert choice.sentence == "A fine film"
