from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.hostile import screen_text
from tests.tui.test_tui_read import running, settle
from tui import settings, themes
from tui.app import NlpTui
from tui.engine_client import EngineState


async def test_the_first_frame_comes_before_the_engine_starts() -> None:
    class Late(FakeEngine):
        async def start(self) -> None:
            self.first_frame = screen_text(app)
            await super().start()

    engine = Late()
    app = NlpTui(engine=engine, catalog=FakeCatalog())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Type a sentence" in engine.first_frame
        assert engine.state is EngineState.READY


async def test_screens_by_keys_from_inside_the_input_and_back() -> None:
    async with running() as (app, pilot):
        for key, mode in (("f3", "words"), ("f2", "read"), ("alt+2", "words"), ("alt+1", "read")):
            await pilot.press(key)
            await settle(pilot)
            assert app.current_mode == mode


@pytest.mark.parametrize("dialog", ["f1", "f6"])
async def test_the_screens_keys_lead_out_of_a_dialog(dialog: str) -> None:
    async with running() as (app, pilot):
        await pilot.press(dialog)
        await settle(pilot)
        assert len(app.screen_stack) == 2
        await pilot.press("f3")
        await settle(pilot)
        assert (app.current_mode, len(app.screen_stack)) == ("words", 1)


async def test_escape_leaves_one_layer_at_a_time() -> None:
    async with running() as (app, pilot):
        await pilot.press("f1")
        await settle(pilot)
        assert app.screen.query("#help")
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen.query("#sentence:focus")
        field = app.focused
        await pilot.press("escape")
        assert app.screen.focused is None
        await pilot.press("i")
        assert app.screen.focused is field
        await pilot.press("escape")
        await pilot.press("question_mark")
        await settle(pilot)
        assert app.screen.query("#help")


@pytest.mark.parametrize(
    ("mode", "words"), [("f2", ["Every era answers", "Example", "F4"]), ("f3", ["hidden state", "Model"])]
)
async def test_help_belongs_to_the_screen_and_lists_its_keys(mode: str, words: list[str]) -> None:
    async with running(size=(100, 100)) as (app, pilot):
        await pilot.press(mode)
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        shown = screen_text(app).replace("f4", "F4")
        for word in [*words, "Everywhere", "Quit"]:
            assert word in shown


async def test_the_chosen_theme_is_remembered(own_home: Path) -> None:
    async with running() as (app, pilot):
        assert app.theme == themes.DARK
        app.theme = themes.LIGHT
        await settle(pilot)
    assert json.loads((own_home / "settings.json").read_text())["theme"] == themes.LIGHT
    assert NlpTui(engine=FakeEngine(), catalog=FakeCatalog()).theme == themes.LIGHT
    (own_home / "settings.json").write_text("not json")
    assert settings.remembered_theme(own_home / "settings.json") is None
    assert NlpTui(engine=FakeEngine(), catalog=FakeCatalog()).theme == themes.DARK


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "textual-light", "nord", themes.LIGHT])
async def test_every_theme_has_the_colours_of_the_eras(theme: str) -> None:
    async with running() as (app, pilot):
        app.theme = theme
        await pilot.press("ctrl+n", "down", "f3")
        await settle(pilot)
        assert "like wonderful as a word" in screen_text(app)


async def test_quitting_closes_the_engine() -> None:
    class Closing(FakeEngine):
        closed = False

        async def close(self) -> None:
            self.closed = True

    engine = Closing()
    async with running(engine) as (_, pilot):
        await pilot.press("ctrl+q")
    assert engine.closed


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (60, 16), (300, 90)])
async def test_odd_sizes_do_not_break_anything(size: tuple[int, int]) -> None:
    async with running(size=size) as (app, pilot):
        await pilot.press("ctrl+n", "down")
        await settle(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        assert app.is_running


async def test_models_are_looked_for_after_the_first_frame() -> None:
    class Late(FakeCatalog):
        def scan(self) -> None:
            self.first_frame = screen_text(app)

    catalog = Late()
    app = NlpTui(engine=FakeEngine(), catalog=catalog)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "scratch" in catalog.first_frame
        assert "not trained yet" not in catalog.first_frame
        assert "76.4" in screen_text(app)
