"""Pictures of the views of Words. After a change that is meant: pytest --snapshot-update, and look at them."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.fake_engine import FakeCatalog, FakeEngine, contextual, entry
from tests.tui.test_tui_snapshots import SIZES, still
from tui import themes
from tui.app import NlpTui

THEMES = {(80, 24): themes.DARK, (120, 36): themes.LIGHT, (200, 60): themes.DARK}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize(("key", "view"), zip("23456", ("compare", "senses", "map", "analogy", "drift"), strict=True))
def test_view(snap_compare: Any, size: tuple[int, int], key: str, view: str) -> None:
    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+n", "f3", "m", key)
        await still(pilot)

    made = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([contextual()]))
    made.theme = THEMES[size]
    assert snap_compare(made, terminal_size=size, run_before=shown)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_the_epochs_of_a_run(snap_compare: Any, size: tuple[int, int]) -> None:
    async def shown(pilot: Pilot[None]) -> None:
        made.use_model("run:3f2a")
        await still(pilot)
        await pilot.press("ctrl+n", "f3", "6")
        await still(pilot)
        await pilot.press("[")
        await still(pilot)

    made = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([entry("run:3f2a", "word2vec")]))
    made.theme = THEMES[size]
    assert snap_compare(made, terminal_size=size, run_before=shown)


def test_saving(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pathlib.Path.cwd", classmethod(lambda cls: cls("/home/ada")))

    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+n", "f3")
        await still(pilot)
        await pilot.press("x")
        await still(pilot)

    made = NlpTui(engine=FakeEngine(), catalog=FakeCatalog())
    assert snap_compare(made, terminal_size=(80, 24), run_before=shown)


def test_a_terminal_s_own_colours(snap_compare: Any) -> None:
    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+n", "f3", "4", "down", "right")
        await still(pilot)

    made = NlpTui(engine=FakeEngine(), catalog=FakeCatalog())
    made.theme = "ansi-dark"
    assert snap_compare(made, terminal_size=(120, 36), run_before=shown)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: "x".join(map(str, size)))
def test_all_options(snap_compare: Any, size: tuple[int, int]) -> None:
    async def shown(pilot: Pilot[None]) -> None:
        await pilot.press("ctrl+n", "f3", "m", "m", "d", "right")
        await still(pilot)

    made = NlpTui(engine=FakeEngine(), catalog=FakeCatalog([contextual()]))
    made.theme = THEMES[size]
    assert snap_compare(made, terminal_size=size, run_before=shown)
