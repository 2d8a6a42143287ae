"""The lecture's picture in the app: eras by up and down, words by left and right, parameters before and after."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import Static

from core import api
from core.eras.table import BY_ID
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry, fine_tuned, prompted, transformer
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import settle
from tests.tui.test_tui_snapshots import SIZES, still
from tui import themes
from tui.app import NlpTui
from tui.screens.picture import PictureScreen
from tui.screens.read import ReadScreen
from tui.widgets.read.attention_matrix import AttentionMatrix
from tui.widgets.read.picture_canvas import PictureCanvas
from tui.widgets.shared.layer_block import LayerBlock
from tui.widgets.shared.parameter_block import ParameterBlock
from tui.widgets.shared.sentence_input import SentenceInput

SENTENCE = "The plot is not thin at all, and the cast is fun."


def catalog() -> FakeCatalog:
    control = entry("tfidf", "tfidf", config={"cell": "none"}, parameters={"W_o": (2, 20_000)})
    return FakeCatalog([contextual(), fine_tuned(), transformer(), prompted(), control])


@asynccontextmanager
async def opened(
    row: str = "scratch",
    sentence: str = SENTENCE,
    engine: FakeEngine | None = None,
    size: tuple[int, int] = (120, 36),
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    app = NlpTui(engine=engine or FakeEngine(), catalog=catalog())
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        app.current_model = row
        app.screen.query_one(SentenceInput).value = sentence
        await settle(pilot)
        await pilot.press("f8")
        await settle(pilot)
        assert isinstance(app.screen, PictureScreen)
        yield app, pilot


def drawn(app: NlpTui) -> list[str]:
    return app.screen.query_one(PictureCanvas).render().plain.splitlines()


def blocks(app: NlpTui) -> list[str]:
    return [block.render().plain for block in app.screen.query(ParameterBlock)]


def text(app: NlpTui, id: str) -> str:
    return str(app.screen.query_one(f"#{id}", Static).render())


def asked(app: NlpTui, kind: type[api.Question]) -> list[Any]:
    assert isinstance(app.engine, FakeEngine)
    return [question for question in app.engine.asked if isinstance(question, kind)]


async def test_up_and_down_go_through_the_eras_and_each_says_what_is_new() -> None:
    async with opened() as (app, pilot):
        for era in ("scratch", "word2vec", "glove", "elmo", "ulmfit", "bert", "prompt"):
            assert app.current_model == era
            assert BY_ID[era].title in text(app, "era")
            assert text(app, "news") == BY_ID[era].news
            shown = "\n".join(drawn(app))
            if era == "glove":
                assert "not trained yet" in shown
            else:
                assert "positive 80 %" in shown
                assert ("LM → forward" in shown) is (era == "elmo")
                assert ("layer 6" in shown) is (era == "bert")
                assert ("it was ___" in shown) is (era == "prompt")
            await pilot.press("down")
            await settle(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, ReadScreen)
        assert app.current_model == "tfidf", "the row that was looked at last is in focus"


async def test_where_two_directions_answer_the_other_ones_states_are_a_key_away() -> None:
    async with opened() as (app, pilot):
        assert "ctrl+r" not in app.screen.active_bindings, "scratch reads in one direction"
        app.current_model = "ulmfit"
        await settle(pilot)
        assert any("→" in line for line in drawn(app))
        await pilot.press("ctrl+r")
        await settle(pilot)
        for kind in (api.ReadStates, api.ReadSteps):
            assert asked(app, kind)[-1].reader == "backward"
        assert any("←" in line for line in drawn(app))
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert not any("←" in line for line in drawn(app))


async def test_left_and_right_trace_the_memory_of_a_word() -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        assert not any(line.startswith("holds") for line in drawn(app))
        await pilot.press("home")
        assert any(line.startswith("holds the") for line in drawn(app))
        await pilot.press("right", "right", "right")
        (held,) = [line for line in drawn(app) if line.startswith("holds not")]
        assert "1.00" in held
        assert "0.50" in held
        assert any(line.startswith("h not") for line in drawn(app))
        await pilot.press("end")
        words = next(line for line in drawn(app) if line.startswith("words"))
        assert words.split()[-1] == "."
        assert any("before" in line for line in drawn(app)), "what is out of the frame is counted"


async def test_a_picture_that_is_higher_than_the_screen_is_scrolled() -> None:
    async with opened("bert", size=(80, 24)) as (app, pilot):
        await pilot.press("right")
        await settle(pilot)
        drawing = app.screen.query_one("#drawing", VerticalScroll)
        await pilot.press("pagedown", "pagedown", "pagedown")
        assert drawing.scroll_y == drawing.max_scroll_y > 0
        await pilot.press("pageup", "pageup", "pageup")
        assert drawing.scroll_y == 0


async def test_what_is_typed_goes_into_the_sentence_and_the_picture_follows() -> None:
    async with opened() as (app, pilot):
        await pilot.press(*"so")
        await settle(pilot)
        assert app.sentence.endswith("so")
        assert asked(app, api.ReadStates)[-1].text == app.sentence
        assert any(line.startswith("words") and line.rstrip().endswith(("so", ".so")) for line in drawn(app))
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert app.sentence == ""
        assert any(line.startswith("words") for line in drawn(app))


async def test_parameters_are_asked_once_a_model_and_turned_before_and_after() -> None:
    async with opened() as (app, pilot):
        after = blocks(app)
        assert "by 25 %" in after[0]
        await pilot.press("f9")
        assert "before training" in text(app, "maps")
        before = blocks(app)
        assert before[0] != after[0]
        assert "no before: not kept" in before[3]
        assert "W_o: not kept" in text(app, "maps"), "in full, where the block is narrow"
        await pilot.press("f9")
        assert "after less before" in text(app, "maps")
        assert blocks(app)[0] not in (before[0], after[0])
        await pilot.press("f9")
        assert blocks(app) == after
        await pilot.press("x", "down", "up")
        await settle(pilot)
        models = [question.model for question in asked(app, api.ReadParameters)]
        assert models.count("scratch") == 1


async def test_the_rows_behind_a_picture_do_not_take_its_answers_away() -> None:
    async with opened() as (app, pilot):
        for era in ("elmo", "ulmfit", "prompt"):
            app.current_model = era
            await settle(pilot)
            assert not any("not read yet" in said for said in blocks(app))
        models = [question.model for question in asked(app, api.ReadParameters)]
        assert len(models) == len(set(models))
        await pilot.press("escape")
        await settle(pilot)
        assert not any("not read yet" in said for said in blocks(app)), "nor do they wait for what is known"


async def test_a_transformer_has_a_block_of_layers_and_no_voids() -> None:
    async with opened("bert") as (app, _):
        said = app.screen.query_one(LayerBlock).render().plain
        assert "6 layers of attention" in said
        assert "Δ the upper 4 tuned" in said
        assert [block.display for block in app.screen.query(ParameterBlock)] == [True, False, False, True]
        assert "not in this model" not in screen_text(app)


async def test_a_transformers_word_looks_at_others_and_all_heads_are_a_key_away() -> None:
    async with opened("bert") as (app, pilot):
        await pilot.press("right", "right")
        assert any(line.startswith("looks at, plot") and re.search(r"0\.\d\d", line) for line in drawn(app))
        await pilot.press("ctrl+y")
        await settle(pilot)
        assert app.screen.query(AttentionMatrix)
        await pilot.press("escape", "up", "ctrl+y")
        await settle(pilot)
        assert app.screen.query(PictureCanvas), "ulmfit does not attend"
        assert not any("looks at" in line for line in drawn(app))


async def test_until_the_parameters_are_read_nothing_is_drawn_that_is_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    async with opened(engine=engine) as (app, pilot):
        await pilot.press("escape")
        engine.rewrite = lambda answer: (
            api.Failed("Gone.", "Look.") if isinstance(answer, api.ParameterList) else answer
        )
        monkeypatch.setattr("tui.parameter_reader.LINGER", 600.0)
        app.current_model = "word2vec"
        await pilot.pause()
        assert all("not read yet" in said for said in blocks(app))
        monkeypatch.setattr("tui.parameter_reader.LINGER", 0.0)
        app.current_model = "elmo"
        await settle(pilot)
        assert all("cannot be read" in said for said in blocks(app))


async def test_a_model_that_cannot_be_drawn_says_why_and_a_dead_engine_too() -> None:
    engine = FakeEngine()
    engine.rewrite = lambda answer: (
        api.Failed("It [b]broke\x1b.", "Train it again.") if isinstance(answer, api.StateList) else answer
    )
    async with opened(engine=engine) as (app, pilot):
        assert "It [b]broke" in "\n".join(drawn(app))
        assert not raw_characters(app)
        engine.die()
        await settle(pilot)
        assert "F10" in screen_text(app)
        engine.rewrite = lambda answer: answer
        await pilot.press("f10")
        await settle(pilot)
        assert "positive 80 %" in "\n".join(drawn(app))


@pytest.mark.parametrize("hostile", SOME.values(), ids=SOME)
async def test_hostile_text_is_drawn_as_text(hostile: str) -> None:
    engine = FakeEngine()

    def worse(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.StateList):
            tokens = tuple(replace(token, text=hostile) for token in answer.tokens)
            return replace(answer, tokens=tokens, blanks=(api.BlankFilled(hostile, ((hostile, 0.5),)),))
        if isinstance(answer, api.ParameterList):
            return replace(
                answer,
                parameters=tuple(replace(each, before=(), unknown=hostile) for each in answer.parameters),
            )
        return answer

    engine.rewrite = worse
    async with opened("prompt", engine=engine) as (app, pilot):
        await pilot.press("right", "right", "f9")
        await settle(pilot)
        assert not raw_characters(app)
        assert app.is_running


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("era", ["scratch", "elmo", "bert", "prompt"])
def test_picture(snap_compare: Any, size: tuple[int, int], era: str) -> None:
    assert snap_compare(_app(themes.LIGHT if era == "elmo" else themes.DARK), terminal_size=size, run_before=_at(era))


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
def test_picture_in_the_terminals_own_colours(snap_compare: Any, theme: str) -> None:
    assert snap_compare(_app(theme), terminal_size=(120, 36), run_before=_at("elmo"))


def _app(theme: str) -> NlpTui:
    made = NlpTui(engine=FakeEngine(), catalog=catalog())
    made.theme = theme
    return made


def _at(era: str) -> Any:
    async def run_before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        assert isinstance(pilot.app, NlpTui)
        pilot.app.current_model = era
        pilot.app.screen.query_one(SentenceInput).value = SENTENCE
        await settle(pilot)
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("right", "right", "right", "right", "f9")
        await still(pilot)

    return run_before
