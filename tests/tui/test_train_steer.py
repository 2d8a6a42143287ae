"""Steer, over Train: what is typed there is wanted of the run, and starts others like it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from core.jobs import Job, TrainJob
from core.runs import Change, RunDirectory, create_run
from core.runs.pins import write_pins
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import HOSTILE, app_of, eventually, footer, open_train, shown, words
from tui.screens import steering_run
from tui.screens.steering_run import DEEDS, FIELDS, SteeringRun
from tui.screens.train import TrainScreen
from tui.widgets.shared.sentence_input import SentenceInput


async def open_steer(pilot: Pilot[None], runs: int = 1) -> SteeringRun:
    await open_train(pilot, runs=runs)
    await pilot.press("g")
    await eventually(pilot, lambda: isinstance(pilot.app.screen, SteeringRun))
    screen = pilot.app.screen
    assert isinstance(screen, SteeringRun)
    return screen


async def do(pilot: Pilot[None], screen: SteeringRun, deed: str, **typed: str) -> None:
    for name, value in typed.items():
        screen.query_one(f"#steer-{name}", SentenceInput).value = value
    screen.query_one(OptionList).highlighted = [each.name for each in DEEDS].index(deed)
    await pilot.press("enter")


def says(screen: SteeringRun) -> str:
    return str(screen.query_one("#steer-says", Static).render())


@pytest.fixture
def fake(home: Home) -> FakeRun:
    run = FakeRun(home)
    run.fine_tune(2)
    return run


async def test_a_rate_and_what_is_frozen_are_wanted_at_once(home: Home, fake: FakeRun) -> None:
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_steer(pilot)
        await do(pilot, screen, "change", rate="fast")
        await eventually(pilot, lambda: "The rate: 'fast' is not a number. As in 0.0005" in says(screen))
        await do(pilot, screen, "change", rate="x0.5", frozen="C, W_e")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
        assert fake.directory.control().changes == (Change(1, factor=0.5, freeze=("C", "W_e, W_h")),)
        assert "Change 1" in shown(pilot)


async def test_what_is_frozen_stands_there_and_is_freed_by_taking_it_away(home: Home, fake: FakeRun) -> None:
    fake.say("steered", step=60, number=1, wish=1, learning_rate=0.0005, frozen=["C", "W_e, W_h"])
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        train = await open_train(pilot, runs=1)
        assert "From step 60: rate 0.0005, C frozen, W_e, W_h frozen" in words(train)
        screen = await open_steer(pilot)
        assert "From step 60: rate 0.0005, C frozen, W_e, W_h frozen" in shown(pilot)
        assert screen.query_one("#steer-frozen", SentenceInput).value == "C, W_e, W_h"
        await do(pilot, screen, "change", frozen="W_h")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
        (change,) = fake.directory.control().changes
        assert change.unfreeze == ("C",)


async def test_finish_now_is_wanted_and_a_dead_process_is_said(home: Home, fake: FakeRun) -> None:
    fake.live(False)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_steer(pilot)
        assert "Its process is not there" in shown(pilot)
        await do(pilot, screen, "finish")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
        assert fake.directory.control().changes == (Change(1, finish=True),)


async def test_a_run_that_is_done_can_be_branched_and_repeated_only(home: Home, fake: FakeRun) -> None:
    fake.done()
    fake.live(False)
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await open_steer(pilot)
        assert "It is done: it can be branched" in shown(pilot)
        deeds = screen.query_one(OptionList)
        for key, chosen in (("", "branch"), ("down", "best"), ("down", "again"), ("down", "branch"), ("up", "again")):
            await pilot.press(*filter(None, [key]))
            assert deeds.highlighted is not None
            assert deeds.get_option_at_index(deeds.highlighted).id == chosen, "what is over is told nothing"
            await eventually(pilot, lambda: isinstance(screen.focused, SentenceInput))  # its first field


async def test_only_the_fields_of_what_is_chosen_are_shown(home: Home, fake: FakeRun) -> None:
    fake.say("steered", step=60, number=1, wish=1, learning_rate=0.0005, frozen=[])
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_steer(pilot)
        for deed in DEEDS:
            await eventually(pilot, lambda: shown_fields(screen) == deed.fields)  # noqa: B023 - awaited here
            if deed.fields:
                assert screen.focused is screen.query_one(f"#steer-{deed.fields[0]}")
            if "rate" in deed.fields:
                assert "0.0005, as now" in shown(pilot)
            await pilot.press("down")
        await eventually(pilot, lambda: shown_fields(screen) == DEEDS[0].fields)
        assert "Rate" not in says(screen)


def shown_fields(screen: SteeringRun) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if screen.query_one(f"#steer-row-{name}").display)


async def test_again_waits_for_the_run_that_is_at_work(
    home: Home, fake: FakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[Job, str]] = []

    write_pins(fake.path, ["so good"])

    def start(job: Job, home: Home, after: str, pins: Sequence[str]) -> RunDirectory:
        started.append((job, after))
        assert list(pins) == ["so good"], "the same sentences are watched"
        return create_run(job, home, after)

    monkeypatch.setattr(steering_run, "start_run", start)
    async with app_of(home).run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_steer(pilot)
        await do(pilot, screen, "branch")
        await eventually(pilot, lambda: "has no checkpoint to begin from" in says(screen))
        await do(pilot, screen, "again", waits="perhaps")
        await eventually(pilot, lambda: "yes or no" in says(screen))
        await do(pilot, screen, "again", waits="yes", seed="4")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
        assert started == [(TrainJob("scratch", labels=500, seed=4), fake.directory.id)]
        await pilot.press("g")


async def test_a_run_that_waits_is_listed_so(home: Home, fake: FakeRun) -> None:
    other = create_run(TrainJob("scratch", seed=1), home, fake.directory.id)
    queued: dict[str, Any] = {"v": 1, "seq": 1, "t": 1e9, "kind": "queued", "after": fake.directory.id}
    other.events_path.write_text(json.dumps(queued) + "\n")
    other.register_worker()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        await open_train(pilot, runs=2)
        assert "◷ queued" in shown(pilot)
        assert f"waits for run {fake.directory.id}" in shown(pilot)
        assert f"↑ {fake.directory.id}" in shown(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_nothing_from_outside_is_markup_and_all_of_it_is_seen(home: Home, size: tuple[int, int]) -> None:
    run = FakeRun(home, title=HOSTILE)
    run.start(groups=[{"name": HOSTILE, "factor": 1.0, "joins": 0}])
    run.train(1)
    run.say("steered", step=20, number=1, wish=1, learning_rate=0.1, frozen=[HOSTILE], reason=HOSTILE)
    async with app_of(home).run_test(size=size) as pilot:
        screen = await open_steer(pilot)
        assert "[CLS] [/b]" in shown(pilot)
        assert "Again" in shown(pilot)
        assert screen.query_one("#steer-says").region.bottom <= size[1]
        await pilot.press("escape")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, TrainScreen))
        train = pilot.app.screen
        assert isinstance(train, TrainScreen)
        assert "Steer" in footer(train)
        await pilot.press("n")
        assert "Steer" not in footer(train)
