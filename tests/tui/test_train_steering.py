"""What a person does to a run in Train: stop, pause, go on, use, delete, copy; and what is said of it."""

from __future__ import annotations

import pytest
from textual.widgets import Input
from textual.widgets._toast import Toast

from core.eras.table import BY_ID
from core.jobs import TrainJob
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import (
    app_of,
    eventually,
    footer,
    monitor,
    open_train,
    shown,
    words,
)
from tui.app import NlpTui
from tui.screens import train
from tui.screens.era_card import EraCard
from tui.screens.help import sections
from tui.widgets.train.run_list import RunList
from tui.widgets.train.train_form import Choice


async def test_stop_pause_and_go_on_are_wishes_the_worker_reads(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.train(2)
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("p")
        assert run.directory.control().state == "paused"
        run.say("paused", step=80)
        await eventually(pilot, lambda: monitor(screen).status == "paused")
        assert "Go on" in footer(screen)
        await pilot.press("p")
        assert run.directory.control().state == "running"
        run.say("resumed", step=80)
        await eventually(pilot, lambda: monitor(screen).status == "running")
        await pilot.press("s")
        assert run.directory.control().state == "stopped"
        told = " ".join(notification.message for notification in pilot.app._notifications)
        assert "best model so far is kept" in told
        best = {"epoch": 2.0, "loss": 0.5, "accuracy": 0.737}
        run.say("checkpoint", step=80, path="00000080")
        run.say("stopped", step=85, artifact=None, has_model=True, best=best)
        run.live(False)
        await eventually(pilot, lambda: monitor(screen).status == "stopped")
        assert {"Use", "Resume", "Delete"} <= footer(screen)
        assert not {"Stop", "Pause"} & footer(screen)


async def test_a_stopped_run_is_resumed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    resumed: list[str] = []
    monkeypatch.setattr(train, "resume", lambda run: resumed.append(run.id))
    run = FakeRun(home, alive=False)
    run.start()
    run.train(2)
    run.say("stopped", step=80, artifact=None, has_model=True, best={})
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        await open_train(pilot, runs=1)
        await pilot.press("r")
        await eventually(pilot, lambda: resumed == ["000001"])


@pytest.mark.parametrize("checkpoints", [0, 1])
async def test_only_a_run_with_a_checkpoint_offers_to_go_on_from_it(home: Home, checkpoints: int) -> None:
    run = FakeRun(home)
    run.start()
    for _ in range(checkpoints):
        run.say("checkpoint", step=40, path="00000040")
    run.fail("It broke.", "Mend it.")
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await eventually(pilot, lambda: "It broke." in words(screen))
        assert ("r goes on from the last checkpoint" in words(screen)) == bool(checkpoints)
        assert ("r starts it again" in words(screen)) == (not checkpoints)
        assert {"Resume", "Restart"} & footer(screen) == ({"Resume"} if checkpoints else {"Restart"})


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_a_toast_covers_neither_a_result_nor_an_error(home: Home, size: tuple[int, int]) -> None:
    failed, finished = FakeRun(home, number=1), FakeRun(home, number=2)
    failed.start()
    failed.fail("It broke.", "Mend it.")
    finished.start()
    finished.train(9)
    finished.done()
    async with app_of(home).run_test(size=size, notifications=True) as pilot:
        screen = await open_train(pilot, runs=2)
        for key in ("home", "end"):
            await pilot.press(key)
            await eventually(pilot, lambda: bool(words(screen)))
            pilot.app.notify("A sentence that is long enough to take two lines of a toast.", timeout=60)
            await eventually(pilot, lambda: any(toast.region.area for toast in screen.query(Toast)))
            for toast in screen.query(Toast):
                for name in ("words", "status"):
                    assert not toast.region.overlaps(screen.query_one(f"#monitor-{name}").region)


async def test_f6_opens_the_card_of_the_forms_era(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        for era in ("elmo", "scratch"):
            screen.query_one("#kind", Choice).value = era
            await pilot.pause()
            await pilot.press("f6")
            await eventually(pilot, lambda: isinstance(pilot.app.screen, EraCard))
            assert " ".join(BY_ID[era].idea.split()[:4]) in shown(pilot)
            await pilot.press("escape")
            await eventually(pilot, lambda: pilot.app.screen is screen)


async def test_help_lists_each_key_once(home: Home) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        for focused in (None, screen.query_one(RunList), screen.query_one("#seed")):
            tables = [table for _, table in sections(pilot.app, screen, focused)]
            found = [key for table in tables for keys, _ in table for key in keys.split(", ")]
            assert len(found) == len(set(found))
            assert {"^s", "f1", "f6"} <= set(found)


async def test_u_uses_the_model_in_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    monkeypatch.setattr(NlpTui, "use_model", lambda _app, spec: used.append(spec))
    run = FakeRun(home)
    run.start()
    run.train(9)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("u")
        assert used == []
        run.done()
        await eventually(pilot, lambda: monitor(screen).status == "done")
        await pilot.press("u")
        assert used == ["run:000001"]


async def test_a_deleted_run_is_brought_back(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    run.done()
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("d")
        await eventually(pilot, lambda: not run.path.exists())
        await eventually(pilot, lambda: "No run yet" in shown(pilot))
        assert screen.query_one(RunList).rows == ()
        await pilot.press("z")
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == 1)
        assert run.path.exists()


async def test_y_copies_the_command_of_the_run_or_of_the_form(home: Home) -> None:
    FakeRun(home, TrainJob("scratch", labels=500)).start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("y")
        assert pilot.app.clipboard == "nlp-tui train --era scratch --labels 500"
        screen.query_one("#seed", Input).value = "1"
        screen.query_one("#kind").focus()
        await pilot.press("y")
        assert pilot.app.clipboard == "nlp-tui train --era scratch --labels 500 --seed 1"
        await pilot.click("#command")


async def test_letters_typed_into_the_form_do_nothing_to_the_run(home: Home) -> None:
    run = FakeRun(home)
    run.start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("n", "s", "x", "p", "d", "r")
        await pilot.pause()
        assert run.directory.control().state == "running"
        assert not (run.path / "control.json").exists()
        await pilot.press("escape")
        assert screen.focused is screen.query_one(RunList)
