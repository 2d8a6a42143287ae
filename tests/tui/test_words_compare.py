"""Compare: one word in two sentences, every era in a row, and one model's places beside one another."""

from __future__ import annotations

from core import api
from tests.tui.hostile import screen_text
from tests.tui.test_tui_read import running, settle
from tests.tui.test_words_views import asked, said
from tui.presets import pairs
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.words.compare_view import CompareView
from tui.widgets.words.token_picker import TokenPicker


async def test_compare_opens_with_every_era_beside_one_another() -> None:
    async with running(size=(120, 36)) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot)
        asked_of = asked(app, api.CompareEra)
        assert tuple(question.model for question in asked_of) == api.SIDE_BY_SIDE
        assert {(question.first.word, question.second.word) for question in asked_of} == {("like", "like")}
        assert not asked(app, api.Compare), "no index is asked for"
        rows = {line.split()[0]: line for line in screen_text(app).splitlines() if line.split()[:1]}
        assert "1.00" in rows["word2vec"]
        assert "cannot tell: one vector a word" in rows["word2vec"]
        for words in ("0.34", "97.3 %", "0.81", "0.46", "two senses; tells apart: nearer to its own in 8 of 8 places"):
            assert words in rows["mlm"]
        assert "left out: bert needs an extra." in rows["bert"]
        assert "partly tells" in rows["lm"]
        table = app.screen.query_one(CompareView).table()
        assert table is not None
        assert [row[3] for row in table.rows] == [model for model in api.SIDE_BY_SIDE if model != "bert"]
        await pilot.press("m")
        await settle(pilot)
        again = [question.model for question in asked(app, api.CompareEra)[len(asked_of) :]]
        assert again == ["bert"], "what is known of the two places is kept; what failed may be there now"
        await pilot.press("1")
        await settle(pilot)
        assert "the plot is thin but" in said(app), "what was typed is read again"
        assert app.screen.query_one(TokenPicker).pinned is None


async def test_a_new_sentence_is_compared_at_the_word_that_is_pinned() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("2", "e", "ctrl+u", *"spectacular films like this", "enter")
        await settle(pilot)
        question = asked(app, api.CompareEra)[-1]
        assert question.second == api.Place("like", "spectacular films like this", 2)


async def test_compare_shows_one_model_s_places_too() -> None:
    async with running() as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("2", "o")
        await settle(pilot)
        question = asked(app, api.Compare)[-1]
        assert question.first == api.Place("like", pairs()[0].first, 1)
        assert question.second == api.Place("like", pairs()[0].second, 2)
        shown = said(app)
        for words in ("as words 1.00", "raw 0.71", "centred 0.34", "97.3 % of random pairs", "−0.18 to 0.21"):
            assert words in shown
        assert "A · like like there" in shown
        assert "B · like like there" in shown
        places = [q for q in asked(app, api.Neighbors) if q.lens == "contextual"][-2:]
        assert [place.sentence for place in places] == [question.first.sentence, question.second.sentence]
        await pilot.press("n")
        await settle(pilot)
        assert asked(app, api.Compare)[-1].first.word == pairs()[1].word
        assert app.sentence == ""


async def test_a_place_is_pinned_and_compared_with_one_of_a_sentence_typed_here() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("p")
        await pilot.press("2", "o")
        await settle(pilot)
        question = asked(app, api.Compare)[-1]
        assert question.first == question.second
        await pilot.press("e", "ctrl+u", *"A wonderful mess", "enter")
        await settle(pilot)
        assert app.sentence == "A wonderful mess"
        assert app.focused is app.screen.query_one(TokenPicker)
        await pilot.press("home", "right")
        await settle(pilot)
        question = asked(app, api.Compare)[-1]
        assert (question.first.word, question.first.position) == ("wonderful", 8)
        assert question.second == api.Place("wonderful", "A wonderful mess", 1)
        assert "wonderful in “The plot is thin" in said(app)
        await pilot.press("left")
        await settle(pilot)
        assert "as words 0.43" in said(app)


async def test_leaving_the_sentence_with_escape_changes_nothing() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("e", "x", "escape")
        await settle(pilot)
        assert app.current_mode == "words"
        assert app.sentence == "The plot is thin but the cast is wonderful."
        assert app.screen.query_one(TokenPicker).display
        assert "wonderful" in screen_text(app)


async def test_a_word_by_itself_has_no_place_to_compare_and_the_screen_says_what_to_do() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        app.screen.query_one("#word", SentenceInput).value = "acting"
        await settle(pilot)
        await pilot.press("p")
        assert app.screen.query_one(TokenPicker).pinned is None
        await pilot.press("left", "p", "2")
        await settle(pilot)
        app.screen.query_one("#word", SentenceInput).value = "acting"
        await settle(pilot)
        assert "acting stands in no sentence" in said(app)


async def test_pinning_the_pinned_place_lets_it_go_and_the_view_says_how_to_pin() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("p", "2")
        await settle(pilot)
        await pilot.press("p")
        await settle(pilot)
        shown = said(app)
        assert "Nothing is pinned yet" in shown
        assert "press n for an example" in shown.replace("Or press", "press")
