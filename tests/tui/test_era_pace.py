"""What is foretold of rows that are still to come is taken from those that are done."""

from __future__ import annotations

from core.api import SIDE_BY_SIDE
from tui.widgets.words.era_pace import SHARES, EraPace


def test_what_is_left_follows_from_the_rows_that_are_done_here() -> None:
    assert set(SHARES) == set(SIDE_BY_SIDE)
    pace = EraPace(("scratch", "word2vec", "lm"), 100.0)
    assert pace.describe(100.1) == "1 of 3", "nothing is known yet"
    pace.finish("scratch", 101.0)
    assert pace.describe(101.0) == "2 of 3 · about 6 s left"
    assert pace.describe(102.0) == "2 of 3 · about 5 s left"
    pace.finish("word2vec", 103.0)
    assert pace.describe(103.0) == "3 of 3 · about 4 s left"


def test_a_row_that_takes_much_longer_says_how_long_and_foretells_nothing() -> None:
    pace = EraPace(("scratch", "word2vec"), 0.0)
    pace.finish("scratch", 1.0)
    assert pace.describe(8.0) == "2 of 2 · 7 s"
