"""What is printed is aligned, is data where it should be, and never acts on the terminal."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest

from core.cli.printing import bar, complain, emit, say, table
from core.cli.progress import progress_line

HOSTILE = "\x1b]0;owned\x07\x9b2J\x00\u202eabc\r\n\u2028[red]x[/b]"


def controls(text: str) -> set[str]:
    return {c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2028\r"}


def test_json_lines_are_ascii_and_give_back_what_was_put_in(capsys: pytest.CaptureFixture[str]) -> None:
    emit({"text": HOSTILE, "café": "猫", "loss": float("nan"), "all": [float("inf"), 0.5], "deep": {"p": 1.0}})
    line = capsys.readouterr().out
    assert line.isascii()
    assert line.count("\n") == 1
    expected = {"text": HOSTILE, "café": "猫", "loss": None, "all": [None, 0.5], "deep": {"p": 1.0}}
    assert json.loads(line) == expected


def test_nothing_raw_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(HOSTILE)
    complain(HOSTILE, HOSTILE)
    print(table([(HOSTILE, "b")], (HOSTILE, "head")))
    shown = capsys.readouterr()
    assert controls(shown.out + shown.err) == set()
    assert "[red]x[/b]" in shown.out


def test_columns_stand_under_each_other_whatever_the_script() -> None:
    lines = table([("cat", "1.5"), ("猫", "12.5"), ("é", "3.0")], ("word", "score"), right=(1,)).splitlines()
    assert lines == ["word  score", "cat     1.5", "猫     12.5", "é       3.0"]


def test_a_table_of_nothing_is_nothing() -> None:
    assert table([]) == ""


def test_a_bar_is_as_long_as_its_share() -> None:
    assert bar(0, 8) == " " * 8
    assert bar(0.5, 8) == "████    "
    assert bar(1.7, 8) == "█" * 8


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Forty columns, which stdout and stderr both go to."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return shown


LONG = [("word", "a film that goes on and on for much longer than the terminal is wide"), ("猫", "b")]


@pytest.mark.parametrize("forced", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_table_in_a_pipe_is_plain_and_a_row_is_a_line(forced: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv(forced, "1")
    assert table(LONG, ("name", "text")) == f"name  text\n{LONG[0][0]}  {LONG[0][1]}\n猫    b"


def test_a_table_on_a_terminal_has_a_bold_header_and_its_rows_are_lines_too(monkeypatch: pytest.MonkeyPatch) -> None:
    a_terminal(monkeypatch)
    header, *lines = table(LONG, ("name", "text")).splitlines()
    assert header.startswith("\x1b[1mname")
    assert lines == ["word  " + LONG[0][1], "猫    b"]


def test_no_markup_in_a_table_or_beside_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    print(table([(HOSTILE,)], ("[bold]",)))
    with progress_line() as line:
        line.show("[red]x[/b] {task}", 0.5)
    shown = terminal.getvalue()
    assert "[bold]" in shown
    assert "abc [red]x[/b]" in shown
    assert "[red]x[/b] {task}" in shown
    assert "owned\x07" not in shown


def test_progress_in_a_pipe_is_plain_lines_and_few(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_line() as line:
        for step in range(1000):
            line.show(f"step {step}", step / 1000)
    assert capsys.readouterr().err == "step 0\n"


def test_progress_on_a_terminal_is_one_line_redrawn_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    with progress_line() as line:
        line.show("training · " + "x" * 100, None)
        line.show("training · " + "y" * 100, 0.5)
        drawn = terminal.getvalue()
    first, *_, last = (text for text in re.split(r"\x1b\[[0-9;]*[A-Za-z]|\r", drawn) if "training" in text)
    assert first.strip() == "training · xxxxxxxxxxxxxx…"
    assert last.strip() == "training · yyyyyyyyyyyyyy…"
    assert "\n" not in drawn
    assert "\x1b[?25l" not in drawn, "the cursor stays"
    assert terminal.getvalue().endswith("\n\r\x1b[1A\x1b[2K")


def test_a_terminal_that_cannot_redraw_is_given_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    monkeypatch.setenv("TERM", "dumb")
    with progress_line() as line:
        line.show("training", 0.5)
    assert terminal.getvalue() == "training\n"
