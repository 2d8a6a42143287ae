"""The app opened on Train, and what a person sees of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.pilot import Pilot

from core.storage.paths import Home
from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tui.app import NlpTui
from tui.screens.train import TrainScreen
from tui.widgets.train.run_list import RunList
from tui.widgets.train.run_messages import RunMessages
from tui.widgets.train.run_monitor import RunMonitor
from tui.widgets.train.train_form import TrainForm

HOSTILE = "[CLS] [/b] [@click=app.quit]x[/] \x1b[31m\x1b]0;t\x07 \x9b2J \u202egnp \x00"


class TrainFirst(NlpTui):
    """The app, opened on the screen these tests are about."""

    DEFAULT_MODE = "train"


def app_of(home: Home) -> NlpTui:
    return TrainFirst(FakeEngine(), home, FakeCatalog())


async def eventually(pilot: Pilot[None], true: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait for what a person would wait for."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        await pilot.pause(0.02)
    await pilot.pause()


async def open_train(pilot: Pilot[None], *, runs: int) -> TrainScreen:
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, TrainScreen)
    await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == runs)
    return screen


async def estimated(pilot: Pilot[None]) -> None:
    """Wait until the form says how long it will take; it says nothing while a field is wrong."""
    screen = pilot.app.screen
    form, line = screen.query_one(TrainForm), screen.query_one("#estimate")
    await eventually(pilot, lambda: line.display or form.command is None)


def monitor(screen: TrainScreen) -> RunMonitor:
    return screen.query_one(RunMonitor)


def words(screen: TrainScreen) -> str:
    return str(screen.query_one(RunMessages).render())


def shown(pilot: Pilot[None]) -> str:
    """The whole screen as characters."""
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def footer(screen: TrainScreen) -> set[str]:
    found = screen.active_bindings.values()
    return {active.binding.description for active in found if active.enabled and active.node is screen}


# ---------------------------------------------------------------- nothing yet, and the form
