from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from core import api
from tests.tui.fake_engine import FakeCatalog, FakeEngine, entry
from tests.tui.hostile import HOSTILE, SOME, raw_characters, screen_text
from tui.app import NlpTui
from tui.engine_client import EngineState
from tui.presets import presets
from tui.screens import read
from tui.screens.read import ReadScreen
from tui.widgets.read.era_row import EraRow
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.parameter_block import ParameterBlock
from tui.widgets.shared.sentence_input import LIMIT, SentenceInput

SENTENCE = "The plot is thin but the cast is wonderful."


@asynccontextmanager
async def running(
    engine: FakeEngine | None = None, catalog: FakeCatalog | None = None, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    app = NlpTui(engine=engine or FakeEngine(), catalog=catalog or FakeCatalog())
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield app, pilot


async def settle(pilot: Pilot[None]) -> None:
    for _ in range(2):
        await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def row(app: NlpTui, key: str) -> EraRow:
    return next(row for row in app.screen.query(EraRow) if row.model.key == key)


def line(app: NlpTui, key: str) -> str:
    return row(app, key).render().plain


def field(app: NlpTui) -> SentenceInput:
    return app.screen.query_one("#sentence", SentenceInput)


async def test_the_first_screen_has_a_focused_input_every_era_and_something_to_try() -> None:
    async with running() as (app, _):
        assert app.focused is field(app)
        shown = screen_text(app)
        for words in (
            "scratch",
            "word2vec",
            "glove",
            "elmo",
            "ulmfit",
            "bert",
            "ctrl+n",
            "not trained yet · F4 trains it",
        ):
            assert words in shown
        assert "76.4 [73,79]" in shown


@pytest.mark.parametrize("gone", [False, True], ids=["stays", "goes and comes back"])
async def test_what_is_typed_before_the_rows_stand_is_answered(gone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish, bare = ReadScreen._furnish, list[ReadScreen]()

    def only_the_first_frame(screen: ReadScreen) -> None:
        bare.append(screen)

    monkeypatch.setattr(ReadScreen, "_furnish", only_the_first_frame)
    app = NlpTui(engine=FakeEngine(), catalog=FakeCatalog())
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        assert app.focused is field(app)
        assert not app.screen.query(EraRow)
        await pilot.press(*"dull", "down")
        if gone:
            await pilot.press("f3")
        bare[0].call_later(furnish, bare[0])
        await settle(pilot)
        if gone:
            await pilot.press("f2")
            await settle(pilot)
        assert field(app).value == "dull"
        assert "negative   77%" in line(app, "scratch")
        assert app.current_model == "word2vec"
        assert row(app, "word2vec").focused_row
        assert "Quit" in screen_text(app), "the footer knows its keys"


async def test_every_row_answers_as_one_types_without_enter() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"dull")
        await settle(pilot)
        assert "negative   77%" in line(app, "scratch")
        assert "negative   86%" in line(app, "word2vec")
        await pilot.press("space", *"wonderful")
        await settle(pilot)
        assert "positive   60%" in line(app, "scratch")
        assert app.sentence == "dull wonderful"


async def test_emptying_the_input_empties_the_rows() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"dull")
        await settle(pilot)
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert row(app, "scratch").answer is None


async def test_up_and_down_switch_eras_from_inside_the_input() -> None:
    async with running() as (app, pilot):
        blocks = app.screen.query(ParameterBlock)
        assert "random" in blocks.first().render().plain
        await pilot.press("down")
        await pilot.pause()
        assert app.current_model == "word2vec"
        assert "word2vec" in blocks.first().render().plain
        assert "4·256 × 128" in blocks[1].render().plain
        assert "recurrent weights" in blocks[2].render().plain
        for _ in range(9):
            await pilot.press("down")
        assert app.current_model == "prompt"
        await pilot.press("up")
        assert app.current_model == "bert"
        assert "not in this model" in blocks[1].render().plain
        await pilot.press("ctrl+up")
        assert app.current_model == "ulmfit"
        assert app.focused is field(app)


async def test_a_click_switches_eras_and_tabs() -> None:
    async with running() as (app, pilot):
        await pilot.click(row(app, "word2vec"))
        await pilot.pause()
        assert app.current_model == "word2vec"
        await pilot.click(app.screen.query("Tab")[1])
        await settle(pilot)
        assert app.current_mode == "words"


async def test_the_focused_row_shows_percents_and_unknown_words() -> None:
    async with running(size=(80, 24)) as (app, pilot):
        field(app).value = "a flibbertigibbety wonderful film"
        await settle(pilot)
        shown = line(app, "scratch")
        assert "unknown to this model: flibbertigibbety" in shown
        assert "% ▸" in shown
        assert "83" in shown
        assert len(line(app, "word2vec").splitlines()) == 1


async def test_examples_by_key_and_by_mouse() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n")
        assert field(app).value == presets()[0].text
        await pilot.press("ctrl+n")
        assert field(app).value == presets()[1].text
        await pilot.press("ctrl+l")
        await settle(pilot)
        await pilot.click("Examples", offset=(6, 0))
        assert field(app).value == ""
        await pilot.click("Examples", offset=(6, 1))
        assert field(app).value == presets()[0].text


async def test_a_model_from_training_becomes_a_row() -> None:
    run = entry("run:3f2a9c", "scratch", label_budget=500, scores={})
    async with running(catalog=FakeCatalog([run])) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        app.use_model("run:3f2a9c")
        await settle(pilot)
        assert app.current_mode == "read"
        assert app.current_model == "run:3f2a9c"
        assert "run 3f2a9c · scratch · 500 labels" in line(app, "run:3f2a9c")
        assert "positive" in line(app, "run:3f2a9c")
        engine = app.engine
        assert isinstance(engine, FakeEngine)
        assert api.Rescan() in engine.asked
        await pilot.press("escape", "d")
        await settle(pilot)
        assert app.current_model == "scratch"
        assert len(app.screen.query(EraRow)) == 7

        app.use_model("run:000000")
        await settle(pilot)
        assert "There is no model called" in screen_text(app)


async def test_the_focused_row_is_seen_whole_when_its_answer_makes_it_grow() -> None:
    async with running(catalog=FakeCatalog([entry("run:3f2a9c", "scratch")]), size=(80, 24)) as (app, pilot):
        app.use_model("run:3f2a9c")
        await settle(pilot)
        added = row(app, "run:3f2a9c")
        before = added.size.height
        field(app).value = "a flibbertigibbety wonderful film"
        await settle(pilot)
        assert added.size.height > before
        assert app.screen.can_view_entire(added)


async def test_an_untrained_era_says_how_to_train_it() -> None:
    async with running(catalog=FakeCatalog(eras=["scratch"])) as (app, _):
        assert "not trained yet · F4 trains it" in line(app, "word2vec")


async def test_typing_works_while_the_engine_loads_and_old_answers_are_dropped() -> None:
    engine = FakeEngine()
    engine.gate.clear()
    async with running(engine) as (app, pilot):
        app._follow_engine(EngineState.STARTING)
        await pilot.press(*"dull")
        await pilot.pause()
        assert "loading…" in line(app, "scratch")
        assert "loading models" in screen_text(app)
        field(app).value = "wonderful"
        await pilot.pause()
        engine.gate.set()
        app._follow_engine(EngineState.READY)
        await settle(pilot)
        answer = row(app, "scratch").answer
        assert isinstance(answer, api.Predicted)
        assert [token.text for token in answer.tokens] == ["wonderful"]


async def test_a_busy_engine_holds_up_no_key() -> None:
    engine = FakeEngine()
    async with running(engine, FakeCatalog([entry("run:3f2a9c", "scratch")])) as (app, pilot):
        engine.gate.clear()
        app.use_model("run:3f2a9c")
        await pilot.press(*"dull")
        assert field(app).value == "dull"
        assert app.current_model == "run:3f2a9c"
        engine.gate.set()
        await settle(pilot)
        assert "negative" in line(app, "run:3f2a9c")


@pytest.mark.parametrize("typing", [True, False])
async def test_a_dead_engine_is_an_error_one_can_read_and_retry(typing: bool) -> None:
    engine = FakeEngine()
    async with running(engine) as (app, pilot):
        await pilot.press(*"dull")
        await settle(pilot)
        engine.die()
        await settle(pilot)
        shown = screen_text(app)
        assert "The engine stopped unexpectedly (signal 9)." in shown
        assert "It last said: Killed" in shown
        assert "F10" in shown
        assert field(app).value == "dull"
        if not typing:
            await pilot.press("escape")
        await pilot.press("f10")
        await settle(pilot)
        assert engine.starts == 2
        assert "stopped unexpectedly" not in screen_text(app)
        assert "negative" in line(app, "scratch")


async def test_one_model_that_fails_leaves_the_others() -> None:
    engine = FakeEngine()

    def break_one(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.Predicted) and answer.model == "scratch":
            return api.Failed("The weights are damaged.", "Train it again.", "scratch")
        return answer

    engine.rewrite = break_one
    async with running(engine) as (app, pilot):
        await pilot.press(*"dull")
        await settle(pilot)
        assert "The weights are damaged. Train it again." in line(app, "scratch")
        assert "negative" in line(app, "word2vec")


async def test_a_megabyte_is_cut_and_said_so() -> None:
    async with running() as (app, pilot):
        field(app).post_message(Paste("dull\nword " * 120_000))
        await settle(pilot)
        assert len(field(app).value) <= LIMIT
        assert "\n" not in field(app).value
        assert "1,200,000 characters were pasted" in screen_text(app)
        assert "negative" in line(app, "scratch")


@pytest.mark.slow
async def test_hostile_text_is_shown_harmlessly() -> None:
    engine = FakeEngine()
    text = ""

    def poison(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.Predicted) and answer.model == "word2vec":
            return api.Failed(text, text, "word2vec")
        if isinstance(answer, api.Predicted):
            tokens = (api.Token(text, 0, len(text)), api.Token(text, 0, len(text), known=False))
            running = ((0.3, 0.7), (0.9, 0.1)) if isinstance(engine.asked[-1], api.PredictPrefixes) else ()
            return api.Predicted(answer.model, text, {text: 0.8, text + "!": 0.2}, tokens, running)
        return answer

    engine.rewrite = poison
    catalog = FakeCatalog()
    async with running(engine, catalog, (80, 24)) as (app, pilot):
        for text in SOME.values():
            spec = f"./{text}"
            catalog.models = {
                "scratch": entry("scratch", "scratch", labels=(text, text + "?")),
                "word2vec": entry("word2vec", "word2vec"),
                spec: entry(spec, "scratch", labels=(text, text + "?", "third"), data=text),
            }
            field(app).post_message(Paste(text))
            await settle(pilot)
            field(app).value = f"{text} film"
            app.use_model(spec)
            app.notify_safe(text, "error")
            engine.exit_reason = api.Failed(text, text)
            await settle(pilot)
            assert raw_characters(app) == set()
            app.current_model = "scratch"
            engine.die()
            await settle(pilot)
            assert raw_characters(app) == set()
            await pilot.resize_terminal(120, 36)
            assert raw_characters(app) == set()
            await pilot.resize_terminal(80, 24)
            await pilot.press("f10")
        assert app.is_running


async def test_the_palette_shows_model_titles_as_text() -> None:
    catalog = FakeCatalog([entry(f"run:{n}", "scratch", data=text) for n, text in enumerate(HOSTILE.values())])
    async with running(catalog=catalog) as (app, pilot):
        await pilot.press("ctrl+p", *"compare")
        await until(pilot.pause, lambda: "[CLS] a [SEP]" in screen_text(app))
        assert raw_characters(app) == set()
        assert "Compare scratch · rotten_tomatoes" not in screen_text(app), "it is a row already"
        await pilot.press("escape")
        assert app.is_running


async def until(pause: Callable[..., Awaitable[Any]], true: Callable[[], bool]) -> None:
    for _ in range(2_000):  # a loaded machine takes its time
        if true():
            return
        await pause(0.05)
    raise AssertionError("it did not happen")


async def test_while_one_types_only_the_answers_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "PAUSE_SECONDS", 3600.0)
    async with running() as (app, pilot):
        await pilot.press(*"dull")
        await pilot.pause()
        await until(pilot.pause, lambda: "negative" in line(app, "scratch"))
        assert isinstance(app.engine, FakeEngine)
        asked = [type(question) for question in app.engine.asked]
        assert api.Predict in asked
        assert api.PredictPrefixes not in asked, "an engine busy with prefixes would be late for the next key"


async def test_typing_does_not_make_the_footer_anew_and_other_keys_do(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    recompose = KeyFooter.recompose

    async def counted(footer: KeyFooter) -> None:
        made.append(type(footer.screen).__name__)
        await recompose(footer)

    monkeypatch.setattr(KeyFooter, "recompose", counted)
    async with running() as (app, pilot):
        made.clear()
        await pilot.press(*"a dull film")
        await settle(pilot)
        assert not made
        app.screen.set_focus(None)
        await pilot.press("f7")
        await settle(pilot)
        assert "ReadingScreen" in made, "another screen has other keys"
