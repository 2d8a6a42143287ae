"""The app with the language model's reading open, and what is to be seen there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from core import api
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, fine_tuned, transformer
from tests.tui.test_tui_read import settle
from tui.app import NlpTui
from tui.screens.reading import ReadingScreen
from tui.widgets.read.likely_words import LikelyWords
from tui.widgets.read.surprisal_lines import SurprisalLines
from tui.widgets.shared.sentence_input import SentenceInput

SENTENCE = "The plot is thin but the flibbertigibbety cast is fun."


def models() -> FakeCatalog:
    return FakeCatalog([contextual(), fine_tuned(), transformer()])


@asynccontextmanager
async def opened(
    sentence: str = SENTENCE,
    engine: FakeEngine | None = None,
    catalog: FakeCatalog | None = None,
    row: str = "elmo",
    size: tuple[int, int] = (120, 36),
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    app = NlpTui(engine=engine or FakeEngine(), catalog=catalog or models())
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        app.current_model = row
        app.screen.query_one(SentenceInput).value = sentence
        await settle(pilot)
        await pilot.press("f7")
        await settle(pilot)
        assert isinstance(app.screen, ReadingScreen)
        yield app, pilot


def lines(app: NlpTui) -> SurprisalLines:
    return app.screen.query_one(SurprisalLines)


def likely(app: NlpTui) -> str:
    return app.screen.query_one(LikelyWords).render().plain


def text(app: NlpTui, id: str) -> str:
    return str(app.screen.query_one(f"#{id}", Static).render())


def asked(app: NlpTui, kind: type[api.Question]) -> list[Any]:
    assert isinstance(app.engine, FakeEngine)
    return [question for question in app.engine.asked if isinstance(question, kind)]
