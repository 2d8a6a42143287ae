"""What is printed is aligned, is data where it should be, and never acts on the terminal."""

from __future__ import annotations

import io
import json
import sys

import pytest

from core.cli.printing import ProgressLine, bar, complain, emit, say, table

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


def test_progress_in_a_pipe_is_plain_lines_and_few(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine()
    for step in range(1000):
        line.show(f"step {step}")
    line.clear()
    assert capsys.readouterr().err == "step 0\n"


def test_progress_on_a_terminal_is_one_line_redrawn_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "20")
    line = ProgressLine()
    line.show("training · " + "x" * 100)
    line.clear()
    shown = terminal.getvalue()
    assert shown.startswith("\rtraining · xxxxxxxx\x1b[K")
    assert "\n" not in shown
    assert shown.endswith("\r\x1b[K")
