"""What is shown in Words, copied and written into files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from core import api
from tests.tui.fake_engine import FakeEngine
from tests.tui.hostile import SOME, raw_characters, screen_text
from tests.tui.test_tui_read import running, settle, until
from tests.tui.test_words_views import asked, said
from tui.app import NlpTui
from tui.screens.save import SaveScreen
from tui.view_table import ViewTable
from tui.widgets.shared.sentence_input import SentenceInput


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The present folder, of the test's own."""
    made = tmp_path / "here"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


def answer(app: NlpTui) -> str:
    """What the dialog says beneath the path."""
    return str(app.screen.query_one("#save-says", Static).render())


async def test_the_table_is_written_as_csv_and_json_and_never_silently_over_a_file(folder: Path) -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("x")
        await settle(pilot)
        path = folder / "neighbors-wonderful-scratch.csv"
        assert app.screen.query_one("#path", SentenceInput).value == str(path)
        await pilot.press("enter")
        await settle(pilot)
        assert not isinstance(app.screen, SaveScreen)
        rows = list(csv.DictReader(path.open(encoding="utf-8")))
        assert {row["list"] for row in rows} == {"static", "same", "others"}
        assert rows[0]["neighbor"] == "actors"
        path.write_text("mine")
        await pilot.press("ctrl+e", "enter")
        await settle(pilot)
        assert path.read_text() == "mine"
        assert "is there already. Enter again overwrites it." in answer(app)
        await pilot.press("enter")
        await settle(pilot)
        assert path.read_text().startswith("word,model")
        await pilot.press("x", "down", "enter")
        await settle(pilot)
        objects = json.loads(path.with_suffix(".json").read_text())
        assert objects[0]["score"] == 0.82
        assert len(objects) == len(rows)


async def test_a_picture_and_the_vectors_are_written(folder: Path) -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "3")
        await settle(pilot)
        await pilot.press("x", "down", "down", "enter")
        await settle(pilot)
        assert (folder / "senses-wonderful-scratch.svg").read_text().startswith("<svg")
        for downs, form, name in ((3, "projector", "vectors-scratch"), (4, "word2vec", "vectors-scratch.txt")):
            await pilot.press("x", *["down"] * downs, "enter")
            await settle(pilot)
            question = asked(app, api.Export)[-1]
            assert (question.format, question.path, question.force) == (form, str(folder / name), False)
        assert "19,998 vectors of 128 numbers" in " ".join(told.message for told in app._notifications)


async def test_a_path_of_ones_own_is_kept_and_what_is_wrong_with_it_is_said(folder: Path) -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("x", "tab", "ctrl+u", *"no/where.csv", "enter")
        await settle(pilot)
        assert "cannot be written: No such file or directory." in answer(app)
        await pilot.press("ctrl+u", *"mine.csv", "enter")
        await settle(pilot)
        assert (folder / "mine.csv").exists()
        await pilot.press("x", "tab", "ctrl+u", ".", "enter")
        await settle(pilot)
        assert "is a folder." in answer(app)
        await pilot.press("escape")
        assert not isinstance(app.screen, SaveScreen)


async def test_what_the_engine_says_against_an_export_is_shown() -> None:
    engine = FakeEngine()
    engine.rewrite = lambda answer: (
        api.Failed("The disk is full.[/b]\x1b[31m", "Make room.") if isinstance(answer, api.Exported) else answer
    )
    async with running(engine) as (app, pilot):
        await pilot.press("ctrl+n", "f3")
        await settle(pilot)
        await pilot.press("x", *["down"] * 4, "enter")
        await settle(pilot)
        assert "The disk is full.[/b]␛[31m Make room." in answer(app)


async def test_without_a_table_there_is_still_a_picture_and_the_vectors() -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "6")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert "There is no table to copy here yet." in said(app)
        await pilot.press("x")
        await settle(pilot)
        assert app.screen.query_one(OptionList).option_count == 4
        assert "CSV" not in screen_text(app)


@pytest.mark.parametrize("key", "12345")
async def test_the_table_of_every_view_is_copied_through_the_terminal(key: str) -> None:
    async with running() as (app, pilot):
        await pilot.press("ctrl+n", "f3", "n", key)
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert "OSC 52" in said(app)
        header, *rows = app.clipboard.splitlines()
        assert len(rows) >= 3
        assert {row.count("\t") for row in rows} == {header.count("\t")}


async def test_hostile_paths_and_words_do_no_harm(folder: Path) -> None:
    async with running(size=(80, 24)) as (app, pilot):
        await pilot.press("f3")
        await settle(pilot)
        nowhere = [f"missing/{text}x" for text in SOME.values()]
        nowhere += ["~nobody-of-that-name/x", "n" * 300]
        for text, path in zip([*SOME.values(), "film", "film"], nowhere, strict=True):
            app.screen.query_one("#word", SentenceInput).value = text
            await settle(pilot)
            await pilot.press("x")
            await settle(pilot)
            assert Path(app.screen.query_one("#path", SentenceInput).value).parent == folder
            app.screen.query_one("#path", SentenceInput).value = path
            await pilot.press("enter")
            await until(pilot.pause, lambda: "✕" in screen_text(app))
            assert raw_characters(app) == set()
            await pilot.press("escape")
        assert list(folder.iterdir()) == []


def test_a_table_stays_one_whatever_its_cells_hold() -> None:
    table = ViewTable("a/../b [x]\n", ("a", "b"), (("tab\there", 0.1234567891), ("line\nbreak\x1b[31m", None)))
    assert table.stem == "a-b-x"
    lines = table.tsv().splitlines()
    assert len(lines) == 3
    assert all(line.count("\t") == 1 for line in lines)
    assert "\x1b" not in table.tsv() + table.csv()
    assert json.loads(table.json())[1] == {"a": "line\nbreak\x1b[31m", "b": None}
    assert ViewTable("…/…", (), ()).stem == "words"
