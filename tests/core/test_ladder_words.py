"""What a point of a ladder says in words."""

from __future__ import annotations

from itertools import product
from textwrap import wrap

import pytest

from core.benchmark.ladder_chart import lay_out
from core.benchmark.ladder_words import describe_point, points
from core.catalog.ladder import MeasuredLadder

SHIPPED = MeasuredLadder.load()


def said(era: str, labels: int | None, data: str = "rotten_tomatoes") -> list[str]:
    return list(describe_point(SHIPPED, data, era, labels))


def test_an_accuracy_a_gain_and_the_labels_saved() -> None:
    assert said("elmo", 100) == [
        "elmo, 100 labels: 65.9 % ± 2.7 of 863 test texts are right (5 seeds; the mean is within 62.9 to 69.1 with "
        "95 %).",
        "Gain on word2vec: +3.5 points [+0.4, +6.2], more than the noise.",
        "Labels saved: about 110. word2vec needs about 210 labels for as much [110 to 360].",
    ]


def test_what_is_within_the_noise_saves_nothing_for_certain() -> None:
    _, gain, saved = said("bert", 100)
    assert "within the noise" in gain
    assert saved.startswith("Labels saved: none for certain. ulmfit needs about 100 labels")


def test_what_the_row_before_never_reaches_is_more_than_all_it_was_given() -> None:
    assert said("bert", 2000)[2] == (
        "Labels saved: about 2,500. ulmfit needs about 4,500 labels for as much [2,400 to more than 7,667]."
    )
    assert said("word2vec", 500, "imdb")[2] == (
        "Labels saved: cannot be told. scratch does not get there with 500 labels, its most [more than 500]."
    )
    assert said("word2vec", 100, "imdb")[2].startswith("Labels saved: more than 400. scratch does not get there")


def test_no_label_has_no_gain_but_saves_labels() -> None:
    accuracy, gain, saved = said("prompt", 0)
    assert "(1 seed; " in accuracy
    assert gain == "No gain can be told: bert was not measured with no label."
    assert saved.startswith("Labels saved: about 190.")


def test_controls_the_first_row_and_what_is_not_measured_say_so() -> None:
    assert said("scratch", 20)[1] == "There is no row before it to be held against."
    assert said("tfidf", 100)[1].startswith("A control, no step of the story")
    assert said("elmo", 0)[0] == "elmo, no label: not measured."
    assert "has to learn from labels" in said("elmo", 0)[1]
    assert said("elmo", None, "imdb")[1] == (
        "To measure it: nlp-tui ladder --data imdb --eras elmo --labels all --split test"
    )
    assert "--data 'my file.csv' --eras" in said("elmo", 20, "my file.csv")[1]
    assert said("gpt", 20) == ["gpt, 20 labels: not measured.", "To measure it: nlp-tui ladder --data rotten_tomatoes "
                               "--eras gpt --labels 20 --split test"]  # fmt: skip


def test_every_point_that_ships_says_something() -> None:
    for mean in SHIPPED.means:
        assert all(line.endswith((".", "…")) for line in said(mean.era, mean.labels, mean.data))


@pytest.mark.parametrize(("share", "text"), [(0.0349, "+3.5"), (-0.02, "-2.0"), (-0.0001, "0.0"), (0.0, "0.0")])
def test_points_have_a_sign_unless_they_are_none(share: float, text: str) -> None:
    assert points(share) == text


def test_at_80_columns_six_lines_hold_every_point() -> None:
    for data in SHIPPED.data:
        grid = lay_out(SHIPPED, data)
        for era, labels in product(grid.eras, grid.labels):
            assert sum(len(wrap(line, 76)) for line in describe_point(SHIPPED, data, era, labels)) <= 6
