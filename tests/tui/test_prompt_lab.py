"""The prompt lab: what it shows of a template, what follows what is typed, and what is said where it cannot ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.command import CommandList
from textual.pilot import Pilot
from textual.widgets import Static

from core import api
from core.eras.prompts import TEMPLATES
from tests.tui.fake_engine import FakeCatalog, FakeEngine, prompted
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import line, row, running, settle, until
from tests.tui.test_tui_snapshots import SIZES, still
from tui import themes
from tui.app import NlpTui
from tui.screens.prompt_lab import PromptLabScreen
from tui.screens.reading import ReadingScreen
from tui.widgets.read.blank_words import BlankWords
from tui.widgets.read.prompt_calculation import PromptCalculation
from tui.widgets.read.provenance_strip import ProvenanceStrip
from tui.widgets.read.template_strip import TemplateStrip
from tui.widgets.shared.parameter_block import ParameterBlock
from tui.widgets.shared.sentence_input import SentenceInput

SENTENCE = "The plot is thin but the cast is wonderful."


@asynccontextmanager
async def opened(
    sentence: str = SENTENCE,
    engine: FakeEngine | None = None,
    catalog: FakeCatalog | None = None,
    size: tuple[int, int] = (120, 36),
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    app = NlpTui(engine=engine or FakeEngine(), catalog=catalog or FakeCatalog([prompted()]))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        app.current_model = "prompt"
        app.screen.query_one(SentenceInput).value = sentence
        await settle(pilot)
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert isinstance(app.screen, PromptLabScreen)
        yield app, pilot


def field(app: NlpTui, id: str) -> SentenceInput:
    return app.screen.query_one(f"#{id}", SentenceInput)


def text(app: NlpTui, id: str) -> str:
    return str(app.screen.query_one(f"#{id}", Static).render())


def drawn(app: NlpTui, widget: type[BlankWords | PromptCalculation | TemplateStrip]) -> list[str]:
    return str(app.screen.query_one(widget).render()).splitlines()


def stale(app: NlpTui) -> bool:
    return app.screen.query_one("#lab").has_class("-stale")


def asked(app: NlpTui) -> list[api.AskPrompt]:
    assert isinstance(app.engine, FakeEngine)
    return [question for question in app.engine.asked if isinstance(question, api.AskPrompt)]


# ---------------------------------------------------------------- in Read


async def test_the_palette_leads_to_both_readings_from_anywhere() -> None:
    async with running(catalog=FakeCatalog([prompted()])) as (app, pilot):
        await pilot.press("f4")
        await choose(app, pilot, "prompt lab")
        assert app.screen.TITLE == PromptLabScreen.TITLE
        assert app.current_model == "prompt", "the first row that asks"
        await choose(app, pilot, "language model")
        assert app.screen.TITLE == ReadingScreen.TITLE


async def test_where_no_row_asks_the_palette_has_no_lab() -> None:
    async with running(catalog=FakeCatalog([])) as (app, _):
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert "Language model" in titles
        assert "Prompt lab" not in titles


async def choose(app: NlpTui, pilot: Pilot[None], title: str) -> None:
    """Go by the palette: what matches best comes first."""
    await pilot.press("ctrl+p", *title)
    await until(pilot.pause, lambda: app.screen.query_one(CommandList).option_count > 0)
    await pilot.press("enter")
    await settle(pilot)


async def test_only_a_row_that_asks_leads_to_the_lab_and_says_so() -> None:
    async with running(catalog=FakeCatalog([prompted()])) as (app, pilot):
        await pilot.press(*"dull", "ctrl+t")
        await settle(pilot)
        assert not isinstance(app.screen, PromptLabScreen)
        assert "^t" not in screen_text(app)
        app.current_model = "prompt"
        await settle(pilot)
        assert "no label · ^t asks otherwise" in line(app, "prompt")
        assert "^t asks" in str(row(app, "prompt").render())
        assert screen_text(app).splitlines()[-1].count("^t") == 1
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert isinstance(app.screen, PromptLabScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(app.screen, PromptLabScreen)


@pytest.mark.parametrize("labels", [0, 500])
async def test_the_strip_says_that_w_o_is_rows_of_c_and_what_was_learned(labels: int) -> None:
    frozen = ["C", "W_e", "W_h", "W_o"] if labels == 0 else []
    catalog = FakeCatalog([prompted(label_budget=labels, frozen=frozen)])
    async with running(catalog=catalog, size=(200, 60)) as (app, pilot):
        app.current_model = "prompt"
        await settle(pilot)
        strip = app.screen.query_one(ProvenanceStrip)
        formula, idea = (str(strip.query_one(f"#{id}", Static).render()) for id in ("formula", "idea"))
        assert "p(class) = Σ softmax( C q )[its words] at the blank" in formula
        assert "W_o = those rows of C" in formula
        assert "LSTM(" in formula
        assert ("Here no label was read." if labels == 0 else "Here 500 labels tuned it.") in idea
        blocks = [block.render().plain for block in app.screen.query(ParameterBlock)]
        assert all("language model" in block for block in blocks)
        assert all(("= frozen" if labels == 0 else "Δ tuned") in block for block in blocks)
        assert "rows of C" in blocks[-1]
        assert ("no label" if labels == 0 else "500 labels") in line(app, "prompt")


async def test_the_formula_of_a_transformer_that_is_asked_has_no_recurrence() -> None:
    model = prompted(model="masked", encoder={"name": "mlm", "key": "e" * 64})
    async with running(catalog=FakeCatalog([model]), size=(200, 60)) as (app, pilot):
        app.current_model = "prompt"
        await settle(pilot)
        formula = str(app.screen.query_one(ProvenanceStrip).query_one("#formula", Static).render())
        assert formula.startswith("h = attention( C[wordpieces] )     p(class)")
        assert "LSTM" not in formula


# ---------------------------------------------------------------- what is shown


async def test_the_blank_its_likeliest_words_and_the_calculation_are_shown() -> None:
    async with opened() as (app, _):
        assert text(app, "reading") == "The plot is thin but the cast is wonderful . it was ▁▁▁▁"
        assert text(app, "direction") == "The forward model has read what stands before the blank."
        words = drawn(app, BlankWords)
        assert words[1].split()[0] == "a"
        assert words[1].endswith("12.0 %")
        assert any(each.startswith("▸ great") and "positive" in each for each in words)
        assert any(each.startswith("◂ bad") and "negative" in each for each in words)
        head, negative, positive, *said = drawn(app, PromptCalculation)
        assert head.split() == ["its", "words", "of", "nothing", "times", "answer", "plain"]
        assert negative.split()[:2] == ["◂", "negative"]
        assert "÷   3.00 %" in negative
        assert "÷   6.00 %" in positive
        assert "Of no text it is 67 % positive: divided out." in " ".join(said)


async def test_every_template_stands_in_the_strip_with_the_mean_and_the_spread() -> None:
    async with opened() as (app, _):
        lines = drawn(app, TemplateStrip)
        assert [template in each for template, each in zip(TEMPLATES, lines[1:], strict=False)] == [True] * 6
        assert lines[1].startswith("▌→")
        assert lines[4].startswith(" ←")
        percents = [int(each.split(" %")[0].split()[-1]) for each in lines[1:8]]
        assert "mean of its 6" in lines[7]
        assert min(percents[:6]) <= percents[6] <= max(percents[:6])
        assert lines[8] == f"How one asks moves positive from {min(percents)} to {max(percents)} %."


async def test_stepping_through_templates_changes_the_looked_at_one_and_nothing_else() -> None:
    async with opened() as (app, pilot):
        before = drawn(app, TemplateStrip)
        await pilot.press("down", "down", "down")
        await settle(pilot)
        assert field(app, "template").value == TEMPLATES[3]
        assert text(app, "reading") == "▁▁▁▁ . The plot is thin but the cast is wonderful."
        assert "backward model has read what stands behind" in text(app, "direction")
        after = drawn(app, TemplateStrip)
        assert [each[1:] for each in after] == [each[1:] for each in before]
        assert after[4].startswith("▌←")
        await pilot.press("up", "up", "up", "up")
        await settle(pilot)
        assert field(app, "template").value == TEMPLATES[-1], "before the first comes the last"
        assert asked(app)[-1].templates == TEMPLATES


async def test_what_is_typed_into_the_template_is_asked_at_once_and_not_counted_in_the_mean() -> None:
    async with opened() as (app, pilot):
        mean = drawn(app, TemplateStrip)[7]
        await pilot.press(*" now")
        await settle(pilot)
        own = TEMPLATES[0] + " now"
        assert asked(app)[-1].templates == (*TEMPLATES, own)
        lines = drawn(app, TemplateStrip)
        assert f"{own}  (own)" in lines[7]
        assert lines[7].startswith("▌→")
        assert lines[8] == mean
        assert text(app, "reading").endswith(". it was ▁▁▁▁ now")
        assert "Beyond it, unread: now." in text(app, "direction")
        await pilot.press("down")
        await settle(pilot)
        assert field(app, "template").value == TEMPLATES[0]
        assert own in drawn(app, TemplateStrip)[7], "one's own stays to be come back to"
        await pilot.press("escape", "ctrl+t")
        await settle(pilot)
        assert own in drawn(app, TemplateStrip)[7]


async def test_words_of_a_template_that_are_unknown_are_named() -> None:
    async with opened() as (app, pilot):
        field(app, "template").value = "{text} . flibber ___"
        await settle(pilot)
        assert "Words it does not know: flibber." in text(app, "direction")


async def test_a_broken_template_is_said_and_the_last_answer_stays_dimmed() -> None:
    async with opened() as (app, pilot):
        words, count = drawn(app, BlankWords), len(asked(app))
        await pilot.press("backspace")
        await settle(pilot)
        assert "has no place for the blank" in text(app, "direction")
        assert stale(app)
        assert drawn(app, BlankWords) == words
        assert len(asked(app)) == count
        await pilot.press("down")
        await settle(pilot)
        assert not stale(app), "the model's own can be asked"
        assert asked(app)[-1].templates == TEMPLATES
        await pilot.press("up")
        await settle(pilot)
        assert stale(app)
        await pilot.press("_")
        await settle(pilot)
        assert not stale(app)
        assert "read what stands before" in text(app, "direction")
        field(app, "template").value = "it was ___"
        await settle(pilot)
        assert "has no place for the text" in text(app, "direction")


async def test_answer_words_and_classes_of_ones_own() -> None:
    async with opened() as (app, pilot):
        field(app, "answers").value = "sad=sad,dark funny=funny exciting=tense"
        await settle(pilot)
        assert asked(app)[-1].answers == "sad=sad,dark funny=funny exciting=tense"
        _, *rows = drawn(app, PromptCalculation)
        assert [each[:10].split() for each in rows[:3]] == [["①", "sad"], ["②", "funny"], ["③", "exciting"]]
        assert "How one asks moves exciting" in drawn(app, TemplateStrip)[-1]
        field(app, "answers").value = "sad="
        await settle(pilot)
        assert "does not say which words stand for a class" in text(app, "direction")
        assert stale(app)
        field(app, "answers").value = "sad=flibber fun=fun"
        await settle(pilot)
        assert "'flibber' is not one word that the language model knows" in text(app, "direction")
        assert "Name another word in the field answers" in text(app, "direction")
        assert stale(app)
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert not stale(app)
        assert drawn(app, PromptCalculation)[1].startswith("◂ negative")


async def test_a_template_that_the_engine_refuses_does_not_take_the_others_with_it() -> None:
    engine = FakeEngine()

    def refuse(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.Prompted) and len(answer.templates) > 6:
            return api.Failed("It asks a backward language model.", "Put the blank on the other side.")
        return answer

    engine.rewrite = refuse
    async with opened(engine=engine) as (app, pilot):
        await pilot.press("x")
        await settle(pilot)
        assert "asks a backward language model" in text(app, "direction")
        assert stale(app)
        await pilot.press("down")
        await settle(pilot)
        assert not stale(app)


async def test_the_latest_question_wins() -> None:
    async with opened() as (app, pilot):
        assert isinstance(app.engine, FakeEngine)
        app.engine.gate.clear()
        await pilot.press("tab", "tab", *"a", *"b")
        await pilot.pause()
        app.engine.gate.set()
        await settle(pilot)
        assert asked(app)[-1].text == app.sentence
        assert not stale(app)


async def test_the_sentence_is_shared_with_read_and_the_lab_changes_no_row() -> None:
    async with opened() as (app, pilot):
        field(app, "sentence").value = "A dull film."
        field(app, "template").value = "{text} . all in all ___"
        await settle(pilot)
        assert asked(app)[-1].text == "A dull film."
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.query_one(SentenceInput).value == "A dull film."
        assert "negative" in line(app, "prompt")


async def test_an_engine_that_died_and_is_back_is_asked_again() -> None:
    async with opened() as (app, pilot):
        assert isinstance(app.engine, FakeEngine)
        app.engine.die()
        await settle(pilot)
        assert stale(app)
        await pilot.press("f10")
        await settle(pilot)
        assert not stale(app)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)], ids=["tiny", "small", "large"])
async def test_it_fits_any_size(size: tuple[int, int]) -> None:
    async with opened(size=size) as (app, pilot):
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        for widget in (BlankWords, PromptCalculation, TemplateStrip):
            cells = app.screen.query_one(widget).content_size.width
            assert all(len(each) <= cells for each in drawn(app, widget))
        await pilot.press("pagedown", "pageup")


async def test_hostile_text_is_shown_harmlessly() -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        for harm in SOME.values():
            field(app, "sentence").value = harm
            field(app, "template").value = f"{harm} {{text}} ___ {harm}"
            await settle(pilot)
            assert raw_characters(app) == set()
            field(app, "answers").value = f'"{harm}"={harm} other=x'
            await settle(pilot)
            assert raw_characters(app) == set()
            await pilot.press("down", "up")
            await settle(pilot)
            assert raw_characters(app) == set()
            field(app, "template").value = harm
            await settle(pilot)
            assert raw_characters(app) == set()


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_lab(snap_compare: Any, size: tuple[int, int]) -> None:
    async def open_it(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, NlpTui)
        pilot.app.current_model = "prompt"
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+t", "down", "down")
        if size == SIZES[2]:
            await pilot.press(*" now")
        await still(pilot)

    app = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([prompted()]))
    app.theme = themes.LIGHT if size == (120, 36) else themes.DARK
    assert snap_compare(app, terminal_size=size, run_before=open_it)


def test_lab_of_a_broken_template(snap_compare: Any) -> None:
    async def open_it(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, NlpTui)
        pilot.app.current_model = "prompt"
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+t")
        await settle(pilot)
        await pilot.press("backspace")
        await still(pilot)

    app = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([prompted()]))
    assert snap_compare(app, terminal_size=(120, 36), run_before=open_it)
