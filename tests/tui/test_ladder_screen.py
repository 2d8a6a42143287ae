"""Ladder: full at first sight, each point read in words, every ladder of this home a key away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from core.catalog.ladder import MeasuredLadder
from core.jobs import LadderJob
from core.runs import RunDirectory, RunError
from core.storage.paths import Home
from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.fake_run import FakeRun
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import settle
from tests.tui.train_app import eventually
from tui import themes
from tui.app import NlpTui
from tui.screens.ladder import NOTHING, LadderScreen
from tui.screens.new_ladder import NewLadder
from tui.widgets.ladder.ladder_fields import FIELDS, USUAL, read_job, type_job
from tui.widgets.ladder.ladder_legend import LadderLegend
from tui.widgets.ladder.ladder_plot import BANDS, LadderPlot, Point

SHIPPED = MeasuredLadder.load()


class LadderFirst(NlpTui):
    """The app, opened on the screen these tests are about."""

    DEFAULT_MODE = "ladder"


def app_of(home: Home, ladder: MeasuredLadder = SHIPPED, theme: str = themes.DARK) -> NlpTui:
    catalog = FakeCatalog()
    catalog.measured = ladder
    app = LadderFirst(FakeEngine(), home, catalog)
    app.theme = theme
    return app


@asynccontextmanager
async def opened(
    home: Home, ladder: MeasuredLadder = SHIPPED, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[LadderScreen, Pilot[None]]]:
    app = app_of(home, ladder)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LadderScreen)
        yield screen, pilot


def read(screen: LadderScreen, name: str = "point") -> str:
    return str(screen.query_one(f"#ladder-{name}", Static).render())


def point(screen: LadderScreen) -> Point | None:
    return screen.query_one(LadderPlot).point


async def shown(pilot: Pilot[None]) -> None:
    """Like `settle`, while a dialog is waited for."""
    for _ in range(3):
        await pilot.pause()


def legend(screen: LadderScreen) -> list[str]:
    return str(screen.query_one(LadderLegend).render()).splitlines()


def measure(home: Home, document: dict[str, Any], number: int = 1) -> FakeRun:
    """A ladder that was measured in this home."""
    run = FakeRun(home, LadderJob(), number=number, alive=False)
    (run.path / "ladder.json").write_text(json.dumps(document), "utf-8")
    return run


def document(**changes: Any) -> dict[str, Any]:
    assert SHIPPED.document is not None
    return {**SHIPPED.document, **changes}


async def test_it_opens_full_on_the_largest_step_that_is_no_noise(home: Home) -> None:
    async with opened(home) as (screen, _):
        shown = screen_text(screen.app)
        assert "rotten_tomatoes  imdb" in read(screen, "head")
        assert "came with nlp-tui" in read(screen, "head")
        assert read(screen).splitlines()[1].startswith("Gain on bert: +10.6 points [+6.6, +14.8], more than the noise")
        assert "Labels saved: about 160. bert needs about 180 labels" in read(screen)
        assert all(name in shown for name in ("scratch", "ulmfit", "prompt", "controls", "tfidf", "majority class"))
        assert "all 7,667" in shown
        assert any("prompt" in line and "+10.6" in line for line in legend(screen))


async def test_arrows_read_every_point(home: Home) -> None:
    async with opened(home) as (screen, pilot):
        await pilot.press(*["up"] * 20, *["left"] * 10)
        assert point(screen) == ("scratch", 0)
        assert "scratch, no label: not measured." in read(screen)
        await pilot.press("right", "right")
        assert point(screen) == ("scratch", 100)
        assert "There is no row before it" in read(screen)
        await pilot.press("down", "down", "down")
        assert "Gain on word2vec: +3.5 points" in read(screen)
        assert any(line.split()[1] == "elmo" and "65.9 ± 2.7" in line and "+3.5" in line for line in legend(screen))
        await pilot.press(*["down"] * 20, *["right"] * 10)
        assert point(screen) == ("scratch-matched", None)
        assert "A control" in read(screen)


async def test_a_click_goes_to_the_nearest_point(home: Home) -> None:
    async with opened(home) as (screen, pilot):
        plot = screen.query_one(LadderPlot)
        await pilot.click(LadderPlot, offset=(plot.size.width - 2, 1))
        assert point(screen) == ("bert", None)


async def test_space_goes_to_the_other_data_set_and_b_to_other_bands(home: Home) -> None:
    async with opened(home) as (screen, pilot):
        await pilot.press("space")
        assert "imdb" in screen.query_one(LadderPlot).grid.data
        assert "2,542 test texts" in read(screen)
        assert "glove" not in "\n".join(legend(screen)), "it was not measured there"
        grounds = []
        for _ in BANDS:
            grounds.append(sum("on #" in str(span.style) for span in screen.query_one(LadderPlot).render().spans))
            await pilot.press("b")
        assert grounds[0] > grounds[1] > grounds[2] == 0
        await pilot.press("space")
        assert screen.query_one(LadderPlot).grid.data == "rotten_tomatoes"


async def test_what_is_not_measured_is_said_with_the_command_that_measures_it(home: Home) -> None:
    async with opened(home) as (screen, pilot):
        await pilot.press("space", *["right"] * 10)
        assert "prompt, all labels: not measured." in read(screen)
        assert "nlp-tui ladder --data imdb --eras prompt --labels all --split test" in read(screen)
        assert "– not measured" in legend(screen)


async def test_a_ladder_that_was_measured_here_is_a_key_away(home: Home) -> None:
    table = [{**row, "mean": 0.5} for row in document()["table"] if row["data"] == "imdb"]
    measure(home, document(table=table, differences=[], split="validation"))
    async with opened(home) as (screen, pilot):
        await eventually(pilot, lambda: "1 of 2" in read(screen, "head"))
        await pilot.press("o")
        head = read(screen, "head")
        assert "validation accuracy" in head
        assert "run 000001, 2 of 2" in head
        assert "rotten_tomatoes" not in head
        assert "50.0 %" in read(screen)
        await pilot.press("o")
        assert "came with nlp-tui, 1 of 2" in read(screen, "head")


async def test_without_any_ladder_it_says_so_and_shows_the_first_that_is_measured(home: Home) -> None:
    async with opened(home, MeasuredLadder()) as (screen, pilot):
        assert NOTHING in read(screen, "head")
        await pilot.press("left", "up", "space", "b", "o", "y", "f6")
        assert screen.is_current
        measure(home, document())
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f5")
        await eventually(pilot, lambda: "run 000001" in read(screen, "head"))


async def test_f5_leads_here_from_everywhere_and_f6_to_the_card_of_the_row(home: Home) -> None:
    async with opened(home) as (screen, pilot):
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press(*"dull", "f1")
        await settle(pilot)
        await pilot.press("f5")
        await settle(pilot)
        assert pilot.app.screen is screen
        await pilot.press("f6")
        await settle(pilot)
        assert "prompt" in str(pilot.app.screen.query_one("#card").border_title)


async def test_y_copies_the_command_that_measures_it(home: Home) -> None:
    async with opened(home) as (screen, pilot):
        await pilot.press("y")
        assert pilot.app.clipboard == document()["command"]
        assert screen.is_current


@pytest.mark.parametrize("hostile", SOME.values(), ids=SOME)
async def test_hostile_names_are_text(home: Home, hostile: str) -> None:
    table = [{**row, "data": hostile, "era": hostile if row["era"] == "elmo" else row["era"]} for row in
             document()["table"] if row["data"] == "imdb"]  # fmt: skip
    ladder = MeasuredLadder.from_document(document(table=table, differences=[]))
    async with opened(home, ladder, (80, 24)) as (screen, pilot):
        for _ in range(12):
            await pilot.press("down")
            assert raw_characters(screen.app) == set()


@pytest.mark.parametrize("size", [(30, 10), (60, 20), (300, 90)], ids=["tiny", "small", "huge"])
async def test_it_fits_any_size(home: Home, size: tuple[int, int]) -> None:
    async with opened(home, size=size) as (screen, pilot):
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert "scratch" in screen_text(screen.app)


def footer(screen: LadderScreen) -> set[str]:
    found = screen.active_bindings.values()
    return {active.binding.description for active in found if active.enabled and active.node is screen}


async def test_it_fills_while_it_is_measured_and_is_stopped_with_s(home: Home) -> None:
    run = FakeRun(home, LadderJob(), number=7)
    run.start()
    async with opened(home) as (screen, pilot):
        await eventually(pilot, lambda: "1 of 2" in read(screen, "head"))
        await pilot.press("o")
        assert "running · no cell measured yet" in read(screen, "progress")
        assert read(screen, "head") == f"{LadderJob().title}, 2 of 2"
        table = [row for row in document()["table"] if row["labels"] == 20]
        (run.path / "ladder.json").write_text(json.dumps(document(table=table, differences=[], missing=115)), "utf-8")
        run.say("progress", phase="ladder", step=81, total=200, eta=3600.0)
        await eventually(pilot, lambda: "about 1:00:00 left" in read(screen, "progress"))
        assert "285 of 400 cells measured" in read(screen, "progress")
        assert point(screen) == ("scratch", 20)
        await pilot.press("down", "right")
        before = point(screen)
        assert before == ("word2vec", 20)
        (run.path / "ladder.json").write_text(json.dumps(document(missing=0)), "utf-8")
        await eventually(pilot, lambda: 100 in screen.query_one(LadderPlot).grid.labels)
        assert point(screen) == before, "the cursor stays where it is"
        assert {"Stop"} == {"Stop", "Resume"} & footer(screen)
        await pilot.press("s")
        assert run.directory.control().state == "stopped"
        run.say("stopped", step=285)
        run.live(False)
        await eventually(pilot, lambda: "stopped" in read(screen, "progress"))
        assert {"Resume"} == {"Stop", "Resume"} & footer(screen)


async def test_r_goes_on_and_what_cannot_be_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    run = measure(home, document())
    run.say("stopped", step=285)
    resumed: list[str] = []
    monkeypatch.setattr("tui.screens.ladder.resume", lambda which: resumed.append(which.id))
    async with opened(home) as (screen, pilot):
        await eventually(pilot, lambda: "1 of 2" in read(screen, "head"))
        await pilot.press("o", "r")
        await settle(pilot)
        assert resumed == ["000001"]

        def refuse(_run: object) -> None:
            raise RunError("it is [b]at work[/b]", "wait")

        monkeypatch.setattr("tui.screens.ladder.resume", refuse)
        await pilot.press("r")
        await settle(pilot)
        assert "it is [b]at work[/b]. wait." in screen_text(screen.app)


async def test_n_starts_a_new_one_and_shows_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[LadderJob] = []

    def start(job: LadderJob, home: Home) -> RunDirectory:
        started.append(job)
        return FakeRun(home, job, number=9).directory

    monkeypatch.setattr("tui.screens.ladder.start_run", start)
    async with opened(home, size=(80, 24)) as (screen, pilot):
        await pilot.press("n")
        await shown(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, NewLadder)
        said = str(dialog.said.render())
        assert "nlp-tui ladder --eras scratch,word2vec,ulmfit,tfidf --labels 20,100 --seeds 3" in said
        assert "24 cells" in said
        assert "what is measured here already is not measured again" in said.replace("\n", " ")
        dialog.query_one("#ladder-seeds", Input).value = "0"
        dialog.query_one("#ladder-eras", Input).value = "gpt"
        await shown(pilot)
        assert "eras: there is no era 'gpt'" in str(dialog.said.render())
        assert "seeds: 0 is less than 1" in str(dialog.said.render())
        await pilot.press("ctrl+s")
        assert pilot.app.screen is dialog, "nothing is started that is wrong"
        dialog.query_one("#ladder-seeds", Input).value = "1"
        dialog.query_one("#ladder-eras", Input).value = "tfidf"
        dialog.query_one("#ladder-data", Input).value = "imdb"
        await shown(pilot)
        await pilot.press("ctrl+s")
        await shown(pilot)
        assert started == [LadderJob("imdb", "tfidf", "20,100", seeds=1)]
        await eventually(pilot, lambda: started[0].title in read(screen, "head"))
        await pilot.press("n", "escape")
        assert len(started) == 1


async def test_more_of_a_ladder_begins_with_what_it_was_asked(home: Home) -> None:
    measure(home, document())
    async with opened(home) as (screen, pilot):
        await eventually(pilot, lambda: "1 of 2" in read(screen, "head"))
        await pilot.press("o", "n")
        await shown(pilot)
        fields = {name: pilot.app.screen.query_one(f"#ladder-{name}", Input).value for name in FIELDS}
        assert fields == type_job(LadderJob())
        assert read_job(fields, LadderJob(workers=1)) == (LadderJob(workers=1), {})


def test_a_file_is_named_by_its_whole_path_and_what_is_none_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.csv").write_text("text,label\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    typed = type_job(USUAL)
    job, wrong = read_job({**typed, "data": "mine.csv, imdb"}, USUAL)
    assert wrong == {}
    assert job is not None
    assert job.data == f"{tmp_path / 'mine.csv'},imdb"
    job, wrong = read_job({**typed, "data": "nowhere.csv", "split": "train", "labels": "many"}, USUAL)
    assert job is None
    assert set(wrong) == {"data", "split", "labels"}


async def elmo_at_100(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("right", "up", "up", "up")
    await settle(pilot)


async def imdb(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("space", "left", "b")
    await settle(pilot)


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT])
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: "x".join(map(str, size)))
def test_ladder(snap_compare: Any, home: Home, size: tuple[int, int], theme: str) -> None:
    assert snap_compare(app_of(home, theme=theme), terminal_size=size, run_before=elmo_at_100)


async def new(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("n")
    await shown(pilot)
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    await shown(pilot)


def test_new_ladder(snap_compare: Any, home: Home) -> None:
    assert snap_compare(app_of(home), terminal_size=(80, 24), run_before=new)


@pytest.mark.parametrize("theme", [themes.DARK, "ansi-dark"])
def test_ladder_without_a_label(snap_compare: Any, home: Home, theme: str) -> None:
    assert snap_compare(app_of(home, theme=theme), terminal_size=(120, 36), run_before=imdb)
