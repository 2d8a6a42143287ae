"""The errors of a model in the app: classes, texts, a second model, the splits, a filter, and the way back to Read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Static

from core import api
from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry
from tests.tui.fake_errors import MANY, TEXTS
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import settle
from tests.tui.test_tui_snapshots import SIZES, still
from tui import themes
from tui.app import NlpTui
from tui.screens.errors import ErrorsScreen
from tui.screens.read import ReadScreen
from tui.widgets.shared.error_texts import ErrorTexts
from tui.widgets.shared.sentence_input import SentenceInput

TICKETS = entry("run:tickets", "scratch", labels=MANY, data="tickets.csv")


@asynccontextmanager
async def opened(
    row: str = "scratch", engine: FakeEngine | None = None, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[NlpTui, Pilot[None]]]:
    app = NlpTui(engine=engine or FakeEngine(), catalog=FakeCatalog([contextual(), TICKETS]))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        if row == TICKETS.spec:
            app.use_model(row)
            await settle(pilot)
        app.current_model = row
        await pilot.press("f9")
        await settle(pilot)
        assert isinstance(app.screen, ErrorsScreen)
        yield app, pilot


def asked(app: NlpTui) -> Any:
    assert isinstance(app.engine, FakeEngine)
    return next(each for each in reversed(app.engine.asked) if isinstance(each, api.ReadErrors))


def told(app: NlpTui, id: str) -> str:
    return str(app.screen.query_one(f"#{id}", Static).render())


async def test_the_focused_models_validation_texts_are_read_and_the_list_has_the_keys() -> None:
    async with opened("word2vec") as (app, pilot):
        assert asked(app) == api.ReadErrors("word2vec")
        assert isinstance(app.focused, ErrorTexts)
        assert "word2vec" in told(app, "which")
        assert "24 wrong" in told(app, "head")
        shown = screen_text(app)
        for words in ("precision", "recall", "F1", "→ negat", TEXTS[0]):
            assert words in shown
        assert told(app, "text").startswith("negative: ")
        await pilot.press("down")
        assert told(app, "text") == f"positive: {TEXTS[1]}"


async def test_left_and_right_go_through_the_models_and_a_sets_a_second_one_beside() -> None:
    async with opened() as (app, pilot):
        await pilot.press("right")
        await settle(pilot)
        assert asked(app).model == app.current_model == "word2vec"
        seen = []
        for _ in range(3):
            await pilot.press("a")
            await settle(pilot)
            seen.append(asked(app).against)
            if seen[-1]:
                assert "margin" in told(app, "head")
                assert "14 only word2vec has right" in told(app, "head")
                assert "✓" in screen_text(app)
        assert seen == ["scratch", "elmo", ""]
        await pilot.press("a", "left")
        await settle(pilot)
        assert asked(app).model == "scratch"
        assert asked(app).against == "", "it is not set beside itself"


async def test_a_model_of_other_data_is_never_set_beside() -> None:
    async with opened(TICKETS.spec) as (app, pilot):
        await pilot.press("a")
        await settle(pilot)
        assert asked(app).against == ""


async def test_s_turns_the_split_and_says_the_house_rule() -> None:
    async with opened() as (app, pilot):
        assert "recipe" not in told(app, "remark")
        await pilot.press("s")
        await settle(pilot)
        assert asked(app).split == "test"
        assert told(app, "remark") == api.TEST_SPOILS
        await pilot.press("s")
        await settle(pilot)
        assert asked(app).split == "validation"


async def test_slash_filters_and_escape_takes_the_filter_back_before_it_leaves() -> None:
    async with opened() as (app, pilot):
        await pilot.press("slash", *"carmen")
        await settle(pilot)
        assert asked(app).filter == "carmen"
        assert "6 hold" in told(app, "head")
        await pilot.press("enter")
        assert isinstance(app.focused, ErrorTexts)
        assert app.screen.query_one(ErrorTexts).option_count == 6
        await pilot.press("slash", *"zzz")
        await settle(pilot)
        assert "Escape clears" in told(app, "head")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ErrorsScreen)
        assert app.screen.query_one(ErrorTexts).option_count == 24
        await pilot.press("escape")
        assert isinstance(app.screen, ReadScreen)


async def test_enter_opens_the_text_in_read() -> None:
    async with opened() as (app, pilot):
        await pilot.press("down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, ReadScreen)
        assert app.sentence == app.screen.query_one(SentenceInput).value == TEXTS[1]
        assert app.truth == "positive"
        assert isinstance(app.engine, FakeEngine)
        assert any(isinstance(each, api.Predict) and each.text == TEXTS[1] for each in app.engine.asked)


class SlowEngine(FakeEngine):
    """Says how far it is, and no more until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.done = asyncio.Event()

    async def ask(self, question: api.Question) -> AsyncIterator[api.Answer]:
        async for answer in super().ask(question):
            if isinstance(answer, api.ErrorList):
                await self.done.wait()
            yield answer


async def test_while_it_is_read_it_says_how_far_it_is_and_leaving_ends_it() -> None:
    engine = SlowEngine()
    app = NlpTui(engine=engine, catalog=FakeCatalog())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("f9")
        for _ in range(4):
            await pilot.pause()
        assert "32 of 200, 0:05 left" in told(app, "which")
        assert "Escape" in told(app, "which")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ReadScreen)
        assert isinstance(engine.asked[-1], api.StopReading) or api.StopReading() in engine.asked


async def test_what_cannot_be_read_is_said() -> None:
    engine = FakeEngine()
    engine.rewrite = lambda answer: (
        api.Failed("The texts are not here.", "Put them back.") if isinstance(answer, api.ErrorList) else answer
    )
    async with opened(engine=engine) as (app, pilot):
        assert "The texts are not here. Put them back." in told(app, "which")
        await pilot.press("enter", "a", "slash")
        await settle(pilot)
        assert isinstance(app.screen, ErrorsScreen)


async def test_without_a_model_it_says_what_to_press() -> None:
    app = NlpTui(engine=FakeEngine(), catalog=FakeCatalog(eras=()))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("f9", "a", "s", "right", "enter")
        await settle(pilot)
        assert "F4" in told(app, "which")


async def test_many_classes_are_told_by_the_pairs_that_are_confused_most_and_scroll() -> None:
    async with opened(TICKETS.spec, size=(80, 24)) as (app, pilot):
        assert "confused most often" in screen_text(app)
        assert "class 39" not in screen_text(app)
        await pilot.press("shift+tab", "end")
        await settle(pilot)
        assert "class 39" in screen_text(app)


async def test_hostile_texts_and_classes_do_no_harm() -> None:
    for harm in SOME.values():
        engine = FakeEngine()

        def rewrite(answer: api.Answer, harm: str = harm) -> api.Answer:
            if not isinstance(answer, api.ErrorList):
                return answer
            texts = tuple(replace(each, text=harm * 3, label=harm) for each in answer.texts)
            scores = tuple(replace(each, label=harm) for each in answer.classes)
            return replace(answer, texts=texts, classes=scores, labels=(harm, "b"), data=harm, note=harm)

        engine.rewrite = rewrite
        async with opened(engine=engine, size=(80, 24)) as (app, pilot):
            await pilot.press("a")
            await settle(pilot)
            assert not raw_characters(app)
            await pilot.press("enter")
            await settle(pilot)
            assert not raw_characters(app)


@pytest.mark.parametrize(
    ("what", "size"),
    [*(("mistakes", size) for size in SIZES), ("against", (120, 36)), ("against", (80, 24)), ("many", (120, 36))],
    ids=str,
)
def test_errors(snap_compare: Any, what: str, size: tuple[int, int]) -> None:
    app = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([contextual(), TICKETS]))
    app.theme = themes.LIGHT if what == "against" and size == (120, 36) else themes.DARK

    async def open_errors(pilot: Pilot[None]) -> None:
        await settle(pilot)
        if what == "many":
            app.use_model(TICKETS.spec)
            await settle(pilot)
        await pilot.press("f9", *(["a"] if what == "against" else []), "down")
        await still(pilot)

    assert snap_compare(app, terminal_size=size, run_before=open_errors)
