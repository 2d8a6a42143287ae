"""The card of an era: one key away, everything about it, and honest where nothing was measured."""

from __future__ import annotations

import pytest

from core.catalog.ladder import Gain, Mean, MeasuredLadder
from core.eras.history import HISTORY
from core.eras.table import BY_ID
from tests.tui.fake_engine import FakeCatalog, entry
from tests.tui.hostile import screen_text
from tests.tui.test_tui_read import running, settle
from tui.screens.era_card import EraCard

MEASURED = MeasuredLadder(
    (
        Mean("rotten_tomatoes", "word2vec", 100, 0.625, 0.034, 5, 0.59, 0.66, 863),
        Mean("rotten_tomatoes", "word2vec", None, 0.781, None, 1, 0.75, 0.81, 863),
    ),
    (
        Gain("rotten_tomatoes", "word2vec", 100, "scratch", False, 0.084, 0.052, 0.116, 5, 863, certain=True),
        Gain("rotten_tomatoes", "word2vec", 100, "tfidf", True, 0.09, 0.05, 0.12, 5, 863, certain=True),
    ),
)


def test_every_row_has_a_history() -> None:
    assert set(HISTORY) == set(BY_ID)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_one_key_shows_the_focused_era_and_another_closes_it(size: tuple[int, int]) -> None:
    catalog = FakeCatalog()
    catalog.measured = MEASURED
    async with running(catalog=catalog, size=size) as (app, pilot):
        await pilot.press("down", "f6")
        await settle(pilot)
        assert isinstance(app.screen, EraCard)
        shown = screen_text(app)
        assert "word2vec · ~2014" in shown
        for _ in range(6):  # on a small screen the scores are further down
            await pilot.press("down", "down")
            await settle(pilot)
            shown += screen_text(app)
        assert "62.5 ± 3.4" in shown
        assert "+8.4 [+5.2, +11.6] on scratch" in shown
        assert "tfidf" not in shown
        await pilot.press("end")
        await settle(pilot)
        assert "What it cannot do" in screen_text(app)
        await pilot.press("escape")
        assert not isinstance(app.screen, EraCard)


async def test_what_was_not_measured_is_said() -> None:
    async with running() as (app, pilot):
        await pilot.press("f6")
        await settle(pilot)
        assert "Not measured in the ladder" in screen_text(app)


@pytest.mark.parametrize("era", list(BY_ID))
async def test_each_card_opens(era: str) -> None:
    async with running(catalog=FakeCatalog(eras=list(BY_ID))) as (app, pilot):
        app.current_model = era
        await pilot.press("f6")
        await settle(pilot)
        assert BY_ID[era].title in screen_text(app)


async def test_the_card_of_a_model_of_ones_own_says_what_that_one_scores() -> None:
    scores = {
        "validation": {"accuracy": 0.75, "n": 40},
        "test": {"accuracy": 1.0, "n": 32, "majority": 0.4, "macro_f1": 1.0},
    }
    own = entry("run:3f2a9c", "glove", labels=("billing", "bug", "other"), data="tickets.csv", scores=scores)
    catalog = FakeCatalog([own])
    catalog.measured = MEASURED
    async with running(catalog=catalog, size=(120, 60)) as (app, pilot):
        app.use_model("run:3f2a9c")
        await settle(pilot)
        await pilot.press("f6")
        await settle(pilot)
        shown = screen_text(app)
        assert "100.0 % [89.3, 100.0] of 32 test texts right · always one class: 40.0 · macro F1 1.00" in shown
        assert "of 40 validation texts right" in shown
        assert "3 classes: billing, bug, other" in shown


async def test_bars_say_where_they_begin() -> None:
    catalog = FakeCatalog()
    catalog.measured = MEASURED
    async with running(catalog=catalog, size=(120, 60)) as (app, pilot):
        await pilot.press("down", "f6")
        await settle(pilot)
        assert "A bar begins at 50 % and is full at 100 %." in screen_text(app)
