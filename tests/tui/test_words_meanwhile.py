"""Words after something else has happened: another word, another screen, a run that ended, an engine that died."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import Static

from core import api
from tests.tui.fake_engine import LANGUAGE_MODELS, FakeCatalog, FakeEngine
from tests.tui.hostile import screen_text
from tests.tui.test_tui_read import running, settle
from tests.tui.test_words_views import asked, said
from tui.presets import pairs
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.words.context_neighbors import ContextNeighbors


async def test_what_a_line_was_is_not_said_of_another_words_groups() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3", "3")
        await settle(pilot)
        await pilot.press("down", "down")
        await settle(pilot)
        source = app.screen.query_one("#senses .pane-source", Static)
        assert str(source.content)
        app.screen.query_one("#word", SentenceInput).value = "cast"
        await settle(pilot)
        assert not str(source.content)


async def test_drift_is_asked_anew_after_another_screen() -> None:
    async with running() as (app, pilot):
        await pilot.press("down", "f3", "6")
        await settle(pilot)
        before = len(asked(app, api.Drift))
        await pilot.press("f4")
        await settle(pilot)
        await pilot.press("f3")
        await settle(pilot)
        assert len(asked(app, api.Drift)) == before + 1


async def test_what_was_pretrained_meanwhile_can_be_asked() -> None:
    catalog = FakeCatalog()
    catalog.known = {}
    async with running(catalog=catalog) as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("m", "m")
        await settle(pilot)
        assert "the transformer that guesses masked words" in said(app), "there are no language models before it"
        await pilot.press("f4")
        await settle(pilot)
        catalog.known, catalog.artifacts = dict(LANGUAGE_MODELS), frozenset({"forward", "backward"})
        rescans = len(asked(app, api.Rescan))
        await pilot.press("f3")
        await settle(pilot)
        assert len(asked(app, api.Rescan)) == rescans + 1, "the engine looks again too"
        await pilot.press("M")
        await settle(pilot)
        assert "the backward language model alone" in said(app)


async def test_an_engine_that_starts_again_answers_the_screen_that_is_seen() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"dull")
        await pilot.press("f3")
        await settle(pilot)
        before = len(asked(app, api.Predict))
        await app.engine.restart()
        await settle(pilot)
        assert len(asked(app, api.Predict)) == before, "a hidden screen would take the answer away from this one"
        await pilot.press("f2")
        await settle(pilot)
        assert len(asked(app, api.Predict)) == before + 1


async def test_compare_opens_on_an_example_and_ones_own_sentence_is_back_in_the_other_views() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"my play")
        await pilot.press("f3", "2")
        await settle(pilot)
        assert pairs()[0].second in said(app)
        assert app.sentence == "my play"
        await pilot.press("3")
        await settle(pilot)
        assert "my play" in said(app)
        await pilot.press("p", "2")
        await settle(pilot)
        assert "my play" in said(app), "what is pinned is compared, not an example"
        await pilot.press("n")
        await settle(pilot)
        assert pairs()[1].second in said(app)


async def test_enter_leaves_the_word_so_that_keys_are_keys_again() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3", "slash", *"film", "enter", "3")
        await settle(pilot)
        assert app.screen.query_one("#word", SentenceInput).value == "film"
        assert asked(app, api.Senses)[-1].word == "film"


async def test_the_card_is_that_of_the_era_that_is_asked() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3", "M")
        await settle(pilot)
        await pilot.press("f6")
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert "This is no era" in said(app)
        await pilot.press("m", "f6")
        await settle(pilot)
        assert len(app.screen_stack) == 2


async def test_an_answer_that_comes_while_the_app_goes_looks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()

    async def answer_now(pane: ContextNeighbors) -> None:
        assert not pane.children, "what the answer would be shown in is gone already"
        engine.gate.set()
        for _ in range(20):
            await asyncio.sleep(0)

    monkeypatch.setattr(ContextNeighbors, "on_unmount", answer_now, raising=False)
    async with running(engine) as (_, pilot):
        await pilot.press("f3")
        await settle(pilot)
        engine.gate.clear()
        await pilot.press("slash", *"cast", "enter")
        await pilot.pause()


async def test_all_models_are_listed_to_choose_one() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("g")
        await pilot.pause()
        assert "the pretrained language models" in said(app)
        await pilot.press("end", "enter")
        await settle(pilot)
        assert "word2vec vectors" in said(app)
        assert asked(app, api.Neighbors)[-1].model == "vectors:word2vec"
        await pilot.press("g", "escape", "g", "home", "enter")
        await settle(pilot)
        assert asked(app, api.Neighbors)[-1].model == "scratch"


async def test_the_foot_of_a_very_narrow_screen_leaves_the_palette_out() -> None:
    async with running(size=(60, 18)) as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        assert "palette" not in screen_text(app)
        await pilot.resize_terminal(120, 24)
        await settle(pilot)
        assert "palette" in screen_text(app)
