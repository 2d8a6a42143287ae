"""Twins under the sentence, with each row's change; and the matrix of what models can do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Static

from core import api
from core.catalog import behaviour
from core.catalog.behaviour import Cell, ShippedBehaviour
from tests.tui.fake_engine import FakeEngine
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import field, line, row, running, settle
from tests.tui.test_tui_snapshots import SIZES, still
from tests.tui.test_tui_why import SENTENCE, asked, models, press
from tui import themes
from tui.app import NlpTui
from tui.screens import explaining, twinning
from tui.screens.behaviour import BehaviourScreen
from tui.widgets.read.twin_line import TwinLine
from tui.widgets.shared.ability_matrix import AbilityMatrix


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twinning, "PAUSE", 0.0)
    monkeypatch.setattr(explaining, "PAUSE", 0.0)


@asynccontextmanager
async def reading(engine: FakeEngine | None = None, sentence: str = SENTENCE) -> AsyncIterator[tuple[NlpTui, Any]]:
    async with running(engine, models()) as (app, pilot):
        field(app).value = sentence
        await settle(pilot)
        yield app, pilot


def twin(app: NlpTui) -> str:
    shown = app.screen.query_one(TwinLine)
    return str(shown.render()) if shown.display else ""


async def test_a_twin_stands_under_the_sentence_with_each_rows_change() -> None:
    async with reading() as (app, pilot):
        assert twin(app) == ""
        assert "76.4" in line(app, "scratch")
        await press(pilot, "ctrl+g")
        assert twin(app).startswith("twin 1 of 3, negated: The plot is thin but the cast is wonderful. not")
        assert "not behind 'is'" in twin(app)
        own, other = row(app, "scratch").answer, row(app, "scratch").twin
        assert isinstance(own, api.Predicted)
        assert isinstance(other, api.Predicted)
        moved = round(100 * (other.probabilities["positive"] - own.probabilities["positive"]))
        assert f"{moved:+d}" in line(app, "scratch")
        assert "76.4" not in line(app, "scratch"), "the twin stands where the accuracy did"
        assert "twin, ± pts" in screen_text(app)
        assert field(app).value == SENTENCE, "the input did not take the key"


async def test_the_key_steps_through_the_twins_and_escape_removes_them() -> None:
    async with reading() as (app, pilot):
        await press(pilot, "ctrl+g", "ctrl+g")
        assert twin(app) == "twin 2 of 3, but-reversed: does not fit: no but in it · ^g next · esc removes"
        assert row(app, "scratch").twin is None
        await press(pilot, "ctrl+g")
        assert "typo" in twin(app)
        await press(pilot, "ctrl+g")
        assert "negated" in twin(app), "round and round"
        await press(pilot, "escape")
        assert twin(app) == ""
        assert app.focused is field(app), "the first Escape takes the twin away, and nothing else"
        assert "76.4" in line(app, "scratch")
        await press(pilot, "escape")
        assert app.focused is None


async def test_clearing_takes_the_twin_away_before_the_sentence() -> None:
    async with reading() as (app, pilot):
        await press(pilot, "ctrl+g", "ctrl+l")
        assert twin(app) == ""
        assert field(app).value == SENTENCE
        await press(pilot, "ctrl+l")
        assert field(app).value == ""


async def test_the_twin_follows_what_is_typed() -> None:
    async with reading() as (app, pilot):
        await press(pilot, "ctrl+g")
        await press(pilot, "backspace", "!")
        assert "wonderful! not" in twin(app)
        assert asked(app, api.PredictTwin)[-1].text.endswith("wonderful! not")
        field(app).value = ""
        await settle(pilot)
        assert twin(app) == ""
        field(app).value = "dull"
        await settle(pilot)
        assert "dull not" in twin(app)


async def test_an_answer_that_turns_stands_out() -> None:
    engine = FakeEngine()
    async with reading(engine, "wonderful") as (app, pilot):
        engine.rewrite = lambda answer: (
            replace(answer, label="negative", probabilities={"negative": 0.9, "positive": 0.1})
            if isinstance(answer, api.Predicted)
            else answer
        )
        await press(pilot, "ctrl+g")
        assert "◂ 90%" in line(app, "scratch")


@pytest.mark.slow
async def test_hostile_twins_are_harmless() -> None:
    engine = FakeEngine()
    harm = ""

    def poison(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.TwinList):
            return replace(answer, twins=tuple(replace(each, text=harm, note=harm) for each in answer.twins))
        return answer

    engine.rewrite = poison
    async with reading(engine) as (app, pilot):
        for harm in SOME.values():
            field(app).value = f"{harm} film"
            await press(pilot, "ctrl+g")
            assert raw_characters(app) == set()


# ---------------------------------------------------------------- what models can do

ABILITIES = ("negation", "irony", "names")


@pytest.fixture
def matrix(monkeypatch: pytest.MonkeyPatch) -> ShippedBehaviour:
    cells = tuple(
        Cell(model, ability, "MFT", 44, 11 * place, 0.25 * place, 0.2 * place, 0.3 * place)
        for place, model in enumerate(("always positive", "scratch", "bert"), start=1)
        for ability in ABILITIES
    )
    made = ShippedBehaviour(cells, tuple((name, f"{name} is asserted") for name in ABILITIES), "nlp-tui check")
    monkeypatch.setattr(behaviour.ShippedBehaviour, "load", lambda: made)
    return made


def text(app: NlpTui, id: str) -> str:
    return str(app.screen.query_one(f"#{id}", Static).render())


@pytest.mark.usefixtures("matrix")
async def test_the_card_leads_to_what_models_can_do() -> None:
    async with reading() as (app, pilot):
        app.current_model = "bert"
        await press(pilot, "f6", "b")
        assert isinstance(app.screen, BehaviourScreen)
        assert text(app, "cell") == "bert, negation: passes 33 of 44 pairs, 75 % [60, 90]"
        assert text(app, "asserts") == "MFT: negation is asserted"
        await press(pilot, "up", "right", "right")
        assert text(app, "cell").startswith("scratch, names: passes 22 of 44 pairs")
        await press(pilot, "right", "down", "down")
        assert text(app, "cell").startswith("bert, names"), "it ends where the matrix does"
        await press(pilot, "escape")
        assert not isinstance(app.screen, BehaviourScreen)


async def test_the_palette_names_it() -> None:
    async with reading() as (app, _):
        assert "What models can do" in [command.title for command in app.get_system_commands(app.screen)]


async def test_without_a_matrix_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behaviour.ShippedBehaviour, "load", ShippedBehaviour)
    async with reading() as (app, pilot):
        app.action_behaviour()
        await settle(pilot)
        await press(pilot, "down", "right")
        assert "No matrix came with this version." in text(app, "notes")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("what", ["twin", "abilities"])
def test_twins(
    snap_compare: Any, size: tuple[int, int], what: str, matrix: ShippedBehaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert matrix.models

    async def open_it(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, NlpTui)
        pilot.app.current_model = "bert"
        field(pilot.app).value = SENTENCE
        await settle(pilot)
        await press(pilot, *(["ctrl+g"] if what == "twin" else ["f6", "b", "right"]))
        await still(pilot)

    app = NlpTui(engine=FakeEngine(), catalog=models())
    app.theme = themes.LIGHT if size == (120, 36) else themes.DARK
    assert snap_compare(app, terminal_size=size, run_before=open_it)


async def test_the_widget_tells_the_width_it_has(matrix: ShippedBehaviour) -> None:
    async with running(size=(80, 24)) as (app, pilot):
        app.push_screen(BehaviourScreen(matrix, "scratch"))
        await settle(pilot)
        narrow = app.screen.query_one(AbilityMatrix).render().plain
        assert " 50 [40, 60]" in narrow, "three abilities have room for their intervals"
