"""Surroundings as scripts and containers have them: no home, closed or full streams, a terminal that draws nothing."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest

SENTENCE = "The plot is thin but the cast is wonderful."
CLEAN = {name: value for name, value in os.environ.items() if name not in ("HOME", "NLP_TUI_HOME", "TERM")}
COMMAND = f"'{sys.executable}' -P -m tui"


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    found = {**CLEAN, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    return subprocess.run(["bash", "-c", command], env=found, capture_output=True, text=True, check=False, timeout=170)


def one_sentence(text: str) -> bool:
    return "Traceback" not in text and 0 < len(text.strip().splitlines()) <= 2


@pytest.mark.slow
def test_without_a_home_the_shipped_models_answer(tmp_path: Path) -> None:
    # Nor does any list of users know one.
    unknown = "import pwd, sys; pwd.getpwuid = lambda _: {}['nobody']; "
    code = unknown + "from tui.__main__ import main; sys.exit(main())"
    done = shell(
        f"cd '{tmp_path}' && exec '{sys.executable}' -P -c \"$CODE\" predict --model scratch --json '{SENTENCE}'",
        CODE=code,
    )
    assert done.returncode == 0, done.stderr
    assert '"label"' in done.stdout
    assert list(tmp_path.iterdir()) == [], "no folder called ~"


@pytest.mark.parametrize(
    ("redirect", "code", "said"),
    [
        ("predict - <&-", 1, "Standard input is closed"),
        ("eras >&-", 1, "Standard output is closed"),
        ("eras >/dev/full", 1, "could not be written: No space left on device"),
        ("eras --json >/dev/full", 1, "could not be written"),
        ("<&- >&-", 2, "this is not one"),
    ],
)
def test_streams_that_are_closed_or_full_are_one_sentence(redirect: str, code: int, said: str, tmp_path: Path) -> None:
    done = shell(f"{COMMAND} {redirect}", NLP_TUI_HOME=str(tmp_path))
    assert done.returncode == code
    assert said in done.stderr
    assert one_sentence(done.stderr)


def test_without_a_standard_error_nothing_but_data_is_on_standard_output(tmp_path: Path) -> None:
    done = shell(f"{COMMAND} runs --json 2>&-", NLP_TUI_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_draws_nothing_gets_a_sentence(term: str, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**CLEAN, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": term, "NLP_TUI_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tui"],
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(theirs)
    assert done.returncode == 2
    assert b"cannot draw the app" in done.stderr
    assert b"\x1b" not in done.stderr
    os.close(ours)


@pytest.mark.slow
def test_answers_come_out_before_the_input_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "tui", "predict", "--model", "tfidf", "--json", "--batch-size", "3", "-"]
    environment = {**CLEAN, "PYTHONPATH": os.pathsep.join(sys.path), "NLP_TUI_HOME": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        given_up = threading.Timer(150, process.kill)
        given_up.start()
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(4):
            texts = [f"a film that is number {number}, {place}" for place in range(3)]
            process.stdin.write("".join(f"{text}\n" for text in texts))
            process.stdin.flush()
            assert [json.loads(process.stdout.readline())["text"] for _ in texts] == texts
        process.stdin.close()
        assert process.stdout.read() == ""
        assert process.wait() == 0
        given_up.cancel()


@pytest.mark.slow
def test_a_text_that_is_longer_than_a_model_reads_is_said(tmp_path: Path) -> None:
    words = " ".join(["good"] * 401)
    done = shell(
        f"printf '%s\\nfine\\n' '{words}' | {COMMAND} predict --model scratch --json -", NLP_TUI_HOME=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert "1 text is longer than scratch reads: it answered by the first 400 tokens." in done.stderr
    first, second = done.stdout.splitlines()
    assert '"read": 400' in first
    assert '"read"' not in second
