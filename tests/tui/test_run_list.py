"""The list of runs as a person uses it: sorted, filtered, marked, compared, named."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from core.drawing.looks import MARKS
from core.jobs import TrainJob
from core.runs.summaries import RunSummary
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import HOSTILE, app_of, eventually, open_train, shown
from tui.screens.comparing_runs import ComparingRuns
from tui.screens.naming_run import NamingRun
from tui.widgets.shared.looks import looks
from tui.widgets.train.run_list import MARKED, RunList
from tui.widgets.train.run_overlay import RunOverlay


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    return Home.locate()


def three(home: Home) -> list[FakeRun]:
    """Two that are done, and one that was left after its third epoch."""
    found = []
    jobs = (TrainJob("scratch", labels=500), TrainJob("word2vec", labels=500), TrainJob("scratch", seed=7, cell="gru"))
    for number, job in enumerate(jobs, 1):
        run = FakeRun(home, job, number=number, alive=False)
        run.start()
        run.train(6 if number < 3 else 3, best_at=2 + number)
        if number < 3:
            run.done(2 + number)
        found.append(run)
    return found


def ids(pilot: Pilot[None]) -> list[str]:
    return [row.id for row in pilot.app.screen.query_one(RunList).listed]


async def test_folders_that_cannot_be_read_are_said(home: Home) -> None:
    three(home)
    (home.runs / "abc123").mkdir()
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_train(pilot, runs=3)
        await eventually(pilot, lambda: "1 unreadable" in str(screen.query_one(RunList).border_subtitle))


async def test_a_list_that_takes_long_to_read_is_read_by_one_look_at_a_time(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    three(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=3)
        assert screen._summaries is not None
        read, may_end = screen._summaries.read, threading.Event()
        begun: list[int] = []

        def read_slowly() -> tuple[RunSummary, ...]:
            begun.append(len(begun))
            assert may_end.wait(60)
            return read()

        monkeypatch.setattr(screen._summaries, "read", read_slowly)
        FakeRun(home, number=4, alive=False)
        screen.poll()
        await eventually(pilot, lambda: begun == [0])
        for _ in range(3):
            screen._poll_if_seen()
            screen.poll()
            await pilot.pause()
        assert begun == [0], "a look that goes on is not begun anew"
        may_end.set()
        await eventually(pilot, lambda: len(ids(pilot)) == 4)
        await eventually(pilot, lambda: len(begun) >= 2)


async def test_o_sorts_and_slash_filters(home: Home) -> None:
    runs = three(home)
    (runs[0].path / "notes.json").write_text(json.dumps({"v": 1, "name": "Alpha", "tags": ["paper"]}))
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        await open_train(pilot, runs=3)
        assert ids(pilot) == ["000003", "000002", "000001"]
        await pilot.press("o", "o")
        assert ids(pilot) == ["000003", "000001", "000002"], "by era, as the table has them"
        await pilot.press("o")
        assert ids(pilot)[0] == "000001", "by name"
        assert "by name" in shown(pilot)
        await pilot.press("o", "slash", *"#paper")
        await eventually(pilot, lambda: ids(pilot) == ["000001"])
        assert "1 of 3" in shown(pilot)
        assert "Alpha #paper" in shown(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen.focused, RunList)
        await pilot.press("slash", "escape")
        await eventually(pilot, lambda: len(ids(pilot)) == 3)
        assert not pilot.app.screen.query_one("#run-filter").display


async def test_a_score_says_which_split_it_is_of(home: Home) -> None:
    three(home)
    async with app_of(home).run_test(size=(200, 60)) as pilot:
        await open_train(pilot, runs=3)
        await eventually(pilot, lambda: "78.3 % test" in shown(pilot))
        assert "% val." in shown(pilot)


async def test_a_name_and_tags_are_typed_and_kept(home: Home) -> None:
    runs = three(home)
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        await open_train(pilot, runs=3)
        await pilot.press("e")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, NamingRun))
        pilot.app.screen.query_one("#naming-name", Input).value = "the [/b] one"
        await pilot.press("tab", *"#x y", "enter")
        await eventually(pilot, lambda: "the [/b] one #x #y" in shown(pilot))
        assert json.loads((runs[2].path / "notes.json").read_text())["tags"] == ["x", "y"]
        assert str(pilot.app.screen.query_one("#monitor-title", Static).content) == "the [/b] one"
        await pilot.press("e")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, NamingRun))
        pilot.app.screen.query_one("#naming-tags", Input).value = "[/b]"
        await pilot.press("enter")
        await eventually(pilot, lambda: "cannot be a tag" in " ".join(shown(pilot).split()))


async def test_marked_runs_are_compared(home: Home) -> None:
    three(home)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=3)
        await pilot.press("space", "m")
        assert pilot.app.screen is screen, "one run is not compared"
        await pilot.press("space", "space")
        assert shown(pilot).count(MARKED) == 3
        await pilot.press("m")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, ComparingRuns))
        await eventually(pilot, lambda: "cannot be told apart" in shown(pilot))
        told = " ".join(shown(pilot).split())
        assert "With 850 test texts ▲ word2vec 000002 and ■ scratch 000001 cannot be told apart." in told
        assert "left out: ● scratch 000003" in told
        overlay = pilot.app.screen.query_one(RunOverlay)
        assert overlay.chart.title == "validation accuracy"
        assert [len(points) for points in overlay.chart.curves.values()] == [3, 6, 6]
        assert all(look in shown(pilot) for look in "●▲■")
        differing = str(pilot.app.screen.query_one("#differences", Static).render())
        assert [line.split()[0] for line in differing.splitlines()] == ["differs", "era", "labels", "seed", "cell"]
        await pilot.press("right", "l")
        await pilot.pause()
        assert overlay.chart.title == "validation loss"
        assert overlay.chart.log
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_marked_runs_are_deleted_together_but_for_those_at_work(home: Home) -> None:
    runs = three(home)
    runs[1].live(True)
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_train(pilot, runs=3)
        await pilot.press("space", "space", "space", "d")
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == 1)
        assert runs[1].path.exists()
        assert "is at work" in " ".join(shown(pilot).split())


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_hostile_names_are_shown_and_do_nothing(home: Home, size: tuple[int, int]) -> None:
    for run in three(home)[:2]:
        notes = {"v": 1, "name": HOSTILE, "tags": [HOSTILE]}
        (run.path / "notes.json").write_text(json.dumps(notes))
    async with app_of(home).run_test(size=size) as pilot:
        await open_train(pilot, runs=3)
        await pilot.press("space", "space", "space", "m")
        await eventually(pilot, lambda: "cannot be told apart" in " ".join(shown(pilot).split()))
        assert "[CLS] [/b]" in shown(pilot)
        assert not [c for c in shown(pilot) if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e")]


@pytest.mark.parametrize(("dark", "ansi"), [(True, False), (False, False), (True, True), (False, True)])
def test_every_run_has_a_look_of_its_own(dark: bool, ansi: bool) -> None:
    found = looks(7 * 8, dark, ansi)
    assert len({(look.mark, look.colour) for look in found}) == len(found)
    assert len({look.mark for look in found[: len(MARKS)]}) == len(MARKS)
    assert len({look.colour for look in found[:8]}) == 8


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_three_runs_compared(snap_compare: Callable[..., bool], home: Home, size: tuple[int, int]) -> None:
    three(home)

    async def compare(pilot: Pilot[None]) -> None:
        await open_train(pilot, runs=3)
        await pilot.press("space", "space", "space", "m")
        await eventually(pilot, lambda: "cannot be told apart" in " ".join(shown(pilot).split()))
        await pilot.pause(0.3)

    assert snap_compare(app_of(home), terminal_size=size, run_before=compare)


async def test_help_and_quit_are_in_sight_at_80_columns(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(6)
    run.done()
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        await open_train(pilot, runs=1)
        await eventually(pilot, lambda: "Use" in shown(pilot).splitlines()[-1])
        foot = shown(pilot).splitlines()[-1]
        assert all(word in foot for word in ("New", "Use", "Mark", "Filter", "Quit", "Help")), foot
