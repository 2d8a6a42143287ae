"""Read's rows: whose score stands where, who is right, whose classes they are, and what a key or a click does there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import msgspec
from textual import events

from core import api
from core.catalog.models import SeedScores
from tests.tui.fake_engine import FakeCatalog, FakeEngine, entry
from tests.tui.hostile import screen_text
from tests.tui.test_tui_read import field, line, row, running, settle, until
from tui.widgets.words.token_picker import TokenPicker


async def test_a_row_scores_what_its_own_model_does_and_the_focused_one_its_era_too() -> None:
    catalog = FakeCatalog()
    catalog.models["word2vec"] = entry("word2vec", "word2vec", over_seeds=SeedScores(0.781, 0.011, 3, 0.755, 0.807))
    async with running(catalog=catalog) as (app, pilot):
        assert "80.3 [77,83]" in line(app, "word2vec"), "the model that answers, with Wilson's interval"
        assert "78.1" not in line(app, "word2vec")
        await pilot.press("down")
        await settle(pilot)
        assert "853 test texts · 3 seeds of word2vec: 78.1 ± 1.1" in line(app, "word2vec")


async def test_all_right_of_a_few_texts_is_not_certain() -> None:
    scores = {"test": {"accuracy": 1.0, "n": 32}}
    async with running(catalog=FakeCatalog([entry("glove", "glove", scores=scores)])) as (app, _):
        assert "100 [89,100]" in line(app, "glove")


async def test_what_one_class_would_score_stands_once_at_the_head_of_the_rows() -> None:
    catalog = FakeCatalog()
    for key, model in catalog.models.items():
        catalog.models[key] = replace(model, majority=0.5006)
    async with running(catalog=catalog, size=(140, 36)) as (app, _):
        assert screen_text(app).count("rotten_tomatoes · one class 50.1 ") == 1
        assert "one class: 50.1" in line(app, "scratch")
    catalog.models["word2vec"] = replace(catalog.models["word2vec"], majority=0.9)
    async with running(catalog=catalog, size=(140, 36)) as (app, _):
        assert "rotten_tomatoes · one class" not in screen_text(app), "they were tested on different texts"


TICKETS = ("billing", "bug", "praise", "other")


def sort_tickets(answer: api.Answer) -> api.Answer:
    """A model of one's own says which kind of ticket it is."""
    if isinstance(answer, api.Predicted) and answer.model.startswith("run:"):
        shares = dict(zip(TICKETS, (0.7, 0.2, 0.06, 0.04), strict=True))
        return msgspec.structs.replace(answer, label="billing", probabilities=shares, running=())
    return answer


async def test_models_of_another_task_stand_under_a_heading_of_their_own() -> None:
    catalog = FakeCatalog([entry("run:3f2a9c", "scratch", labels=TICKETS, data="tickets.csv")])
    engine = FakeEngine()
    engine.rewrite = sort_tickets
    async with running(engine, catalog, size=(140, 48)) as (app, pilot):
        field(app).value = "a wonderful film"
        app.use_model("run:3f2a9c")
        await settle(pilot)
        shown = screen_text(app)
        assert shown.index("◂ negative") < shown.index("word2vec") < shown.index("tickets.csv") < shown.index("billing")
        assert "billing 70 %   bug 20 %   praise 6 %   other 4 %" in line(app, "run:3f2a9c"), "the focused row"
        await pilot.press("up")
        await settle(pilot)
        assert "bug" not in line(app, "run:3f2a9c")


async def test_the_eras_can_be_left_out_and_brought_back() -> None:
    engine = FakeEngine()
    catalog = FakeCatalog([entry("run:3f2a9c", "scratch", labels=TICKETS, data="tickets.csv")])
    async with running(engine, catalog=catalog) as (app, pilot):
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert row(app, "scratch").display, "there are no others"
        app.use_model("run:3f2a9c")
        app.current_model = "word2vec"
        await settle(pilot)
        await pilot.press("ctrl+o", *"dull")
        await settle(pilot)
        assert not row(app, "scratch").display
        assert app.current_model == "run:3f2a9c"
        last = engine.asked[-1]
        assert isinstance(last, api.PredictPrefixes)
        assert last.models == ("run:3f2a9c",)
        await pilot.press("ctrl+o")
        await settle(pilot)
        assert "negative   77%" in line(app, "scratch"), "it was asked what it missed"


async def test_one_model_has_one_name_and_one_row_whichever_way_it_was_named() -> None:
    key = "07b8a6" + 58 * "0"
    by_run, by_key = (
        replace(entry(spec, "glove"), key=key, path=Path("model")) for spec in ("run:7b3350", "glove:07b8a600")
    )
    async with running(catalog=FakeCatalog([by_run, by_key]), size=(140, 40)) as (app, pilot):
        app.use_model("run:7b3350")
        await settle(pilot)
        assert "#07b8a6 · glove · all labels" in line(app, "run:7b3350")
        assert "run:7b3350" in line(app, "run:7b3350"), "and how the command line names it"
        app.use_model("glove:07b8a600")
        await settle(pilot)
        assert app.current_model == "run:7b3350"
        assert screen_text(app).count("#07b8a6") == 1


async def test_letters_typed_after_backspaces_stay_after_them_on_a_busy_screen() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"hello world")
        busy, begun = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            begun.set()
            await busy.wait()

        app.screen.call_later(work)
        await begun.wait()
        for key, character in [*[("backspace", None)] * 5, *((letter, letter) for letter in "there")]:
            app.post_message(events.Key(key, character))
        await until(asyncio.sleep, lambda: field(app).value == "hello there")
        busy.set()


async def test_a_letter_leads_back_into_the_sentence() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"dull", "escape")
        assert not app.screen.query("#sentence:focus")
        await pilot.press("a")
        await settle(pilot)
        assert app.focused is field(app)
        assert field(app).value == "dulla"
        await pilot.press("escape", "i")
        assert field(app).value == "dulla", "i is a key of its own"


async def test_an_example_brings_its_true_label_and_typing_on_takes_it_away() -> None:
    async with running(size=(140, 40)) as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        shown = screen_text(app)
        assert "true label: positive" in shown
        assert "turns at elmo" in shown
        assert line(app, "scratch").startswith("▌✓"), "the fake model says positive"
        await pilot.press("x")
        await settle(pilot)
        assert app.truth == ""
        assert "✓" not in line(app, "scratch")


async def test_a_typed_sentence_is_given_a_true_label_by_a_key() -> None:
    catalog = FakeCatalog([entry("run:3f2a9c", "scratch", labels=TICKETS, data="tickets.csv")])
    engine = FakeEngine()
    engine.rewrite = sort_tickets
    async with running(engine, catalog) as (app, pilot):
        await pilot.press("ctrl+r")
        assert app.truth == "", "there is no sentence yet"
        app.use_model("run:3f2a9c")
        await settle(pilot)
        app.current_model = "scratch"
        await pilot.press(*"dull", "ctrl+r")
        await settle(pilot)
        assert app.truth == "negative"
        assert "✓" in line(app, "scratch")
        assert "✓" not in line(app, "run:3f2a9c"), "it tells other classes apart"
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert "✗" in line(app, "scratch")
        await pilot.press("ctrl+r")
        assert app.truth == ""


async def test_a_clicked_token_of_the_focused_row_opens_in_words() -> None:
    async with running() as (app, pilot):
        field(app).value = "the cast and the plot"
        await settle(pilot)
        await pilot.click(row(app, "word2vec"), offset=(12, 0))
        await settle(pilot)
        assert (app.current_mode, app.current_model) == ("read", "word2vec"), "a row that is not focused is switched to"
        lines = line(app, "word2vec").splitlines()
        at = next(number for number, text in enumerate(lines) if "cast" in text)
        await pilot.click(row(app, "word2vec"), offset=(lines[at].rindex("the") + 2, at))
        await settle(pilot)
        assert app.current_mode == "words"
        picker = app.screen.query_one(TokenPicker)
        assert picker.picked == 3, "the second of two"
        assert picker.tokens[3] == "the"
