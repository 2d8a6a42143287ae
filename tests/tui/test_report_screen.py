"""Report, the screen: empty, live, whole; its parts, its texts in Read, its file; the way to it from a first look."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from core.jobs import ReportJob
from core.runs import RunDirectory, RunError, start_run
from core.storage.paths import Home
from tests.core.test_cli_report import tickets
from tests.made_tickets import write_tickets
from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.fake_report import ADVICE, TEXTS, measured, report, write_report
from tests.tui.fake_run import FakeRun
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import settle
from tests.tui.train_app import TrainFirst, eventually, open_train
from tui.screens.read import ReadScreen
from tui.screens.report import NOTHING, ReportScreen
from tui.screens.run_reporting import INVITATION
from tui.screens.saving_report import SavingReport
from tui.screens.train import TrainScreen
from tui.widgets.report.era_table import draw_eras
from tui.widgets.shared.error_texts import ErrorTexts
from tui.widgets.train.first_look import FirstLook
from tui.widgets.train.run_list import RunList


def app_of(home: Home) -> TrainFirst:
    return TrainFirst(FakeEngine(), home, FakeCatalog())


@asynccontextmanager
async def opened(home: Home, size: tuple[int, int] = (120, 36)) -> AsyncIterator[tuple[ReportScreen, Pilot[None]]]:
    """The newest report of the home, as the palette opens it."""
    app = app_of(home)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        app.action_report()
        await settle(pilot)
        assert isinstance(app.screen, ReportScreen)
        yield app.screen, pilot


def told(screen: ReportScreen, name: str) -> str:
    return str(screen.query_one(f"#report-{name}", Static).render())


def footer(screen: ReportScreen) -> set[str]:
    found = screen.active_bindings.values()
    return {each.binding.description for each in found if each.enabled and each.node is screen and each.binding.show}


async def shown(pilot: Pilot[None]) -> None:
    """Like `settle`, while a dialog is waited for."""
    for _ in range(3):
        await pilot.pause()


async def test_without_a_report_it_says_what_to_press(home: Home) -> None:
    async with opened(home) as (screen, pilot):
        assert told(screen, "advice") == NOTHING
        assert footer(screen) == {"Back"}
        await pilot.press("right", "enter", "s", "r", "x", "o", "y")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, TrainScreen)


async def test_a_whole_report_says_which_era_and_why(home: Home) -> None:
    measured(home)
    async with opened(home) as (screen, pilot):
        await eventually(pilot, lambda: told(screen, "advice") == ADVICE)
        text = " ".join(screen_text(screen.app).split())
        for said in (
            "90.7 %",
            "87.2–93.8",
            "1.6 (noise)",
            "9.40 s",
            "0.76 s",
            "3.3 MB",
            "< 0.1 MB",
            "5-fold cross-validation, twice",
            "Always answering 'billing' is right in 25.0 %",
            "prompt is left out: The language model does not know",
            "from 120 to 240 labels",
            "✓ done",
        ):
            assert said in text
        assert {"Save", "Part", "Back"} == footer(screen)
        assert not screen.query_one("#report-progress").display


async def test_the_parts_turn_and_enter_opens_a_text_in_read(home: Home) -> None:
    measured(home)
    async with opened(home) as (screen, pilot):
        await eventually(pilot, lambda: told(screen, "advice") == ADVICE)
        await pilot.press("right")
        await settle(pilot)
        text = screen_text(screen.app)
        assert "more labels are likely to help" in text
        assert "75.2 % ± 1.0" in text
        await pilot.press("right")
        await settle(pilot)
        text = screen_text(screen.app)
        assert "precision" in text
        assert "word2vec has 28 of 300 wrong" in text
        assert "98 %  billing" in text
        assert f"billing: {TEXTS[0]}" in text
        await pilot.press("right")
        await settle(pilot)
        text = screen_text(screen.app)
        assert "2 of 300 labels may be wrong" in text
        assert "2 rows have a text that stands in the file more than once, with different labels" in text
        assert isinstance(screen.focused, ErrorTexts)
        await pilot.press("right")
        await settle(pilot)
        assert "302 read, 300 kept, 2 left out" in screen_text(screen.app)
        assert "4.3 % of a new text's tokens" in screen_text(screen.app)
        await pilot.press("left", "down")
        assert "Open in Read" in footer(screen)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ReadScreen)
        assert screen.app.sentence == TEXTS[1]
        assert screen.app.truth == "delivery"


async def test_it_fills_while_it_is_measured_and_s_stops_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(home, ReportJob("/data/tickets.csv", "message"), number=7)
    run.start(total=50)
    run.say("progress", phase="appraise", what="tfidf, fold 1 of 5 of repeat 1 of 2", step=0, total=50, eta=754.0)
    async with opened(home, (80, 24)) as (screen, pilot):
        await eventually(pilot, lambda: "12:34 left in all, a first guess" in told(screen, "progress"))
        assert "fills era by era" in told(screen, "advice")
        assert {"Stop", "Back"} == footer(screen)
        partly = report(table=report()["table"][2:], recommended="tfidf", waiting=["word2vec", "ulmfit"])
        write_report(run, partly)
        run.say("progress", phase="appraise", what="word2vec, fold 2 of 5", step=11, total=50, eta=90.0)
        await eventually(pilot, lambda: "So far: " in told(screen, "advice"))
        assert "word2vec, fold 2 of 5 · 11 of 50 trainings · 1:30 left in all" in told(screen, "progress")
        assert screen_text(screen.app).count("to come") == 2
        await pilot.press("s")
        assert run.directory.control().state == "stopped"
        run.say("stopped", step=11)
        run.live(False)
        await eventually(pilot, lambda: {"Resume"} == {"Stop", "Resume"} & footer(screen))
        resumed: list[str] = []
        monkeypatch.setattr("tui.screens.report.resume", lambda which: resumed.append(which.id))
        await pilot.press("r")
        await settle(pilot)
        assert resumed == ["000007"]

        def refuse(_run: object) -> None:
            raise RunError("it is [b]at work[/b]", "wait")

        monkeypatch.setattr("tui.screens.report.resume", refuse)
        await pilot.press("r")
        await settle(pilot)
        assert "It is [b]at work[/b]. Wait." in screen_text(screen.app)


async def test_stopped_before_the_first_era_it_says_how_to_go_on(home: Home) -> None:
    run = FakeRun(home, ReportJob("/data/tickets.csv", "message"))
    run.start(total=50)
    async with opened(home, (80, 24)) as (screen, pilot):
        await eventually(pilot, lambda: "fills era by era" in told(screen, "advice"))
        run.say("stopped", step=0)
        run.live(False)
        await eventually(pilot, lambda: "r goes on with it" in told(screen, "advice"))


async def test_what_went_wrong_is_said_with_what_to_do(home: Home) -> None:
    run = FakeRun(home, ReportJob("/data/gone.csv"))
    run.fail("There is no file /data/gone.csv.", "Put it back.")
    async with opened(home, (80, 24)) as (screen, pilot):
        await eventually(pilot, lambda: "✗ There is no file" in told(screen, "progress"))
        assert "Put it back." in told(screen, "progress")
        assert footer(screen) == {"Resume", "Back"}


async def test_o_goes_to_the_other_reports_and_y_copies_the_command(home: Home) -> None:
    measured(home, 1, advice="The older one.")
    measured(home, 2)
    async with opened(home) as (screen, pilot):
        await eventually(pilot, lambda: told(screen, "advice") == ADVICE)
        assert told(screen, "title").endswith(", 1 of 2")
        await pilot.press("o")
        await eventually(pilot, lambda: told(screen, "advice") == "The older one.")
        assert told(screen, "title").endswith(", 2 of 2")
        await pilot.press("y")
        assert pilot.app.clipboard == "nlp-tui report --data /data/tickets.csv --text message"
        await pilot.press("f6")
        await shown(pilot)
        assert "word2vec" in str(pilot.app.screen.query_one("#card").border_title)


@pytest.mark.parametrize(("ending", "begins"), [(".html", "<!doctype html>"), (".md", "# Which era"), (".json", "{")])
async def test_x_writes_it(home: Home, tmp_path: Path, ending: str, begins: str) -> None:
    measured(home)
    async with opened(home, (80, 24)) as (screen, pilot):
        await eventually(pilot, lambda: told(screen, "advice") == ADVICE)
        await pilot.press("x")
        await shown(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, SavingReport)
        await pilot.press(*["down"] * [".html", ".md", ".json"].index(ending))
        assert dialog.query_one("#path", Input).value.endswith(f"report{ending}")
        target = tmp_path / f"written{ending}"
        dialog.query_one("#path", Input).value = str(target)
        await pilot.press("enter")
        await eventually(pilot, lambda: pilot.app.screen is screen)
        assert target.read_text("utf-8").startswith(begins)
        await pilot.press("x")
        await shown(pilot)
        pilot.app.screen.query_one("#path", Input).value = str(tmp_path / "nowhere" / "report.html")
        await pilot.press("enter")
        await eventually(pilot, lambda: "cannot be written" in screen_text(pilot.app))


async def test_hostile_texts_and_labels_are_text(home: Home) -> None:
    for number, hostile in enumerate(SOME.values(), start=1):
        write_report(measured(home, number), _harmed(hostile))
    async with opened(home, (80, 24)) as (screen, pilot):
        for number in range(len(SOME), 0, -1):
            await eventually(
                pilot,
                lambda: told(screen, "title").endswith(f", {len(SOME) + 1 - number} of {len(SOME)}"),  # noqa: B023 - awaited here
            )
            for _ in range(5):
                await pilot.press("right")
                await pilot.pause()
                assert raw_characters(pilot.app) == set()
            await pilot.press("o")
        await pilot.press("right", "right", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ReadScreen)
        assert raw_characters(pilot.app) == set()


def _harmed(hostile: str) -> dict[str, Any]:
    """A report that has the text wherever a file can say something."""
    made = json.loads(json.dumps(report()).replace("billing", "HARM").replace("tickets.csv", "HARM"))
    made["errors"]["surest"][0]["text"] = made["suspects"]["listed"][0]["text"] = "HARM"
    made["data"]["notes"] = made["commands"] = ["HARM"]
    made["advice"] = made["left_out"]["prompt"] = "HARM"
    found = json.loads(json.dumps(made), object_pairs_hook=lambda pairs: dict(_harm(pairs, hostile)))
    assert isinstance(found, dict)
    return found


def _harm(pairs: list[tuple[str, Any]], hostile: str) -> list[tuple[str, Any]]:
    def turn(value: Any) -> Any:
        if isinstance(value, list):
            return [turn(each) for each in value]
        return value.replace("HARM", hostile) if isinstance(value, str) else value

    return [(turn(key), turn(value)) for key, value in pairs]


@pytest.mark.parametrize("width", [20, 46, 76, 116, 196])
def test_the_table_is_never_wider_than_its_room(width: int) -> None:
    lines = list(draw_eras(report(waiting=["elmo"]), width))
    assert len(lines) == 5
    assert all(line.cell_length <= max(width, 22) for line in lines)
    assert ("●" in lines[1].plain) == (width > 100)


# ------------------------------------------------------------ the way to it


async def test_from_a_first_look_to_the_report_with_one_key(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[ReportJob] = []

    def start(job: ReportJob, home: Home) -> RunDirectory:
        started.append(job)
        return FakeRun(home, job, number=9).directory

    monkeypatch.setattr("tui.screens.run_reporting.start_run", start)
    path = tickets(tmp_path / "tickets.csv", 300)
    os.utime(path, (1, 1))  # older than what the fake clock says of the run
    app = TrainFirst(FakeEngine(), home, FakeCatalog(), data=str(path))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_train(pilot, runs=0)
        await pilot.press("ctrl+r")
        assert pilot.app.screen is screen, "nobody has looked at the file yet"
        look = screen.query_one(FirstLook)
        await eventually(pilot, lambda: look.border_subtitle == INVITATION)
        await pilot.press("ctrl+r")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        assert started == [ReportJob(str(path))]
        await pilot.press("escape")
        await eventually(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("ctrl+r")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        assert len(started) == 1, "it is at work already"
        await pilot.press("escape")
        await eventually(pilot, lambda: len(screen.query_one(RunList).rows) == 1)
        await pilot.press("escape")
        await settle(pilot)
        assert screen.query_one(RunList).has_focus
        assert "Enter opens" in screen_text(pilot.app)
        await pilot.press("ctrl+r")
        assert pilot.app.screen is screen, "the form is not about it now"
        await pilot.press("enter")
        await eventually(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        assert "tickets.csv" in told(pilot.app.screen, "title")  # type: ignore[arg-type]


@pytest.mark.slow
async def test_a_real_run_from_the_first_look_to_the_written_page(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(job: ReportJob, home: Home) -> RunDirectory:
        return start_run(replace(job, eras="average", repeats=1, fewer=False), home)

    monkeypatch.setattr("tui.screens.run_reporting.start_run", start)
    app = TrainFirst(FakeEngine(), home, FakeCatalog(), data=str(write_tickets(tmp_path / "tickets.csv")))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        look = (await open_train(pilot, runs=0)).query_one(FirstLook)
        await eventually(pilot, lambda: look.border_subtitle == INVITATION)
        await pilot.press("ctrl+r")
        await eventually(pilot, lambda: isinstance(app.screen, ReportScreen))
        screen = app.screen
        assert isinstance(screen, ReportScreen)
        await eventually(pilot, lambda: told(screen, "status") == "✓ done", 300)
        assert told(screen, "advice").startswith(("Use average", "None is shown"))
        assert "300 texts are few for a test split" in told(screen, "measured")
        await pilot.press("x")
        await shown(pilot)
        app.screen.query_one("#path", Input).value = str(tmp_path / "report.html")
        await pilot.press("enter")
        await eventually(pilot, (tmp_path / "report.html").exists)
        assert "Which era for tickets.csv" in (tmp_path / "report.html").read_text("utf-8")


async def test_enter_on_another_run_does_nothing(home: Home) -> None:
    FakeRun(home)
    app = app_of(home)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_train(pilot, runs=1)
        await pilot.press("enter", "ctrl+r")
        await settle(pilot)
        assert pilot.app.screen is screen


async def test_without_fewer_labels_it_says_why_there_is_no_curve(home: Home) -> None:
    measured(home, ladder=None, more_labels=None)
    async with opened(home, (80, 24)) as (screen, pilot):
        await eventually(pilot, lambda: told(screen, "advice") == ADVICE)
        await pilot.press("right")
        assert "Nothing was measured with fewer labels" in screen_text(screen.app)
