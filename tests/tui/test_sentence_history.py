"""What was read is not lost: one goes back to it, keeps it, writes it down, and pipes it in."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import OptionList

from core import api
from tests.tui.fake_engine import FakeCatalog, FakeEngine
from tests.tui.hostile import HOSTILE, raw_characters, screen_text
from tests.tui.test_tui_read import field, running, settle
from tui.app import NlpTui
from tui.read_table import HEADER, tabulate
from tui.screens.save import SaveScreen
from tui.screens.sentences import Sentences
from tui.sentence_history import MOST, SentenceHistory


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def typed(history: SentenceHistory, text: str) -> None:
    for end in range(1, len(text) + 1):
        history.note(text[:end])


def test_a_sentence_that_is_typed_is_one_and_clearing_it_loses_nothing(tmp_path: Path) -> None:
    history = SentenceHistory(tmp_path / "sentences.json")
    typed(history, "a dull film")
    for end in range(10, -1, -1):
        history.note("a dull film"[:end])
    assert history.recent == ["a dull film"]
    assert history.step(-1) == "a dull film"
    typed(history, "another one")
    assert history.recent == ["a dull film", "another one"]
    assert (history.step(-1), history.step(-1), history.step(1), history.step(1)) == (
        "a dull film",
        None,
        "another one",
        None,
    )


def test_a_letter_mended_at_once_is_the_same_sentence_and_later_another(tmp_path: Path) -> None:
    clock = Clock()
    history = SentenceHistory(tmp_path / "sentences.json", clock)
    history.note("a dul film")
    history.note("a dull film")
    assert history.recent == ["a dull film"]
    clock.now = 60
    history.note("a dell film")
    assert history.recent == ["a dull film", "a dell film"]


def test_going_back_adds_nothing(tmp_path: Path) -> None:
    history = SentenceHistory(tmp_path / "sentences.json")
    for text in ("first", "second", "third"):
        history.note(text)
    history.note(history.step(-1) or "")
    history.note(history.step(-1) or "")
    assert history.recent == ["first", "second", "third"]
    assert history.step(1) == "second"


@given(st.lists(st.text(max_size=20), max_size=70))
def test_whatever_is_read_comes_back_after_a_launch(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("home") / "sentences.json"
    history = SentenceHistory(path)
    for text in texts:
        history.note(text)
    history.save()
    assert len(history.recent) <= MOST
    assert SentenceHistory(path).recent == history.recent


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"recent": 3, "kept": null}', '{"recent": [1, null, "a"]}'])
def test_a_damaged_file_is_no_reason_to_fail(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sentences.json"
    path.write_text(text)
    history = SentenceHistory(path)
    assert set(history.recent) <= {"a"}
    assert history.kept == []


async def test_keys_go_back_to_the_sentence_before_and_forward_again() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"dull", "ctrl+n")
        await settle(pilot)
        example = field(app).value
        await pilot.press("ctrl+l", "ctrl+z")
        await settle(pilot)
        assert field(app).value == example, "what was cleared is back"
        await pilot.press("pageup")
        assert field(app).value == "dull"
        await pilot.press("pagedown")
        assert field(app).value == example


async def test_sentences_are_kept_between_launches_and_chosen_from_a_list(own_home: Path) -> None:
    async with running() as (app, pilot):
        await pilot.press(*"dull", "ctrl+n", "f12")
        await settle(pilot)
        assert isinstance(app.screen, Sentences)
        await pilot.press("down", "p")
        await settle(pilot)
        assert app.history.kept == ["dull"]
        await pilot.press("escape")
    async with running() as (app, pilot):
        await pilot.press("f12")
        await settle(pilot)
        assert "★ dull" in screen_text(app)
        await pilot.press("enter")
        await settle(pilot)
        assert field(app).value == "dull"


async def test_an_empty_list_says_what_to_do_and_hostile_sentences_are_shown_as_text() -> None:
    async with running() as (app, pilot):
        await pilot.press("f12")
        await settle(pilot)
        assert "type a sentence" in screen_text(app)
        await pilot.press("p", "escape")
        app.history.begin(list(HOSTILE.values()))
        await pilot.press("f12")
        await settle(pilot)
        assert app.screen.query_one(OptionList).option_count == len(HOSTILE)
        assert raw_characters(app) == set()


async def test_what_is_shown_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running() as (app, pilot):
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, SaveScreen)
        assert "NumPy" not in screen_text(app), "there are no vectors here"
        await pilot.press("down", "enter")
        await settle(pilot)
    (written,) = tmp_path.glob("*.json")
    rows = json.loads(written.read_text("utf-8"))
    assert {row["model"] for row in rows} == {"scratch", "word2vec"}
    assert {row["true label"] for row in rows} == {"positive"}
    assert {row["class"] for row in rows} == {"negative", "positive"}


def test_a_model_of_another_task_is_not_judged() -> None:
    assert tabulate("a", "positive", []) is None
    found = tabulate("a", "bug", [(next(iter(NlpTui(FakeEngine(), catalog=FakeCatalog()).comparison)), ANSWER)])
    assert found is not None
    assert [row[HEADER.index("right")] for row in found.rows] == [None, None]


ANSWER = api.Predicted("scratch", "positive", {"negative": 0.4, "positive": 0.6}, ())


async def test_sentences_that_come_in_are_read_one_after_the_other() -> None:
    app = NlpTui(FakeEngine(), catalog=FakeCatalog(), sentences=["first \x1b[31mone", "second"])
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        assert field(app).value.startswith("first")
        assert "2 sentences came in" in screen_text(app)
        await pilot.press("pagedown")
        assert field(app).value == "second"
        await pilot.press("pageup")
        assert field(app).value.startswith("first")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_a_pipe_is_read_and_the_keyboard_stays_the_terminals() -> None:
    program = "import sys; from tui import piped; print(piped.take_over(), sys.stdin.isatty(), sys.stdin.readline())"
    child, terminal = pty.fork()
    if child == 0:
        reader, writer = os.pipe()
        os.write(writer, "good\n\nbäd\n".encode())
        os.close(writer)
        os.dup2(reader, 0)
        os.execv(sys.executable, [sys.executable, "-c", program])
    os.write(terminal, b"typed\n")
    said = b""
    while b"True" not in said or said.count(b"typed") < 2:
        said += os.read(terminal, 1_000)
    os.waitpid(child, 0)
    os.close(terminal)
    assert "['good', 'bäd'] True typed" in said.decode().replace("\r\n", " ")


def test_without_a_terminal_nothing_is_read() -> None:
    program = "import os; os.setsid(); from tui import piped; print(piped.take_over(), os.read(0, 9))"
    done = subprocess.run([sys.executable, "-c", program], input=b"good\n", capture_output=True, check=True)
    assert done.stdout.decode().strip() == "None b'good\\n'"
