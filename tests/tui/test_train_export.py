"""x in Train writes a run's curves into a file: in any format, never over a file unasked, and says what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import HOSTILE, app_of, eventually, open_train, shown
from tui.screens import exporting_run
from tui.screens.exporting_run import ExportingRun
from tui.screens.train import TrainScreen
from tui.widgets.shared.sentence_input import SentenceInput


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return Home.locate()


@pytest.fixture
def run(home: Home) -> FakeRun:
    made = FakeRun(home, title=HOSTILE)
    made.start()
    made.train(2.0)
    return made


async def open_dialog(pilot: Pilot[None]) -> ExportingRun:
    await pilot.press("x")
    await eventually(pilot, lambda: isinstance(pilot.app.screen, ExportingRun))
    screen = pilot.app.screen
    assert isinstance(screen, ExportingRun)
    return screen


def says(screen: ExportingRun) -> str:
    return str(screen.query_one("#save-says", Static).render())


def left(pilot: Pilot[None]) -> bool:
    return isinstance(pilot.app.screen, TrainScreen)


async def test_each_format_is_written_and_where_to_is_said(home: Home, run: FakeRun) -> None:
    async with app_of(home).run_test(size=(80, 24), notifications=True) as pilot:
        await open_train(pilot, runs=1)
        for downs, ending in enumerate((".csv", ".json", ".svg")):
            screen = await open_dialog(pilot)
            assert "\x1b" not in shown(pilot)
            await pilot.press(*["down"] * downs)
            path = Path.cwd() / f"run-{run.directory.id}{ending}"
            assert screen.query_one("#path", SentenceInput).value == str(path)
            await pilot.press("enter")
            await eventually(pilot, lambda: left(pilot))
            assert path.stat().st_size
            assert [told.message for told in pilot.app._notifications][-1] == f"Written: {path}"
        series = json.loads((Path.cwd() / f"run-{run.directory.id}.json").read_text("utf-8"))["series"]
        assert len(series["train loss"]) == 2 * run.steps_per_epoch


async def test_nothing_is_overwritten_unasked_and_a_bad_place_is_said(home: Home, run: FakeRun) -> None:
    path = Path.cwd() / f"run-{run.directory.id}.csv"
    path.write_text("mine")
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        await open_train(pilot, runs=1)
        screen = await open_dialog(pilot)
        await pilot.press("enter")
        await eventually(pilot, lambda: "is there already. Enter again overwrites it." in says(screen))
        assert path.read_text() == "mine"
        screen.query_one("#path", SentenceInput).value = str(path.parent / "nowhere" / "a.csv")
        await pilot.press("enter")
        await eventually(pilot, lambda: "No such file or directory. Name another." in says(screen))
        screen.query_one("#path", SentenceInput).value = str(path)
        await pilot.press("enter", "enter")
        await eventually(pilot, lambda: left(pilot))
        assert path.read_text().startswith("step,epoch,train loss")


async def test_tensorboard_is_offered_where_its_extra_is_installed_else_how_to_get_it(
    home: Home, run: FakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting_run, "has_tensorboard", lambda: False)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        await open_train(pilot, runs=1)
        screen = await open_dialog(pilot)
        assert "pip install 'nlp-tui[tensorboard]'" in shown(pilot)
        await pilot.press("up")
        assert screen.query_one(OptionList).highlighted == 2, "it cannot be chosen"
        await pilot.press("escape")
        await eventually(pilot, lambda: left(pilot))
        monkeypatch.setattr(exporting_run, "has_tensorboard", lambda: True)
        written: list[tuple[str, Path]] = []

        def export(_run: object, format: str, path: Path, _replace: bool) -> str:
            written.append((format, path))
            return f"Written: {path}"

        monkeypatch.setattr(exporting_run, "export_run", export)
        await open_dialog(pilot)
        await pilot.press("up", "enter")
        await eventually(pilot, lambda: left(pilot))
        assert written == [("tensorboard", Path.cwd() / f"tensorboard-{run.directory.id}")]


async def test_a_run_without_curves_says_so(home: Home) -> None:
    FakeRun(home).start()
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        await open_train(pilot, runs=1)
        screen = await open_dialog(pilot)
        await pilot.press("enter")
        await eventually(pilot, lambda: "has no curves. Wait for its first numbers." in says(screen))
        assert not list(Path.cwd().iterdir())
