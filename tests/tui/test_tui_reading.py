"""The language model's own reading: what it shows of a sentence, what follows what is typed, and writing on."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from core import api
from core.eras.table import BY_ID
from tests.tui.fake_engine import FakeCatalog, FakeEngine, entry, tokens, transformer
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.reading_app import SENTENCE, asked, likely, lines, models, opened, text
from tests.tui.test_tui_read import settle
from tests.tui.test_tui_snapshots import SIZES, still
from tui import themes
from tui.app import NlpTui
from tui.model_comparison import ComparedModel
from tui.screens import reading
from tui.screens.reading import ReadingScreen
from tui.widgets.read.language_model_voices import Voice, describe_absence, list_voices
from tui.widgets.read.surprisal_lines import SurprisalLines, find_place
from tui.widgets.shared.sentence_input import SentenceInput


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between two words."""
    monkeypatch.setattr(reading, "PACE", 0.0)


# ---------------------------------------------------------------- what is shown


async def test_each_word_stands_over_its_surprisal_and_the_open_end_is_looked_at() -> None:
    async with opened() as (app, _):
        words, bars, numbers, *_ = lines(app).render().plain.splitlines()
        assert words.split()[:5] == ["the", "plot", "is", "thin", "but"]
        assert words.split()[-1] == "…"
        assert numbers.split()[:5] == ["4.5", "6.0", "3.0", "6.0", "4.5"]
        assert bars.startswith("█▊····")
        assert "after the last word" in likely(app)
        assert "50.0 %" in likely(app)
        assert text(app, "voice").startswith("elmo → forward")
        assert "has no language model" not in text(app, "voice")
        assert "for 11 words" in text(app, "sum")
        assert "unknown: flibbertigibbety (its surprisal is that of <unk>" in text(app, "sum")
        assert "a bit more is half as likely" in screen_text(app)
        (question,) = asked(app, api.Surprisal)
        assert (question.text, question.model, question.direction) == (SENTENCE, "elmo", "forward")


async def test_arrows_and_clicks_choose_a_place_and_its_likeliest_words() -> None:
    async with opened() as (app, pilot):
        await pilot.press("left", "left")
        assert "fun  4.5 bits, rank 9:" in likely(app)
        await pilot.press("home")
        assert likely(app).startswith("the  4.5 bits")
        await pilot.press("left")
        assert likely(app).startswith("the  4.5 bits"), "there is nothing before it"
        await pilot.click(SurprisalLines, offset=(2 + 8, 1))
        assert likely(app).startswith("plot  6.0 bits")
        await pilot.press("end")
        assert "after the last word" in likely(app)
        unknown = next(n for n, each in enumerate(tokens(SENTENCE)) if not each.known)
        await pilot.press("home", *["right"] * unknown)
        assert "as any unknown" in likely(app)


async def test_what_is_typed_goes_into_the_sentence_and_all_of_it_follows() -> None:
    async with opened("A dull") as (app, pilot):
        await pilot.press("space", *"film")
        await settle(pilot)
        sentence = app.screen.query_one(SentenceInput)
        assert sentence.value == app.sentence == "A dull film"
        assert app.focused is sentence
        assert lines(app).render().plain.split()[:3] == ["a", "dull", "film"]
        assert "after the last word" in likely(app)
        await pilot.press("left")
        assert likely(app).startswith("film  6.0 bits")
        await pilot.press("home")
        assert likely(app).startswith("a  1.5 bits")
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.query_one(SentenceInput).value == "A dull film", "Read has it too"
        assert "A dull film" in {question.text for question in asked(app, api.Predict)}


async def test_a_question_mark_asks_for_help_and_tab_goes_to_the_sentence() -> None:
    async with opened() as (app, pilot):
        await pilot.press("question_mark")
        await settle(pilot)
        shown = screen_text(app)
        assert "Language model" in shown
        assert "how many bits" in shown
        await pilot.press("escape", "tab")
        assert isinstance(app.focused, SentenceInput)
        await pilot.press("tab")
        assert isinstance(app.focused, SurprisalLines)


async def test_f7_stands_in_the_footer_and_the_help_and_leads_back() -> None:
    for size in SIZES:
        app = NlpTui(engine=FakeEngine(), catalog=models())
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            assert "Surprisal" in screen_text(app).splitlines()[-1]
            await pilot.press("f1")
            await settle(pilot)
            said = " ".join(str(line.render()) for line in app.screen.query(Static))
            assert "F7 shows how the row's language model" in said
            await pilot.press("escape", "f7")
            await settle(pilot)
            footer = screen_text(app).splitlines()[-1]
            assert all(key in footer for key in ("Write on", "Take over", "Direction", "Back", "Help"))
            await pilot.press("f7")
            await settle(pilot)
            assert not isinstance(app.screen, ReadingScreen)


# ---------------------------------------------------------------- who reads


async def test_a_key_goes_through_the_directions() -> None:
    async with opened() as (app, pilot):
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert text(app, "voice").startswith("elmo ← backward")
        assert lines(app).render().plain.split()[0] == "…", "open before the first word"
        assert "before the first word" in likely(app)
        await pilot.press("right")
        assert likely(app).startswith("the  3.6 bits")
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert text(app, "voice").startswith("mlm ↔ masked")
        assert "elmo has no language model of its own that reads both sides: the pretrained mlm reads." in text(
            app, "voice"
        )
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert text(app, "voice").startswith("elmo → forward")
        assert [(q.model, q.direction) for q in asked(app, api.Surprisal)] == [
            ("elmo", "forward"),
            ("elmo", "backward"),
            ("mlm", "masked"),
            ("elmo", "forward"),
        ]


async def test_a_row_without_a_language_model_says_so_and_the_pair_reads() -> None:
    async with opened(row="scratch") as (app, _):
        assert "scratch has no language model of its own: the pretrained pair lm reads." in screen_text(app)
        (question,) = asked(app, api.Surprisal)
        assert (question.model, question.direction) == ("lm", "forward")


async def test_without_any_language_model_it_is_said_how_to_make_one() -> None:
    catalog = FakeCatalog()
    catalog.known = {}
    catalog.transformers = lambda: ()  # type: ignore[method-assign]
    async with opened(catalog=catalog, row="scratch") as (app, pilot):
        assert "nlp-tui pretrain lm" in screen_text(app)
        await pilot.press("ctrl+r", "f8")
        await settle(pilot)
        assert "No forward language model is here" in screen_text(app)
        assert asked(app, api.Surprisal) == asked(app, api.WriteOn) == []


def test_a_transformer_that_was_tuned_from_the_masked_one_reads_by_itself() -> None:
    catalog = models()
    tuned = transformer("bert:abc", encoder={"name": "mlm", "key": "e" * 64})
    era = ComparedModel("bert:abc", BY_ID["bert"], tuned)
    own, *others = list_voices(era, catalog)
    assert own == Voice("bert:abc", "masked", own=True)
    assert [(each.model, each.direction) for each in others] == [("lm", "forward"), ("lm", "backward")]
    assert describe_absence(era, own) == ""
    assert "bert:abc has no language model of its own: the pretrained pair lm reads" in describe_absence(era, others[0])


async def test_a_failure_is_said_and_an_engine_that_is_back_is_asked_again() -> None:
    engine = FakeEngine()
    failing = True

    def fail(answer: api.Answer) -> api.Answer:
        failed = failing and isinstance(answer, api.SurprisalList | api.Written)
        return api.Failed("The weights are damaged.", "Train it again.") if failed else answer

    engine.rewrite = fail
    async with opened(engine=engine) as (app, pilot):
        assert "The weights are damaged. Train it again." in text(app, "sum")
        await pilot.press("f8")
        await settle(pilot)
        assert "The weights are damaged. Train it again." in text(app, "text")
        failing = False
        engine.die()
        await settle(pilot)
        assert "F10" in screen_text(app)
        await pilot.press("f10")
        await settle(pilot)
        assert "for 11 words" in text(app, "sum")


async def test_a_model_that_takes_its_time_is_said_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.001)
    engine = FakeEngine()
    async with opened(engine=engine) as (app, pilot):
        engine.gate.clear()
        await pilot.press("ctrl+r")
        while "reading…" not in text(app, "sum"):
            await pilot.pause()
        engine.gate.set()
        await settle(pilot)
        assert "for 11 words" in text(app, "sum")


async def test_of_a_long_text_the_first_words_are_shown_and_it_is_said() -> None:
    async with opened("word " * 200, size=(80, 24)) as (app, pilot):
        assert "the first 64 of 200 words" in text(app, "sum")
        await pilot.press("end", "left")
        assert "word  6.0 bits" in likely(app)
        assert "…" in lines(app).render().plain, "the rows around the place are shown"
        await pilot.press("ctrl+r", "ctrl+r")
        await settle(pilot)
        assert "the first 32 of 200 words" in text(app, "sum")


# ---------------------------------------------------------------- places, harm, pictures


@pytest.mark.parametrize(
    ("direction", "places"),
    [("forward", [0, 0, 1, 1, 1, 2, None, None]), ("backward", [None, 0, 1, 1, 1, 2, 2, 2])],
)
def test_the_caret_is_at_the_word_it_stands_before_or_in(direction: str, places: list[int | None]) -> None:
    found = tuple(api.Surprise(api.Token("x", *span), 1.0, 1, ()) for span in ((0, 2), (3, 5), (5, 6)))
    answer = api.SurprisalList("lm", direction, (), found, (), 3, 3.0)
    assert [find_place(answer, caret) for caret in range(8)] == places
    assert find_place(api.SurprisalList("lm", direction, (), (), (), 0, 0.0), 0) is None


@pytest.mark.slow
async def test_hostile_text_is_shown_harmlessly() -> None:
    engine = FakeEngine()
    harm = ""

    def poison(answer: api.Answer) -> api.Answer:
        if isinstance(answer, api.Written):
            return api.Written(harm, (api.WrittenWord(harm, 1.0),), f" {harm}")
        if isinstance(answer, api.SurprisalList):
            likeliest = (api.Likely(harm, 0.5), api.Likely(harm + "!", 0.25))
            token = api.Surprise(api.Token(harm, 0, 3, known=False), 3.0, None, likeliest)
            return api.SurprisalList(
                harm, answer.direction, (), (token, token), likeliest, 2, 6.0, 3.0, 8.0, harm, f"unknown: {harm}"
            )
        return answer

    engine.rewrite = poison
    catalog = models()
    async with opened(engine=engine, catalog=catalog, size=(80, 24)) as (app, pilot):
        for harm in SOME.values():
            app.screen.query_one(SentenceInput).value = f"{harm} film"
            await settle(pilot)
            await pilot.press("tab", "left", "f8")
            await settle(pilot)
            assert raw_characters(app) == set()
            await pilot.press("enter", "home")
            await settle(pilot)
            assert raw_characters(app) == set()
        await pilot.press("f7")
        spec = f"./{harm}"
        catalog.models[spec] = entry(spec, "scratch", data=harm)
        app.use_model(spec)
        await settle(pilot)
        await pilot.press("f7")
        await settle(pilot)
        assert isinstance(app.screen, ReadingScreen)
        assert raw_characters(app) == set()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_reading(snap_compare: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a row without a language model, with something written on."""

    async def open_it(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+n", "f7")
        await settle(pilot)
        await pilot.press("left", "left", "f8")
        await still(pilot)

    app = NlpTui(engine=FakeEngine(), catalog=models())
    app.theme = themes.LIGHT if size == (120, 36) else themes.DARK
    monkeypatch.setattr(reading, "PATIENCE", 600.0)
    assert snap_compare(app, terminal_size=size, run_before=open_it)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: "x".join(map(str, size)))
def test_reading_backward(snap_compare: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of elmo, a long sentence, its caret in it."""

    async def open_it(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, NlpTui)
        pilot.app.current_model = "elmo"
        pilot.app.screen.query_one(SentenceInput).value = f"{SENTENCE} " * 4
        await settle(pilot)
        await pilot.press("f7", "ctrl+r")
        await settle(pilot)
        await pilot.press("tab", *["ctrl+left"] * 8)
        await still(pilot)

    monkeypatch.setattr(reading, "PATIENCE", 600.0)
    assert snap_compare(NlpTui(engine=FakeEngine(), catalog=models()), terminal_size=size, run_before=open_it)
