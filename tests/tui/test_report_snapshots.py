"""Report, the screen, as pictures."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from core.storage.paths import Home
from tests.tui.fake_report import ADVICE, measured
from tests.tui.test_report_screen import app_of, told
from tests.tui.test_tui_read import settle
from tests.tui.test_tui_snapshots import still
from tests.tui.train_app import eventually
from tui import themes
from tui.screens.report import ReportScreen


async def a_report(pilot: Pilot[None]) -> None:
    await settle(pilot)
    pilot.app.action_report()  # type: ignore[attr-defined]
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, ReportScreen)
    await eventually(pilot, lambda: told(screen, "advice") == ADVICE)
    await still(pilot)


async def its_mistakes(pilot: Pilot[None]) -> None:
    await a_report(pilot)
    await pilot.press("right", "right", "down")
    await still(pilot)


def test_report(snap_compare: Any, home: Home) -> None:
    measured(home)
    app = app_of(home)
    app.theme = themes.DARK
    assert snap_compare(app, terminal_size=(120, 36), run_before=a_report)


async def more_labels(pilot: Pilot[None]) -> None:
    await a_report(pilot)
    await pilot.press("right")
    await still(pilot)


def test_report_of_more_labels(snap_compare: Any, home: Home) -> None:
    measured(home)
    app = app_of(home)
    app.theme = themes.DARK
    assert snap_compare(app, terminal_size=(80, 24), run_before=more_labels)


def test_report_small(snap_compare: Any, home: Home) -> None:
    measured(home)
    app = app_of(home)
    app.theme = themes.LIGHT
    assert snap_compare(app, terminal_size=(80, 24), run_before=its_mistakes)
