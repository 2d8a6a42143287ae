"""`surprisal` and `generate`: what comes out for what goes in, and how they end."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core import api
from core.catalog.models import ModelError
from core.cli import main
from core.cli.words import asker
from core.data.detokenize import written_after

LIKELY = (api.Likely("the", 0.25), api.Likely("<unk>", 0.125))
NEXT = ("dull", "\x1b[31m", "(", "yes", ")", ".")


class FakeCatalog:
    """Empty: the language models are asked for by name."""


class FakeSession:
    """Finds every word as long as it is surprising, and writes the same words on."""

    interrupted_after: int | None = None

    def __init__(self, catalog: FakeCatalog) -> None:
        self.catalog = catalog

    def ask(self, question: api.Surprisal | api.WriteOn) -> api.SurprisalList | api.Written:
        if question.model == "lm:sideways":
            raise ModelError("There is no model called 'lm:sideways'.", "There is lm.")
        if isinstance(question, api.WriteOn):
            if len(question.written) == self.interrupted_after:
                raise KeyboardInterrupt
            new = tuple(api.WrittenWord(NEXT[n % 6], n + 0.1234567) for n in range(len(question.written), 99))
            some = new[: question.words]
            return api.Written("lm", some, written_after(question.text, [*question.written, *(w.word for w in some)]))
        words = question.text.split()
        tokens = tuple(
            api.Surprise(
                api.Token(word, 0, 1, known=word != "zxqv"),
                len(word) + 0.1234567,
                None if word == "spelled" else 7,
                LIKELY[: question.k],
            )
            for word in words
        )
        bits = sum(each.bits for each in tokens)
        mean = bits / len(tokens) if tokens else None
        way = question.direction or "forward"
        return api.SurprisalList(
            question.model, way, ("forward",), tokens, LIKELY, len(tokens), bits, mean, 9.0 if mean else None,
            "each word, given the words before it", "unknown: zxqv" if "zxqv" in words else "",
        )  # fmt: skip


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asker, "open_session", lambda: FakeSession(FakeCatalog()))


@pytest.mark.usefixtures("fake")
def test_surprisal_is_a_table_with_bars_and_a_sum(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["surprisal", "a spelled zxqv"]) == 0
    shown = capsys.readouterr()
    header, first, second, third, total, after = shown.out.splitlines()
    assert header.split() == ["token", "bits", "rank", "likeliest", "here"]
    assert first.split() == ["a", "1.1", "█▏", "7", "the", "25", "%,", "<unk>", "12", "%"]
    assert "–" in second
    assert "zxqv (unknown)" in third
    assert total == "12.4 bits for 3 words: 4.12 a word, perplexity 9.0"
    assert after == "after the last: the 25 %, <unk> 12 %"
    assert "given the words before it" in shown.err
    assert "unknown: zxqv" in shown.err


@pytest.mark.usefixtures("fake")
def test_surprisal_as_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["surprisal", "a", "--json", "-k", "1"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "text": "a",
        "model": "lm",
        "direction": "forward",
        "bits": 1.123457,
        "mean": 1.123457,
        "perplexity": 9.0,
        "tokens": [
            {
                "token": "a",
                "known": True,
                "bits": 1.123457,
                "rank": 7,
                "likeliest": [{"word": "the", "probability": 0.25}],
            }
        ],
        "open": [{"word": "the", "probability": 0.25}, {"word": "<unk>", "probability": 0.125}],
    }


@pytest.mark.usefixtures("fake")
def test_surprisal_reads_lines_and_an_empty_one_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a film\n\n\xff\x1b[31m\n")))
    assert main(["surprisal", "-", "--json", "--direction", "backward"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["text"] for each in found] == ["a film", "", "\ufffd\x1b[31m"]
    assert found[1]["perplexity"] is None
    assert found[0]["direction"] == "backward"


@pytest.mark.usefixtures("fake")
def test_generate_writes_the_text_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "It is\x1b", "--words", "6", "--seed", "-3", "--temperature", "0"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "It is␛ dull ␛[31m (yes).\n"
    assert "temperature 0, seed -3" in shown.err


@pytest.mark.usefixtures("fake")
def test_generate_as_json_is_one_object_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "It is", "--words", "2", "--json"]) == 0
    shown = capsys.readouterr()
    first, second = map(json.loads, shown.out.splitlines())
    assert first == {
        "model": "lm",
        "temperature": 0.8,
        "seed": 0,
        "place": 1,
        "word": "dull",
        "bits": 0.123457,
        "text": "It is dull",
    }
    assert second["place"] == 2
    assert shown.err == ""


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_an_interrupted_text_ends_where_it_is(
    more: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeSession, "interrupted_after", 1)
    assert main(["generate", "It is", *more]) == 130
    shown = capsys.readouterr()
    assert shown.out.endswith("\n")
    assert "dull" in shown.out
    assert "Interrupted." in shown.err


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["generate", "x", "--temperature", "-1"], 2, "-1 is no temperature: it is 0 or more"),
        (["generate", "x", "--temperature", "nan"], 2, "nan is no temperature"),
        (["generate", "x", "--temperature", "warm"], 2, "'warm' is not a number"),
        (["generate", "x", "--words", "0"], 2, "less than 1"),
        (["generate", "x", "--seed", "x"], 2, "'x' is not a whole number"),
        (["generate", "x", "--model", "lm:sideways"], 1, "There is lm."),
        (["surprisal", "x", "--direction", "up"], 2, "invalid choice"),
        (["surprisal", "x", "--model", "lm:sideways"], 1, "There is no model called 'lm:sideways'."),
    ],
)
def test_what_cannot_be_meant_is_said(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


@pytest.mark.slow
def test_a_real_interrupt_ends_it(tmp_path: Path, interrupted: Callable[[list[str]], tuple[int, str, str]]) -> None:
    code, out, err = interrupted(["generate", "The film", "--words", "1000000"])
    assert code == 130
    assert out.startswith("The film ")
    assert out.endswith("\n")
    assert "Interrupted." in err
    assert "Traceback" not in err


@pytest.fixture
def interrupted(tmp_path: Path) -> Callable[[list[str]], tuple[int, str, str]]:
    """Runs the command until it has said something, and interrupts it there."""

    def run(arguments: list[str]) -> tuple[int, str, str]:
        started = subprocess.Popen(
            [sys.executable, "-m", "tui", *arguments],
            env={**os.environ, "NLP_TUI_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert started.stdout is not None
        begun = started.stdout.read(20)
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=60)
        return started.returncode, begun + out, err

    return run
