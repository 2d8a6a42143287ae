from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.hostile import _RAW, HOSTILE
from tui import safetext

ANYTHING = st.text(alphabet=st.characters(exclude_categories=()))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_acts_on_the_terminal(text: str) -> None:
    for made in (
        safetext.content(text).plain,
        safetext.rich_text(text).plain,
        safetext.fit(text, 8),
        safetext.fit_end(text, 8),
        safetext.column(text, 8),
        safetext.one_line(text),
    ):
        assert not _RAW.search(made)
        made.encode("utf-8")


def test_what_is_replaced_stays_visible() -> None:
    assert safetext.visible("\x1b[31m\x00\n\x9b") == "␛[31m␀␊�"
    assert safetext.visible("a\u202eb") == "a�b"
    assert safetext.one_line("one\r\ntwo\tthree") == "one two three"


def test_brackets_stay_as_they_are() -> None:
    assert safetext.content("[CLS] [/b] [@click=app.quit]x[/]").plain == "[CLS] [/b] [@click=app.quit]x[/]"
    assert safetext.rich_text("[CLS] [/b]").plain == "[CLS] [/b]"


def test_an_emoji_family_stays_together() -> None:
    family = HOSTILE["zwj"]
    assert safetext.visible(family) == family
    assert safetext.visible("a\u200db") == "ab"


@given(ANYTHING, st.integers(0, 40))
def test_fitted_text_fits(text: str, cells: int) -> None:
    assert safetext.width(safetext.fit(text, cells)) <= cells
    assert safetext.width(safetext.fit_end(text, cells)) <= cells
    for align in ("left", "right"):
        assert safetext.width(safetext.column(text, cells, align)) == cells


@given(ANYTHING)
def test_safe_text_is_safe_and_stays_the_same_when_made_safe_again(text: str) -> None:
    once = safetext.visible(text)
    assert not _RAW.search(once)
    assert safetext.visible(once) == once


def test_a_megabyte_is_cut_without_reading_it_all() -> None:
    assert safetext.fit("word " * 200_000, 20) == "word word word word…"
    assert safetext.fit_end("word " * 200_000, 10).startswith("…")
