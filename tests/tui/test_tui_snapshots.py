"""Pictures of Read and Words. After a change that is meant: pytest --snapshot-update, and look at them."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry, fine_tuned
from tests.tui.test_tui_read import settle
from tui import themes
from tui.app import NlpTui

SIZES = [(80, 24), (120, 36), (200, 60)]


def app(theme: str = themes.DARK) -> NlpTui:
    made = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([entry("run:3f2a9c", "scratch", label_budget=500)]))
    made.theme = theme
    return made


async def still(pilot: Pilot[None]) -> None:
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await settle(pilot)


async def read(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+n", "down")
    await still(pilot)


async def words(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+n", "f3")
    await settle(pilot)
    await pilot.press("left", "left")
    await still(pilot)


async def compare(pilot: Pilot[None]) -> None:
    await pilot.press("ctrl+n")
    assert isinstance(pilot.app, NlpTui)
    pilot.app.use_model("run:3f2a9c")
    await still(pilot)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_read(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=read)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_words(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=words)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("era", ["elmo", "ulmfit"])
def test_read_with_language_models(snap_compare: Any, size: tuple[int, int], era: str) -> None:
    async def focused(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+n")
        assert isinstance(pilot.app, NlpTui)
        pilot.app.current_model = era
        await still(pilot)

    made = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([contextual(), fine_tuned()]))
    made.theme = themes.LIGHT if era == "ulmfit" and size == (120, 36) else themes.DARK
    assert snap_compare(made, terminal_size=size, run_before=focused)


def test_read_light(snap_compare: Any) -> None:
    assert snap_compare(app(themes.LIGHT), terminal_size=(120, 36), run_before=compare)


def test_words_light(snap_compare: Any) -> None:
    assert snap_compare(app(themes.LIGHT), terminal_size=(120, 36), run_before=words)


def test_nothing_typed_yet(snap_compare: Any) -> None:
    assert snap_compare(app(), terminal_size=(80, 24), run_before=still)
