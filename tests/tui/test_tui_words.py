from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import OptionList

from core import api
from core.jobs import IndexJob
from core.runs import EventWriter, RunDirectory, create_run, events
from core.storage.paths import Home
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry, fine_tuned
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import running, settle, until
from tui.app import NlpTui
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.words import index_builder
from tui.widgets.words.stand_in import SMALL
from tui.widgets.words.token_picker import TokenPicker


def asked(app: NlpTui) -> tuple[api.Neighbors, api.Neighbors]:
    """The latest questions of both lenses."""
    engine = app.engine
    assert isinstance(engine, FakeEngine)
    neighbors = [question for question in engine.asked if isinstance(question, api.Neighbors)]
    static = [question for question in neighbors if question.lens == "static"]
    contextual = [question for question in neighbors if question.lens == "contextual"]
    return static[-1], contextual[-1]


async def test_the_token_that_decides_is_picked_first_and_the_screen_is_never_empty() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        static, contextual = asked(app)
        assert static.word == "wonderful"
        assert contextual.position == 8
        shown = screen_text(app)
        assert "an example: nothing is typed in Read yet" in shown
        for words in ("like wonderful as a word", "like wonderful in this sentence", "actors", "0.82", "9,000"):
            assert words in shown


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["small", "large"])
async def test_elmo_and_ulmfit_are_reached_and_say_whose_states_they_are(size: tuple[int, int]) -> None:
    async with running(catalog=FakeCatalog([contextual(), fine_tuned()]), size=size) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        for model, whose in (("elmo", "frozen language models"), ("ulmfit", "the fine-tuned language model")):
            while app.current_model != model:
                await pilot.press("m")
                await settle(pilot)
            assert [question.model for question in asked(app)] == [model, model]
            said = " ".join(screen_text(app).replace("│", " ").split())
            assert f"states of {whose}" in said
            assert "both sides" in said


async def test_arrows_and_clicks_pick_another_token_and_both_lists_follow() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("left", "left")
        await settle(pilot)
        static, contextual = asked(app)
        assert (static.word, contextual.position, contextual.sentence) == ("cast", 6, app.sentence)
        await pilot.click(TokenPicker, offset=(9, 1))
        await settle(pilot)
        assert asked(app)[0].word == "plot"
        await pilot.press("home", "end")
        await settle(pilot)
        assert asked(app)[0].word == "."


async def test_of_a_long_text_the_lines_around_the_picked_token_are_shown() -> None:
    async with running(size=(80, 24)) as (app, pilot):
        app.sentence = " ".join(f"word{n}" for n in range(600))
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("end")
        await settle(pilot)
        assert "word599" in screen_text(app)
        await pilot.press("home")
        await settle(pilot)
        assert "word0 " in screen_text(app)
        assert "word599" not in screen_text(app)


async def test_any_word_can_be_typed_and_neighbours_be_followed() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("slash", *"Acting")
        await settle(pilot)
        static, contextual = asked(app)
        assert (static.word, contextual.sentence) == ("acting", None)
        assert "like acting by itself" in screen_text(app)
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        assert asked(app)[0].word in ("actors", "performances")


async def test_an_unknown_word_gets_nearest_spellings_by_number() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        app.screen.query_one("#word", SentenceInput).value = "flibbertigibbety"
        await settle(pilot)
        shown = screen_text(app)
        assert "flibbertigibbety is unknown" in shown
        assert "casts" in shown
        app.screen.query_one("#static-pane OptionList", OptionList).focus()
        await pilot.press("2")
        await settle(pilot)
        assert asked(app)[0].word == "coast"


async def test_the_model_switches_by_key_and_is_named() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("m")
        await settle(pilot)
        assert app.current_model == "word2vec"
        assert asked(app)[0].model == "word2vec"
        assert "Word vectors: word2vec" in screen_text(app)
        await pilot.press("ctrl+up")
        await settle(pilot)
        assert app.current_model == "scratch"
        await pilot.click("#model")
        await settle(pilot)
        assert app.current_model == "word2vec"


async def test_an_era_without_a_model_says_so() -> None:
    async with running() as (app, pilot):
        app.current_model = "bert"
        await pilot.press("f3")
        await settle(pilot)
        assert "not trained yet" in screen_text(app)
        await pilot.press("m")
        await settle(pilot)
        assert app.current_model == "scratch"
        assert "like wonderful as a word" in screen_text(app)


async def test_escape_leaves_the_input_then_the_screen() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("slash", "a")
        await pilot.press("escape")
        assert app.current_mode == "words"
        await pilot.press("escape")
        await settle(pilot)
        assert app.current_mode == "read"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[RunDirectory]:
    """The runs that were started; nobody is at work."""
    found: list[RunDirectory] = []

    def start(job: IndexJob, home: Home) -> RunDirectory:
        found.append(create_run(job, home))
        found[-1].register_worker()
        return found[-1]

    monkeypatch.setattr(index_builder, "start_run", start)
    return found


async def test_a_small_index_builds_itself_and_its_places_are_shown_to_an_era_without_any(
    tmp_path: Path, started: list[RunDirectory]
) -> None:
    engine = FakeEngine()
    engine.rewrite = missing
    catalog = FakeCatalog()
    catalog.home = Home(tmp_path / "store", tmp_path / "runs")
    async with running(engine, catalog, (120, 36)) as (app, pilot):
        app.home = catalog.home
        await pilot.press("f3")
        await settle(pilot)
        assert [run.job for run in started] == [IndexJob(model="lm", occurrences=SMALL)]
        said = " ".join(screen_text(app).replace("│", " ").split())
        assert "scratch has no states worth searching" in said
        await until(pilot.pause, lambda: f"Reading {SMALL:,} places to lm" in screen_text(app))
        await pilot.press("left")
        await settle(pilot)
        assert len(started) == 1, "a run is at it"
        engine.rewrite = of_few_places
        EventWriter(started[0].events_path).write(events.Done(artifact="k", model="lm", cached=False))
        await until(pilot.pause, lambda: "8,000 places searched · b: 50,000" in screen_text(app))
        assert "in this sentence · to the language models" in screen_text(app)
        assert "l layer" not in screen_text(app), "the places are of another model's best layer"
        await pilot.press("b")
        await settle(pilot)
        assert started[-1].job == IndexJob(model="lm")


async def test_a_missing_index_is_built_on_demand(tmp_path: Path, started: list[RunDirectory]) -> None:
    engine = FakeEngine()
    engine.rewrite = missing_but_of_language_models
    catalog = FakeCatalog([contextual()])
    catalog.home = Home(tmp_path / "store", tmp_path / "runs")
    async with running(engine, catalog, (120, 36)) as (app, pilot):
        app.home = catalog.home
        app.current_model = "elmo"
        await pilot.press("f3")
        await settle(pilot)
        assert "elmo has no index yet: b builds it" in screen_text(app)
        assert "0.91" in screen_text(app), "the language models' places stand there"
        assert started == []
        await pilot.press("b")
        await settle(pilot)
        assert started[0].job == IndexJob(model="elmo")
        writer = EventWriter(started[0].events_path)
        writer.write(events.Start(title="index", step=0, total=4, steps_per_epoch=1, epochs=1, resumed=False))
        writer.write(events.Progress(phase="index", step=2, total=4, eta=7.0))
        await until(pilot.pause, lambda: "about 7 s left" in screen_text(app))
        assert "50%" in screen_text(app)
        engine.rewrite = lambda answer: answer
        writer.write(events.Done(artifact="k", model="scratch", cached=False))
        await until(
            pilot.pause, lambda: "like wonderful in this sentence" in screen_text(app) and "0.91" in screen_text(app)
        )


@pytest.mark.usefixtures("started")
async def test_a_narrow_screen_shows_the_words_while_there_is_no_index_of_places(tmp_path: Path) -> None:
    engine = FakeEngine()
    engine.rewrite = missing
    async with running(engine, size=(80, 24)) as (app, pilot):
        app.home = Home(tmp_path / "store", tmp_path / "runs")
        await pilot.press("f3")
        await settle(pilot)
        await until(pilot.pause, lambda: "places to lm" in screen_text(app))
        shown = screen_text(app)
        assert "like wonderful as a word" in shown
        assert "t looks at" not in shown, "there is nothing to choose yet"
        engine.rewrite = lambda answer: answer
        await pilot.press("c")
        await settle(pilot)
        shown = screen_text(app)
        assert "like wonderful in this sentence" in shown
        assert "like wonderful as a word" not in shown
        assert "t looks at the word in its sentence" in shown


async def test_a_narrow_screen_shows_the_words_of_what_has_no_states() -> None:
    engine = FakeEngine()

    def stateless(answer: api.Answer) -> api.Answer:
        contextual_one = isinstance(answer, api.NeighborList) and answer.lens == "contextual"
        return api.Failed("It has no hidden states.", "Ask a classifier.") if contextual_one else answer

    engine.rewrite = stateless
    async with running(engine, size=(80, 24)) as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        assert "like wonderful as a word" in screen_text(app)
        assert "It has no hidden states. Ask a classifier." in screen_text(app)


async def test_an_index_run_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    engine.rewrite = missing
    home = Home(tmp_path / "store", tmp_path / "runs")
    run = create_run(IndexJob(model="lm", occurrences=SMALL), home)
    run.register_worker()
    async with running(engine) as (app, pilot):
        app.home = home
        await pilot.press("f3")
        await settle(pilot)
        await until(pilot.pause, lambda: "places to lm" in screen_text(app))
        EventWriter(run.events_path).write(events.Failed(message="The disk is full.[/b]\x1b[31m", hint="Make room."))
        await until(pilot.pause, lambda: "The disk is full." in screen_text(app))
        assert raw_characters(app) == set()


@pytest.mark.slow
async def test_hostile_text_is_shown_harmlessly() -> None:
    engine = FakeEngine()
    text, known = "", True

    def poison(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.NeighborList):
            found = tuple(
                replace(n, neighbor=text, left=text * 9, right=text * 9, source=text, label=text)
                for n in answer.neighbors
            )
            return replace(answer, word=text, neighbors=found, note=text, suggestions=(text, text), known=known)
        if isinstance(answer, api.Predicted):
            return replace(answer, tokens=(api.Token(text, 0, 1), api.Token(text, 0, 1, known=False)), running=())
        return answer

    def fail(_: api.Answer) -> api.Answer:
        return api.Failed(text, text)

    catalog = FakeCatalog()
    async with running(engine, catalog, (80, 24)) as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        for text in SOME.values():
            engine.rewrite, known = poison, True
            spec = f"./{text}"
            catalog.models["scratch"] = entry("scratch", "scratch", labels=(text, "other"))
            catalog.models[spec] = entry(spec, "scratch", labels=(text, "other"))
            app.sentence = text
            app.use_model(spec)
            await settle(pilot)
            await pilot.press("f3")
            await settle(pilot)
            await pilot.press("right")
            await settle(pilot)
            assert raw_characters(app) == set()
            known = False
            app.screen.query_one("#word", SentenceInput).value = text + "x"
            await settle(pilot)
            assert raw_characters(app) == set()
            engine.rewrite = fail
            app.screen.query_one("#word", SentenceInput).value = text + "y"
            await settle(pilot)
            assert raw_characters(app) == set()
        assert app.is_running


def missing(answer: api.Answer) -> api.Answer:
    if isinstance(answer, api.NeighborList) and answer.lens == "contextual":
        return replace(answer, neighbors=(), missing="index")
    return answer


def missing_but_of_language_models(answer: api.Answer) -> api.Answer:
    return answer if isinstance(answer, api.NeighborList) and answer.model == "lm" else missing(answer)


def of_few_places(answer: api.Answer) -> api.Answer:
    answer = missing_but_of_language_models(answer)
    few = isinstance(answer, api.NeighborList) and answer.lens == "contextual" and not answer.missing
    return replace(answer, searched=SMALL) if few else answer
