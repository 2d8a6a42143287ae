"""The tour in the app: without a mouse from its first key to its last, for a hall, left and taken up again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from core import api
from core.catalog.ladder import MeasuredLadder
from core.eras.history import HISTORY
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry, fine_tuned, prompted, transformer
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import settle
from tests.tui.test_tui_snapshots import SIZES, still
from tui import settings, themes
from tui.app import NlpTui
from tui.screens.help import HelpScreen
from tui.screens.picture import PictureScreen
from tui.screens.read import ReadScreen
from tui.screens.tour import TourScreen
from tui.screens.train import TrainScreen
from tui.tour import load_tour
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.tour.block_letters import HEIGHTS, HUGE, LARGE, letter
from tui.widgets.tour.letter_blocks import LetterBlock
from tui.widgets.tour.stage import Part, Stage, fit_parts

TOUR = load_tour()
SAID = {"scratch": 0.7, "word2vec": 0.18}
"""The probability of positive that a model gives whatever it reads; the others' is 0.9."""


def answer_so(answer: api.Answer) -> api.Answer:
    if isinstance(answer, api.Predicted):
        positive = SAID.get(answer.model, 0.9)
        label = TOUR.labels[positive >= 0.5]
        return api.Predicted(answer.model, label, {"negative": 1 - positive, "positive": positive}, answer.tokens, ())
    return answer


def catalog(without: str = "") -> FakeCatalog:
    models = [entry("glove", "glove"), contextual(), fine_tuned(), transformer(), prompted()]
    made = FakeCatalog(model for model in models if model.spec != without)
    made.measured = MeasuredLadder.load()
    return made


def made(on_tour: bool = True, without: str = "", theme: str = themes.DARK) -> NlpTui:
    engine = FakeEngine()
    engine.rewrite = answer_so
    app = NlpTui(engine=engine, catalog=catalog(without), on_tour=on_tour)
    app.theme = theme
    return app


@asynccontextmanager
async def touring(
    size: tuple[int, int] = (120, 36), on_tour: bool = True, without: str = ""
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    app = made(on_tour, without)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield app, pilot


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


def shown(app: NlpTui) -> str:
    """What stands on the screen, line breaks as spaces."""
    return " ".join(screen_text(app).split())


def at(app: NlpTui, kind: type[Screen[Any]]) -> bool:
    return isinstance(app.screen, kind)


def remembered(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "settings.json").read_text("utf-8"))["tour"]
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_from_the_first_key_to_the_last_without_a_mouse(size: tuple[int, int]) -> None:
    async with touring(size) as (app, pilot):
        assert at(app, TourScreen)
        for place, step in enumerate(TOUR.steps):
            text = shown(app)
            assert f"{place + 1} of 9" in text
            assert step.title in text
            assert " ".join(step.news.split()[:5]) in text
            assert "✓ right" not in text
            assert "✗ wrong" not in text
            await press(pilot, "right" if place % 2 else "left", "space")
            text = shown(app)
            assert f"“{step.text}” is {step.label}" in text or size == (80, 24)
            assert "✓ right" in text or "✗ wrong" in text
            if step.era is not None and size != (80, 24):
                assert " ".join(HISTORY[step.era].limit.split()[:4]) in text
                assert "95 % intervals" in text
            await press(pilot, "pagedown")
        assert "That was the tour" in shown(app)
        await press(pilot, "q")
        assert at(app, ReadScreen)


async def test_the_step_lights_only_what_changed() -> None:
    async with touring() as (app, pilot):
        for step in TOUR.steps[:-1]:
            blocks = [block for block in app.screen.query(LetterBlock) if block.display]
            lit = [block.render().plain.split()[0] for block in blocks if block.lit]
            assert set(lit) == step.changed - ({"W_h"} if step.id == "bert" else set())
            assert all("▲ new" in block.render().plain for block in blocks if block.lit)
            await press(pilot, "space", "space")


async def test_a_guess_is_kept_and_fixed_once_the_answers_are_shown(own_home: Path) -> None:
    async with touring() as (app, pilot):
        await press(pilot, "space", "space", "space", "space", "n")
        assert "you say negative" in shown(app)
        await press(pilot, "enter")
        assert "you negative ✓ right" in shown(app)
        assert "scratch" in shown(app)
        assert "positive 70 % ✗ wrong" in shown(app)
        assert "negative 82 % ✓ right" in shown(app)
        await press(pilot, "p")
        assert "you negative ✓ right" in shown(app)
        assert remembered(own_home)["guesses"] == {"word2vec": "negative"}


async def test_what_the_answers_do_not_bear_out_is_not_said() -> None:
    async with touring() as (app, pilot):
        await press(pilot, "space")
        assert "came out otherwise" in shown(app), "the fake scratch calls it positive"
        await press(pilot, "space", "space", "space", "space")
        assert TOUR.steps[2].shows[:30] in shown(app)


@pytest.mark.parametrize("era", ["bert", "elmo"])
async def test_an_era_without_a_model_is_said_in_words_and_the_step_works(era: str) -> None:
    async with touring(without=era) as (app, pilot):
        while (step := TOUR.steps[TOUR.place(settings.remembered_tour(app._settings).step)]).id != era:
            await press(pilot, "space")
        await press(pilot, "right", "space")
        assert "not trained yet" in shown(app) or "needs pip" in shown(app) or "first a language model" in shown(app)
        assert "you positive ✓ right" in shown(app)
        assert step.before is not None
        await press(pilot, "space")
        assert f"{TOUR.place(era) + 2} of 9" in shown(app)


async def test_ones_own_sentence_is_answered_by_the_steps_eras() -> None:
    async with touring() as (app, pilot):
        await press(pilot, "space", "space", "space", "space", "i", *"so")
        own = app.screen.query_one("#own", SentenceInput)
        assert "your own so" in shown(app)
        assert "positive 70 %" in shown(app)
        await press(pilot, "escape")
        assert at(app, TourScreen)
        assert not own.has_focus
        await press(pilot, "space", "space")
        assert own.value == ""
        assert "your own so" not in shown(app)


@pytest.mark.parametrize("text", SOME.values(), ids=SOME)
@pytest.mark.parametrize("hall", [False, True])
async def test_hostile_sentences_are_made_visible(text: str, hall: bool) -> None:
    async with touring() as (app, pilot):
        if hall:
            await press(pilot, "f")
        app.screen.query_one("#own", SentenceInput).value = text
        await settle(pilot)
        assert not raw_characters(app)


async def test_the_picture_is_drawn_over_the_sentence_and_read_gets_its_own_back() -> None:
    async with touring(on_tour=False) as (app, pilot):
        await press(pilot, *"mine", "escape", "t", "pagedown", "pagedown", "pagedown", "pagedown", "f8")
        assert at(app, PictureScreen)
        assert (app.sentence, app.current_model) == (TOUR.steps[2].text, "word2vec")
        await press(pilot, "down", "escape")
        assert at(app, TourScreen)
        assert (app.sentence, app.current_model) == ("mine", "scratch")
        await press(pilot, "enter", "enter")
        assert at(app, PictureScreen), "enter shows the answers first"
        await press(pilot, "f4")
        assert at(app, TrainScreen)
        assert app.sentence == "mine"


async def test_t_opens_it_where_no_line_has_the_cursor_and_only_once() -> None:
    async with touring(on_tour=False) as (app, pilot):
        await press(pilot, "t")
        assert app.sentence == "t"
        await press(pilot, "escape", "t")
        assert at(app, TourScreen)
        await press(pilot, "t", "f1")
        assert at(app, HelpScreen)
        for said in ("Go on", "Back", "Large", "space", "Begin anew"):
            assert said in "\n".join(str(part.render()) for part in app.screen.query("Static"))
        await press(pilot, "escape", "escape")
        assert at(app, ReadScreen)
        assert any(command.title == "Tour" for command in app.get_system_commands(app.screen))


async def test_it_goes_on_where_it_was_left_and_the_theme_stays(own_home: Path) -> None:
    async with touring() as (app, pilot):
        await press(pilot, "right", "space", "space", "f")
        app.theme = themes.LIGHT
        await press(pilot, "escape")
        assert at(app, TourScreen), "first the page again"
        await press(pilot, "q")
        assert at(app, ReadScreen)
    kept = json.loads((own_home / "settings.json").read_text("utf-8"))
    assert kept == {
        "v": 1,
        "theme": themes.LIGHT,
        "tour": {"step": "scratch", "guesses": {"task": "positive"}, "hall": False},
    }
    async with touring() as (app, pilot):
        assert "2 of 9" in shown(app)
        await press(pilot, "pageup")
        assert "you say positive" in shown(app)
        await press(pilot, "home")
        assert "guess first" in shown(app)
    assert remembered(own_home)["guesses"] == {}


@pytest.mark.parametrize("kept", ["", "[]", '{"tour": 3}', '{"tour": {"step": 5, "guesses": [], "hall": 1}}'])
async def test_settings_that_make_no_sense_begin_at_the_beginning(kept: str, own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "settings.json").write_text(kept, encoding="utf-8")
    async with touring() as (app, _):
        assert "1 of 9" in shown(app)


async def test_for_a_hall_the_same_keys_and_few_words() -> None:
    async with touring() as (app, pilot):
        await press(pilot, "f", "pagedown", "pagedown", "pagedown", "pagedown", "left", "pagedown")
        stage = app.screen.query_one(Stage)
        assert stage.display
        said = [part.text for part in stage.parts]
        assert said[0] == "word2vec 2014"
        assert said[2] == TOUR.steps[2].text
        assert said[3:] == ["scratch pos. 70% ✗", "word2vec neg. 82% ✓", "you neg. ✓"]
        assert "█" in screen_text(app)
        await press(pilot, "pageup")
        assert stage.parts[0].text == "scratch 2013"
        await press(pilot, "i", *"fun")
        assert [part.text for part in stage.parts][2:] == ["fun", "scratch pos. 70%"]


def test_parts_are_as_large_as_there_is_room_for() -> None:
    parts = (Part("bert 2020", "", 2), Part("two thumbs up.", "", 4), Part("ulmfit 60%", "", 3, together=True))
    rooms = {rows: fit_parts(parts, 120, rows) for rows in (60, 14, 9, 3)}
    assert [len(lines) for lines in rooms[60]] == [HEIGHTS[HUGE]] * 3
    assert [len(lines) for lines in rooms[9]] == [HEIGHTS[LARGE]] * 3
    assert rooms[3] == [["bert 2020"], ["two thumbs up."], ["ulmfit 60%"]]
    assert all(sum(map(len, drawn)) <= rows for rows, drawn in rooms.items())
    narrow = fit_parts(parts, 40, 60)
    assert len(narrow[2]) == HEIGHTS[LARGE], "one line, though smaller"
    assert all(len(line) <= 40 for lines in narrow for line in lines)


def test_what_has_no_glyph_stands_in_plain_letters() -> None:
    assert letter("très", 80, LARGE) is None
    assert letter("I", 80, LARGE) == ["▀█▀", " █ ", "▀▀▀"]
    assert fit_parts((Part("très bien", "", 1),), 5, 20) == [["très", "bien"]]


async def word2vec(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("pagedown", "pagedown", "pagedown", "pagedown", "left", "pagedown")
    await still(pilot)


async def last(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press(*["pagedown"] * 17)
    await still(pilot)


async def hall(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("f", *["pagedown"] * 13)
    await still(pilot)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("view", [word2vec, last, hall])
def test_tour(snap_compare: Any, size: tuple[int, int], view: Any) -> None:
    assert snap_compare(made(), terminal_size=size, run_before=view)


@pytest.mark.parametrize("theme", [themes.LIGHT, "ansi-light"])
def test_tour_in_other_themes(snap_compare: Any, theme: str) -> None:
    assert snap_compare(made(theme=theme), terminal_size=(120, 36), run_before=word2vec)
