"""Own data in the form: a first look beside it before anything starts, and what it means for the fields."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from core import api
from core.storage.paths import Home
from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.fake_run import FakeRun
from tests.tui.hostile import SOME, raw_characters
from tests.tui.train_app import app_of, eventually, open_train, shown
from tui import file_look
from tui.__main__ import main
from tui.app import NlpTui
from tui.screens import train
from tui.screens.train import TrainScreen
from tui.widgets.train.first_look import FirstLook
from tui.widgets.train.run_list import RunList
from tui.widgets.train.train_form import Choice, TrainForm

LOOK = api.FileLook(
    name="reviews.csv",
    read_as="comma-separated · utf-8 · the first row names the columns",
    columns=("id", "review", "stars"),
    text="review",
    label="stars",
    read=183,
    kept=180,
    left_out=(api.Left("no text", 1, 182), api.Left("no label", 2, 183)),
    classes={"bad": 30, "good": 150},
    notes=("83.3% of the examples are 'good': always saying so is as accurate",),
    examples=(api.Example("dull from end to end", "bad"), api.Example("a joy to watch", "good")),
    splits={"train": 144, "validation": 18, "test": 18},
    lengths=api.Lengths(3, 21.0, 48.0, 1_102, 162),
    unseen=0.125,
    budget=api.Budget(4, 144),
)


@dataclass
class Reader:
    """Answers when it is let, and remembers what it was asked and which questions nobody waited for."""

    answer: api.FileLook | api.FileFault = LOOK
    asked: list[api.LookAtFile] = field(default_factory=list)
    dropped: list[api.LookAtFile] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, question: api.LookAtFile) -> api.FileLook | api.FileFault:
        self.asked.append(question)
        try:
            await self.free.wait()
        except asyncio.CancelledError:
            self.dropped.append(question)
            raise
        return self.answer


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    reader = Reader()
    reader.free.set()
    monkeypatch.setattr(train, "look_at_file", reader)
    return reader


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    rows = [f"{n},{'good' if n % 6 else 'bad'},text number {n} of a file of reviews" for n in range(60)]
    path.write_text("id,stars,review\n" + "\n".join(rows) + "\n", "utf-8")
    return path


async def choose_file(pilot: Pilot[None], path: Path, runs: int = 0) -> TrainScreen:
    screen = await open_train(pilot, runs=runs)
    await pilot.press("n")
    screen.query_one("#data", Choice).value = "own file"
    screen.query_one("#source", Input).value = str(path)
    await pilot.pause()
    return screen


def said(screen: TrainScreen, row: str) -> str:
    """What stands under a row of the form."""
    line = screen.query_one(f"#problem-{row}", Static)
    return str(line.render()) if line.display else ""


def looked(screen: TrainScreen) -> bool:
    return screen.query_one(TrainForm).look is not None


@pytest.mark.slow
async def test_a_process_reads_the_file_before_anything_starts(home: Home, reviews: Path) -> None:
    async with app_of(home).run_test(size=(120, 48)) as pilot:
        screen = await choose_file(pilot, reviews)
        await eventually(pilot, lambda: looked(screen))
        for told in (
            "60 read · 60 kept",
            "comma-separated",
            "good",
            "83.3 %",
            "worth knowing",
            "text number 0",
            "8 to 8 words",
            "in no training text",
        ):
            assert told in shown(pilot)
        assert screen.query_one("#labels", Choice).value == "20"
        screen.query_one("#text_column", Input).value = "nothing"
        await eventually(pilot, lambda: "there is no column 'nothing'" in said(screen, "columns"))
        assert "the columns are 'id', 'stars', 'review'" in said(screen, "columns")
        assert screen.query_one("#text_column").has_class("-invalid")
        assert screen.query_one("#begin", Button).disabled


@pytest.mark.slow
async def test_who_no_longer_waits_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start: Any = asyncio.create_subprocess_exec
    processes: list[asyncio.subprocess.Process] = []

    async def remember(*_command: str, **options: Any) -> asyncio.subprocess.Process:
        processes.append(await start("sleep", "60", **options))
        return processes[0]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", remember)
    looking = asyncio.create_task(file_look.look_at_file(api.LookAtFile(str(tmp_path))))
    while not processes:
        await asyncio.sleep(0)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    assert processes[0].returncode == -signal.SIGKILL


async def test_a_process_that_dies_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_look, "COMMAND", ("sh", "-c", "exit 3"))
    answer = await file_look.look_at_file(api.LookAtFile("a.csv"))
    assert isinstance(answer, api.FileFault)
    assert "exit code 3" in answer.message
    monkeypatch.setattr(file_look, "COMMAND", ("/no/such/program",))
    answer = await file_look.look_at_file(api.LookAtFile("a.csv"))
    assert isinstance(answer, api.FileFault)
    assert "could not be started" in answer.message


async def test_it_waits_for_the_typing_to_pause(home: Home, reviews: Path, reader: Reader) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await choose_file(pilot, reviews)
        screen.query_one("#label_column", Input).focus()
        await pilot.press(*"stars")
        wanted = api.LookAtFile(str(reviews), label_column="stars")
        await eventually(pilot, lambda: looked(screen) and wanted in reader.asked)
        assert len(reader.asked) < len("stars"), "not once a letter"


async def test_while_it_reads_it_says_so_and_a_changed_path_ends_it(home: Home, reviews: Path, reader: Reader) -> None:
    reader.free.clear()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await choose_file(pilot, reviews)
        await eventually(pilot, lambda: "Reading reviews.csv" in shown(pilot))
        assert not screen.query_one("#begin", Button).disabled, "who knows the file need not wait"
        screen.query_one("#source", Input).value = str(reviews)[:-1]
        await eventually(pilot, lambda: len(reader.dropped) == 1)
        await eventually(pilot, lambda: "did you mean reviews.csv?" in said(screen, "source"))
        assert "Reading" not in shown(pilot)


async def test_labels_are_lowered_to_what_the_file_can_give(home: Home, reviews: Path, reader: Reader) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await choose_file(pilot, reviews)
        await eventually(pilot, lambda: looked(screen))
        labels = screen.query_one("#labels", Choice)
        await pilot.pause()
        assert labels.value == "100"
        assert said(screen, "labels") == "not 500: this file has 144 texts to train on"
        labels.value = "2000"
        await pilot.pause()
        assert said(screen, "labels") == "this file has 144 texts to train on: ask for fewer, or for all"
        assert screen.query_one("#begin", Button).disabled
        labels.value = "other"
        screen.query_one("#budget", Input).value = "3"
        await pilot.pause()
        assert screen.query_one("#budget").has_class("-invalid")


async def test_labels_rise_again_with_a_larger_file(home: Home, reviews: Path, reader: Reader) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await choose_file(pilot, reviews)
        await eventually(pilot, lambda: looked(screen))
        reader.answer = replace(LOOK, budget=api.Budget(4, 9_000))
        screen.query_one("#encoding", Input).value = "cp1252"
        await eventually(pilot, lambda: screen.query_one("#labels", Choice).value == "500")
        assert said(screen, "labels") == ""


async def test_a_file_that_cannot_be_learned_from_says_why_beside_its_field(
    home: Home, reviews: Path, reader: Reader
) -> None:
    reader.answer = api.FileFault("no column is plainly the label", "name it with --label", "label_column")
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await choose_file(pilot, reviews)
        await eventually(pilot, lambda: looked(screen))
        assert said(screen, "columns") == "no column is plainly the label: name it with the field label"
        assert screen.query_one("#label_column").has_class("-invalid")
        assert screen.query_one(TrainForm).command is None


async def test_how_a_file_is_read_is_a_field_too(home: Home, reviews: Path, reader: Reader) -> None:
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await choose_file(pilot, reviews)
        screen.query_one("#encoding", Input).value = "cp1252"
        screen.query_one("#no_header", Choice).value = "no header"
        screen.query_one("#fold_labels", Choice).value = "alike are one"
        wanted = api.LookAtFile(str(reviews), encoding="cp1252", no_header=True, fold_labels=True)
        await eventually(pilot, lambda: looked(screen) and wanted in reader.asked)
        assert "--encoding cp1252 --no-header --fold-labels" in (screen.query_one(TrainForm).command or "")
        screen.query_one("#encoding", Input).value = "utf-99"
        await pilot.pause()
        assert "no encoding has this name" in said(screen, "encoding")


async def test_the_look_stands_in_place_of_the_run_only_while_one_fills_in_the_form(
    home: Home, reviews: Path, reader: Reader
) -> None:
    FakeRun(home).start()
    async with app_of(home).run_test(size=(120, 36)) as pilot:
        screen = await choose_file(pilot, reviews, runs=1)
        await eventually(pilot, lambda: looked(screen))
        look, monitor = screen.query_one(FirstLook), screen.query_one("#monitor")
        assert (look.display, monitor.display) == (True, False)
        look.focus()
        await pilot.pause()
        assert look.display, "it can be scrolled"
        screen.query_one(RunList).focus()
        await pilot.pause()
        assert (look.display, monitor.display) == (False, True)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_start_stays_in_sight(home: Home, reviews: Path, reader: Reader, size: tuple[int, int]) -> None:
    async with app_of(home).run_test(size=size) as pilot:
        screen = await choose_file(pilot, reviews)
        await eventually(pilot, lambda: looked(screen))
        assert "Start  ctrl+s" in shown(pilot)
        assert "reviews.csv" in shown(pilot)


@pytest.mark.parametrize("text", SOME.values(), ids=list(SOME))
async def test_hostile_files_are_only_shown(home: Home, reviews: Path, reader: Reader, text: str) -> None:
    reader.answer = api.FileLook(
        name=text,
        read_as=text,
        columns=(text, text),
        text=text,
        label=text,
        read=9,
        kept=8,
        left_out=(api.Left(text, 1, 2),),
        classes={text: 8, text * 99: 1},
        notes=(text,),
        examples=(api.Example(text * 40, text),),
        splits={},
        lengths=api.Lengths(1, 1, 1, 1, 1),
        fault=api.FileFault(text, text),
    )
    async with app_of(home).run_test(size=(120, 48)) as pilot:
        screen = await choose_file(pilot, reviews)
        await eventually(pilot, lambda: looked(screen))
        assert not raw_characters(pilot.app)
        reader.answer = api.FileFault(text, text, "text_column")
        screen.query_one("#text_column", Input).value = "x"
        await eventually(pilot, lambda: isinstance(screen.query_one(TrainForm).look, api.FileFault))
        assert not raw_characters(pilot.app)


async def test_the_app_opens_on_a_file(home: Home, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("review,stars\n", encoding="utf-8")
    app = NlpTui(FakeEngine(), home, FakeCatalog(), data=str(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await eventually(pilot, lambda: isinstance(app.screen, TrainScreen))
        await eventually(pilot, lambda: [each.path for each in reader.asked] == [str(path)])
        await eventually(pilot, lambda: "180 kept" in shown(pilot))


async def test_what_opens_the_app_on_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def note(data: str = "") -> int:
        opened.append(data)
        return 0

    monkeypatch.setattr("tui.__main__._open_app", note)
    assert main(["--data", "mine.csv"]) == 0
    assert opened == ["mine.csv"]
