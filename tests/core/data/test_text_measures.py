"""How long texts are, and how much of a new one was never met."""

from __future__ import annotations

import pytest

from core.data.text_measures import MEASURED, measure_texts


def test_lengths_and_what_was_never_met() -> None:
    found = measure_texts(["a good film", "a film"], ["a bad bad film"])
    assert (found.fewest, found.median, found.most, found.texts) == (2, 3, 4, 3)
    assert found.unseen == 0.5


def test_of_very_many_texts_the_first_are_measured() -> None:
    found = measure_texts(["one"] * (MEASURED + 5), ["two"])
    assert (found.texts, found.unseen) == (MEASURED + 1, 1.0)


def test_without_a_test_nothing_is_unseen() -> None:
    assert measure_texts(["one two"], []).unseen == 0
    with pytest.raises(ValueError, match="no text"):
        measure_texts([], [])
