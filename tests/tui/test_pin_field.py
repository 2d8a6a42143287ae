"""The form's line for sentences that a new run answers while it learns."""

from __future__ import annotations

import shlex

import pytest
from textual import events
from textual.pilot import Pilot

from core.cli import arguments
from core.jobs import Job, TrainJob
from core.runs import RunDirectory
from core.runs.pins import MOST, read_pins, write_pins
from core.storage.paths import Home
from tests.tui.fake_run import FakeRun
from tests.tui.train_app import HOSTILE, app_of, eventually, open_train, shown
from tui.screens import train
from tui.screens.train import TrainScreen
from tui.widgets.train.pin_field import PinField, PinInput, add_pins
from tui.widgets.train.run_list import RunList
from tui.widgets.train.train_form import Choice, TrainForm

READ = "The plot is thin."


def form(screen: TrainScreen) -> TrainForm:
    return screen.query_one(TrainForm)


def field(screen: TrainScreen) -> PinField:
    return screen.query_one(PinField)


async def open_form(pilot: Pilot[None], runs: int = 0) -> TrainScreen:
    screen = await open_train(pilot, runs=runs)
    await pilot.press("n")
    screen.query_one(PinInput).focus()
    await pilot.pause()
    return screen


async def test_enter_adds_a_sentence_and_backspace_takes_the_last_back(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(job: Job, home: Home) -> RunDirectory:
        return FakeRun(home, job).directory

    monkeypatch.setattr(train, "start_run", start)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_form(pilot)
        await pilot.press(*"so bad", "enter", *"so good", "enter")
        assert field(screen).pins == ("so bad", "so good")
        assert "● so bad" in shown(pilot)
        await pilot.press("backspace", "backspace", "backspace", "backspace", "backspace", *"fine", "enter")
        assert field(screen).pins == ("so bad", "so fine")
        assert form(screen).command == "nlp-tui train --era scratch --labels 500 --pin 'so bad' --pin 'so fine'"
        await pilot.press("enter")
        assert not screen.query_one(RunList).rows, "Enter in this line starts nothing"
        await pilot.press("ctrl+s")
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == 1)
        assert read_pins(screen.query_one(RunList).rows[0].run.path) == ("so bad", "so fine")


async def test_what_read_shows_and_what_the_run_shown_has_are_where_it_begins(home: Home) -> None:
    app = app_of(home)
    app.sentence = READ
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=0)
        await eventually(pilot, lambda: field(screen).pins == (READ,))
        run = FakeRun(home, TrainJob("scratch"))
        write_pins(run.path, ["another"])
        run.start()
        await eventually(pilot, lambda: field(screen).pins == ("another",))
        assert f"Enter adds: {READ}" in shown(pilot), "and what Read shows is offered"
        screen.query_one(PinInput).focus()
        await pilot.press("enter")
        assert field(screen).pins == ("another", READ)
        write_pins(run.path, ["yet another"])
        screen.suggest_pins()
        await eventually(pilot, lambda: field(screen).suggested == ("yet another",))
        assert field(screen).pins == ("another", READ), "the person's choice stays"


async def test_lines_that_are_pasted_are_sentences_of_their_own_and_eight_at_most(home: Home) -> None:
    async with app_of(home).run_test(size=(80, 24), notifications=True) as pilot:
        screen = await open_form(pilot)
        screen.query_one(PinInput).post_message(events.Paste("\n".join([HOSTILE, "", *map(str, range(MOST))])))
        await eventually(pilot, lambda: len(field(screen).pins) == MOST)
        assert "A run takes 8 sentences at most." in " ".join(told.message for told in pilot.app._notifications)
        assert "\x1b" not in shown(pilot)
        assert screen.query_one("#begin").region.bottom <= 24, "there is always a way to start"


async def test_only_a_classifier_answers_sentences(home: Home) -> None:
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        screen = await open_form(pilot)
        await pilot.press(*"so bad", "enter")
        screen.query_one("#kind", Choice).value = "pretrain word2vec"
        await pilot.pause()
        assert not field(screen).display
        assert "--pin" not in (form(screen).command or "")


@pytest.mark.parametrize("pin", ["it's", "--seed 3", "-", 'a "b" $HOME', HOSTILE.replace("\x00", "")])
def test_the_command_pins_the_very_sentence(pin: str) -> None:
    _, *typed = shlex.split(add_pins("nlp-tui train --era scratch", [pin]))
    assert arguments.parse(typed).pin == [pin]
