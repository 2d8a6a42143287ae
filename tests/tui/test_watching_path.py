"""`nlp-tui watch PATH` as a screen: the runs of other programs under it, live."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.storage.paths import Home
from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import HOSTILE, eventually, shown
from tui.app import NlpTui
from tui.screens.train import TrainScreen
from tui.screens.watching_path import WatchingPath
from tui.widgets.train.run_list import RunList
from tui.widgets.train.run_overlay import RunOverlay


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs of another program, with the same curves."""
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "logs"
    for name, better in (("first", 0.0), ("second", 0.05)):
        (folder / name).mkdir(parents=True)
        rows = [
            {"step": step, "train_loss": 1.0 / (1 + step / 100) - better, "grad_norm": 0.5 + step / 4000}
            | ({"val_acc": 0.5 + step / 4000 + better} if step % 100 == 0 else {})
            for step in range(0, 1001, 10)
        ]
        (folder / name / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def app_of(path: Path) -> NlpTui:
    return NlpTui(FakeEngine(), Home.locate(), FakeCatalog(), watched=path)


async def opened(pilot: Pilot[None]) -> RunOverlay:
    await eventually(pilot, lambda: isinstance(pilot.app.screen, WatchingPath))
    overlay = pilot.app.screen.query_one(RunOverlay)
    await eventually(pilot, lambda: bool(overlay.chart.curves))
    return overlay


async def test_runs_are_listed_drawn_and_followed(logs: Path) -> None:
    async with app_of(logs).run_test(size=(120, 36)) as pilot:
        overlay = await opened(pilot)
        assert overlay.chart.title == "validation accuracy"
        assert [len(points) for points in overlay.chart.curves.values()] == [11]
        await pilot.press("space", "down")
        await eventually(pilot, lambda: len(overlay.chart.curves) == 2)
        assert "over steps" in shown(pilot)
        assert overlay.draw(60, 12).plain.split("\n")[-1].startswith("step ")
        await pilot.press("right", "l")
        await eventually(pilot, lambda: overlay.chart.title == "train loss" and overlay.chart.log)
        with (logs / "second" / "metrics.jsonl").open("a") as file:
            file.write('{"step": 1010, "train_loss": 0.01}\nbroken\n')
        await eventually(pilot, lambda: "1 unread" in shown(pilot))
        assert overlay.chart.curves["0"][-1] == (1010.0, 0.01)
        await pilot.press("escape")
        await eventually(pilot, lambda: not isinstance(pilot.app.screen, WatchingPath))


async def test_hostile_names_are_shown_and_do_nothing(logs: Path) -> None:
    (logs / "third").mkdir()
    (logs / "third" / "[b] \x1b[31m.jsonl").write_text(json.dumps({"step": 1, HOSTILE: 1.0}) + "\n")
    async with app_of(logs / "third").run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await eventually(pilot, lambda: "[b] " in shown(pilot) and "[CLS] [/b]" in shown(pilot))
        assert not [c for c in shown(pilot) if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e")]


async def test_what_holds_no_run_is_said(logs: Path) -> None:
    (logs / "empty").mkdir()
    async with app_of(logs / "empty").run_test(size=(120, 36)) as pilot:
        await eventually(pilot, lambda: "holds no run that is understood" in " ".join(shown(pilot).split()))


async def test_a_run_of_ours_opens_in_train(logs: Path) -> None:
    for number in (1, 2):
        FakeRun(Home.locate(), number=number).start()
    app = NlpTui(
        FakeEngine(), Home.locate(), FakeCatalog(), watched=FakeRun(Home.locate(), number=3, alive=False).directory
    )
    async with app.run_test(size=(120, 36)) as pilot:
        await eventually(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
        await eventually(pilot, lambda: pilot.app.screen.query_one(RunList).selected == "000003")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_two_runs_of_another_program(snap_compare: Callable[..., bool], logs: Path, size: tuple[int, int]) -> None:
    async def mark(pilot: Pilot[None]) -> None:
        overlay = await opened(pilot)
        await pilot.press("space", "down")
        await eventually(pilot, lambda: len(overlay.chart.curves) == 2)
        await pilot.pause(0.2)

    assert snap_compare(app_of(Path("logs")), terminal_size=size, run_before=mark)
