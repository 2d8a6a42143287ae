"""Read, F7: the sentence written on, word by word."""

from __future__ import annotations

import asyncio

import pytest

from core import api
from tests.tui.hostile import screen_text
from tests.tui.reading_app import asked, lines, opened, text
from tests.tui.test_tui_read import settle
from tui.screens import reading
from tui.widgets.shared.sentence_input import SentenceInput


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between two words."""
    monkeypatch.setattr(reading, "PACE", 0.0)


async def test_it_writes_on_word_by_word_apart_from_what_was_typed() -> None:
    async with opened("The plot is thin") as (app, pilot):
        await pilot.press("f8")
        await settle(pilot)
        shown = text(app, "text")
        assert shown.startswith("The plot is thin but the story is warm, and the cast doesn’t miss a beat. But")
        assert app.sentence == "The plot is thin"
        questions = asked(app, api.WriteOn)
        assert len(questions) == reading.A_GO
        assert questions[2].written == ("but", "the")
        assert {(q.model, q.words, q.temperature, q.seed) for q in questions} == {("elmo", 1, 0.8, 0)}
        await pilot.press("f8")
        await settle(pilot)
        assert len(asked(app, api.WriteOn)) == 2 * reading.A_GO, "and on"


async def test_it_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    paused = asyncio.Event()

    async def pause(_: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(reading, "sleep", pause)
    async with opened("So") as (app, pilot):
        await pilot.press("f8")
        await paused.wait()
        await pilot.pause()
        assert "writing…" in text(app, "settings")
        await pilot.press("f8")
        await settle(pilot)
        assert "writing…" not in text(app, "settings")
        assert text(app, "text") == "So but"


async def test_another_seed_or_temperature_writes_another_text() -> None:
    async with opened("So") as (app, pilot):
        await pilot.press("pageup", "down")
        assert "temperature 0.7" in text(app, "settings")
        assert "seed 1" in text(app, "settings")
        assert asked(app, api.WriteOn) == [], "nothing was being written"
        await pilot.press("f8")
        await settle(pilot)
        assert text(app, "text").startswith("So the story")
        await pilot.press("pagedown", "pagedown")
        await settle(pilot)
        assert "seed 0" in text(app, "settings")
        assert text(app, "text").startswith("So but the story")
        await pilot.press(*["down"] * 9)
        assert "temperature 0.0" in text(app, "settings")
        await pilot.press(*["up"] * 30)
        await settle(pilot)
        assert "temperature 2.0" in text(app, "settings")
        assert asked(app, api.WriteOn)[-1].temperature == 2.0


async def test_what_was_written_is_taken_over_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "A_GO", 3)
    async with opened("So") as (app, pilot):
        await pilot.press("enter")
        assert app.sentence == "So", "nothing was written"
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert app.sentence == app.screen.query_one(SentenceInput).value == "So but the story"
        assert "F8 has the forward model write" in text(app, "text")
        assert lines(app).render().plain.split()[:4] == ["so", "but", "the", "story"]
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("x")
        await settle(pilot)
        assert "F8 has the forward model write" in text(app, "text"), "it went on with another sentence"


async def test_what_does_not_fit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LIMIT", 5)
    async with opened("So") as (app, pilot):
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "A sentence holds 5 characters" in screen_text(app)


async def test_nothing_typed_is_written_on_too() -> None:
    async with opened("") as (app, pilot):
        assert "Type something" in text(app, "sum")
        await pilot.press("f8")
        await settle(pilot)
        assert text(app, "text").startswith("But the story")
        await pilot.press("ctrl+l")
        assert app.focused is app.screen.query_one(SentenceInput)
