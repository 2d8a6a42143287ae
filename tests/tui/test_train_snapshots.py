"""Pictures of the Train screen at three sizes; every time shown comes from the runs' own events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from core import api
from core.jobs import LanguageModelJob, PretrainJob, TrainJob
from core.storage.paths import Home
from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.fake_run import FakeRun
from tests.tui.test_train_first_look import LOOK
from tests.tui.train_app import TrainFirst, estimated, eventually
from tui import themes
from tui.app import NlpTui
from tui.screens import train
from tui.widgets.train.pin_field import PinInput
from tui.widgets.train.run_list import RunList
from tui.widgets.train.run_monitor import RunMonitor
from tui.widgets.train.train_form import Choice

SIZES = [(80, 24), (120, 36), (200, 60)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    return Home.locate()


def app_of(home: Home, theme: str = themes.DARK) -> NlpTui:
    app = TrainFirst(FakeEngine(), home, FakeCatalog())
    app.theme = theme
    return app


def history(home: Home) -> None:
    """Three runs that are over, each in its way."""
    done = FakeRun(home, TrainJob("word2vec", labels=500), number=1)
    done.start()
    done.train(9)
    done.done()
    failed = FakeRun(home, TrainJob("scratch", labels=20), number=2)
    failed.start()
    failed.train(2)
    failed.fail("The loss is not a number since epoch 2.", "Try a smaller learning rate.")
    lost = FakeRun(home, PretrainJob(), number=3, alive=False)
    lost.start(labels=[])
    lost.say_all(
        [
            (
                "progress",
                0.5,
                {
                    "phase": "word2vec",
                    "step": 1_000 * n,
                    "total": 500_000,
                    "epoch": n / 100,
                    "loss": 2.1 - 0.3 * (n / 100) ** 0.5,
                    "speed": 412_000.0,
                    "unit": "words/s",
                    "eta": 60.0,
                },
            )
            for n in range(1, 300)
        ]
    )


def running(home: Home) -> FakeRun:
    run = FakeRun(home, TrainJob("scratch", labels=500), number=4)
    run.start()
    run.train(7.3)
    return run


async def settled(pilot: Pilot[None]) -> None:
    """Until the list is read and the plots are drawn."""
    screen = pilot.app.screen
    deadline = time.monotonic() + 90
    while not (screen.query_one(RunList).rows and screen.query_one(RunMonitor).run):
        assert time.monotonic() < deadline
        await pilot.pause(0.02)
    await estimated(pilot)
    await still(pilot, deadline)


async def still(pilot: Pilot[None], deadline: float) -> None:
    """Until nothing moves any more: plots are drawn one a look, and the footer once its keys are known."""
    seen: list[str] = []
    monitor = pilot.app.screen.query_one(RunMonitor)
    while monitor.drawing or len(seen) < 4 or len(set(seen[-4:])) > 1:
        assert time.monotonic() < deadline
        await pilot.pause(0.15)
        seen.append(pilot.app.export_screenshot(simplify=True))


async def opened(pilot: Pilot[None]) -> None:
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await pilot.pause(0.3)
    await estimated(pilot)


@pytest.mark.parametrize("size", SIZES)
def test_no_run_yet(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    assert snap_compare(app_of(home), terminal_size=size, run_before=opened)


@pytest.mark.parametrize("size", SIZES)
def test_a_run_in_progress(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    history(home)
    running(home)
    assert snap_compare(app_of(home), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", SIZES)
def test_a_finished_run(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    history(home)
    run = running(home)
    run.train(9, 7.3)
    run.done()
    assert snap_compare(app_of(home), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", SIZES)
def test_a_language_model_in_progress(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    history(home)
    FakeRun(home, LanguageModelJob(hidden=512, epochs=6), number=4).pretrain(3.4)
    assert snap_compare(app_of(home), terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", SIZES)
def test_fine_tuning_in_progress(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    history(home)
    FakeRun(home, TrainJob.of("ulmfit", labels=500), number=4).fine_tune(5.2)
    assert snap_compare(app_of(home), terminal_size=size, run_before=settled)


def steered(home: Home) -> FakeRun:
    """A run whose rate and groups were changed by hand."""
    run = FakeRun(home, TrainJob.of("ulmfit", labels=500), number=4)
    run.fine_tune(5.2)
    run.say("steered", step=60, number=1, wish=1, learning_rate=0.0005, frozen=[])
    run.say("steered", step=150, number=2, wish=2, learning_rate=0.0005, frozen=["C"])
    return run


@pytest.mark.parametrize("size", SIZES)
def test_what_was_steered(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    async def looked_at(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("v", "home", *["right"] * (size[0] // 5))
        await settled(pilot)

    steered(home)
    assert snap_compare(app_of(home), terminal_size=size, run_before=looked_at)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("downs", [0, 2])
def test_steering(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int], downs: int) -> None:
    async def opened(pilot: Pilot[None]) -> None:
        await settled(pilot)
        await pilot.press("g", *["down"] * downs)
        await eventually(pilot, lambda: bool(pilot.app.focused))
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause(0.3)

    steered(home)
    assert snap_compare(app_of(home), terminal_size=size, run_before=opened)


@pytest.mark.parametrize("size", SIZES[:2])
def test_pins_of_a_new_run(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    async def pinned(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("n")
        pilot.app.screen.query_one(PinInput).focus()
        await pilot.press(*"Not bad at all.", "enter", *"The plot is thin but the cast is wonderful.", "enter")
        await opened(pilot)

    assert snap_compare(app_of(home), terminal_size=size, run_before=pinned)


@pytest.mark.parametrize("theme", [themes.LIGHT, "ansi-dark", "ansi-light"])
def test_themes(snap_compare: Callable[..., bool], home: Home, theme: str) -> None:
    history(home)
    running(home)
    assert snap_compare(app_of(home, theme), terminal_size=(120, 36), run_before=settled)


def test_the_form_of_a_small_screen(snap_compare: Callable[..., bool], home: Home) -> None:
    async def filled(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("n", "tab", "enter", "down", "down", "enter")
        await opened(pilot)

    assert snap_compare(app_of(home), terminal_size=(80, 24), run_before=filled)


@pytest.mark.parametrize("size", SIZES)
def test_the_form_of_an_era_of_vectors(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    async def filled(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("n")
        pilot.app.screen.query_one("#kind", Choice).value = "glove"
        pilot.app.screen.query_one("#vectors", Input).value = "cbow"
        await opened(pilot)

    assert snap_compare(app_of(home), terminal_size=size, run_before=filled)


def fill_in(file: Path, until: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Type the path of a file of one's own and wait until the first look says that."""

    async def filled(pilot: Pilot[None]) -> None:
        await opened(pilot)
        await pilot.press("n")
        pilot.app.screen.query_one("#data", Choice).value = "own file"
        pilot.app.screen.query_one("#source", Input).value = file.name
        await eventually(pilot, lambda: until in str(pilot.app.screen.query_one("#look-said", Static).render()))
        await opened(pilot)  # what is said under a field takes lines: the form is laid out again

    return filled


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose path is the same in every picture."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tui.widgets.train.train_fields.full_path", Path)
    monkeypatch.setattr("tui.widgets.train.first_look._TICK_SECONDS", 3_600)
    (tmp_path / "reviews.csv").write_bytes(b"x" * 261_000)
    return tmp_path / "reviews.csv"


@pytest.mark.parametrize("size", SIZES)
def test_a_first_look_at_a_file(
    snap_compare: Callable[..., bool],
    home: Home,
    reviews: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    async def answer(_question: api.LookAtFile) -> api.FileLook:
        return LOOK

    monkeypatch.setattr(train, "look_at_file", answer)
    assert snap_compare(app_of(home), terminal_size=size, run_before=fill_in(reviews, LOOK.name))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_while_it_is_read(
    snap_compare: Callable[..., bool],
    home: Home,
    reviews: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    async def answer(_question: api.LookAtFile) -> api.FileLook:
        await asyncio.Event().wait()
        return LOOK

    monkeypatch.setattr(train, "look_at_file", answer)
    assert snap_compare(app_of(home), terminal_size=size, run_before=fill_in(reviews, "Reading"))


def test_a_column_that_is_not_there(
    snap_compare: Callable[..., bool], home: Home, reviews: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_question: api.LookAtFile) -> api.FileFault:
        return api.FileFault("no column is plainly the label", "name it with --label; the columns are 'id', 'review'")

    monkeypatch.setattr(train, "look_at_file", answer)
    assert snap_compare(app_of(home), terminal_size=(120, 36), run_before=fill_in(reviews, "no column"))
