"""The engine process: JSON lines in and out, the latest question of a kind wins, it ends with its input."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import api
from core.service.engine import Engine, Inbox, Library
from core.storage.store import Artifact, Store


def test_messages_survive_the_journey() -> None:
    token = api.Token("[/b]\x1b", 0, 5, known=False)
    answers: list[api.Answer] = [
        api.Predicted("m", "a\nb", {"a\nb": 0.25, "": 0.75}, (token,), ((0.1, 0.9),), 1, 0.5),
        api.NeighborList("w", "m", "contextual", (api.Neighbor(1, "x", 0.5, 3, "l", "r", "s:1", "pos"),), note="n"),
        api.DriftList(
            "run:3f2a",
            "word2vec",
            (api.Pair("a", "b", 0.6, 0.5),),
            (api.Moved("a", 9, 0.5, ("b",), ("c",)),),
            0.5,
            9,
            3,
            "note",
            (1, 2),
            2,
            1,
            (api.Course("a", "b", (0.6, 0.55, 0.5)),),
            "",
        ),
        api.Failed("no", "yes", "m"),
        api.Finished(superseded=True),
        api.Ready("2", "cpu"),
    ]
    for answer in answers:
        line = api.encode(4, answer)
        assert "\n" not in line
        assert line.isascii()
        assert api.decode_answer(line) == (4, answer)
    questions: list[api.Question] = [
        api.Predict("\udcff\x00", ("a", "b")),
        api.Neighbors("w", "m", "contextual", "s", 3),
        api.PredictPrefixes("t", ()),
        api.Rescan(),
    ]
    for question in questions:
        assert api.decode_question(api.encode(9, question)) == (9, question)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"id":1}',
        '{"id":1,"kind":"eval"}',
        '{"id":1,"kind":"predict","x":1}',
        "\x00",
        '{"id":1,"kind":"predict","text":5,"models":[]}',
        '{"id":1,"kind":"predict","text":"fine","models":"scratch"}',
    ],
)
def test_what_is_no_message_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a message"):
        api.decode_question(line)


def test_the_latest_question_of_a_kind_wins_and_final_answers_go_before_colours() -> None:
    superseded: list[int] = []
    inbox = Inbox(superseded.append)
    inbox.put(1, api.PredictPrefixes("old", ()))
    inbox.put(2, api.Predict("old", ()))
    inbox.put(3, api.Neighbors("w", "m"))
    inbox.put(4, api.Predict("new", ()))
    inbox.put(5, api.PredictPrefixes("new", ()))
    assert superseded == [2, 1]
    order = [inbox.get(wait=False) for _ in range(4)]
    assert [asked[0] if asked else None for asked in order] == [4, 3, 5, None]
    inbox.close()
    assert inbox.get(wait=True) is None


def test_a_closed_inbox_wakes_who_waits() -> None:
    inbox = Inbox(lambda _: None)
    got: list[object] = []
    waiter = threading.Thread(target=lambda: got.append(inbox.get(wait=True)))
    waiter.start()
    inbox.close()
    waiter.join(timeout=60)
    assert got == [None]


def test_a_nudge_wakes_who_waits_though_nobody_asked() -> None:
    inbox = Inbox(lambda _: None)
    inbox.nudge()
    assert inbox.get(wait=True) is None
    inbox.put(1, api.Rescan())
    assert inbox.get(wait=True) == (1, api.Rescan())


def test_a_library_is_imported_beside_the_answers_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    begun, go_on = threading.Event(), threading.Event()
    library = Library(told.set)

    def importing() -> None:
        begun.set()
        go_on.wait(10)

    monkeypatch.setattr(library, "_load", importing)
    assert not library.there()
    assert begun.wait(10)
    assert not library.there()
    go_on.set()
    assert told.wait(10)
    assert library.there()


def test_a_line_that_is_no_question_is_answered_and_the_next_is_read() -> None:
    output = io.StringIO()
    engine = Engine(output)
    engine.read(io.StringIO("nonsense\n" + api.encode(2, api.Rescan()) + "\n"))
    number, answer = api.decode_answer(output.getvalue().strip())
    assert number == 0
    assert isinstance(answer, api.Failed)


class Child:
    """A real engine over the tests' tiny models."""

    def __init__(self, home: Path, cwd: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "core.service.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(cwd / "stderr.log").open("w"),
            env={**os.environ, "NLP_TUI_HOME": str(home)},
            cwd=cwd,
            text=True,
        )

    def ask(self, number: int, question: api.Question) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(api.encode(number, question) + "\n")
        self.process.stdin.flush()

    def hear(self) -> tuple[int, api.Answer]:
        assert self.process.stdout is not None
        return api.decode_answer(self.process.stdout.readline())

    def until_finished(self, number: int) -> list[api.Answer]:
        answers: list[api.Answer] = []
        while True:
            heard, answer = self.hear()
            if heard == number:
                answers.append(answer)
                if isinstance(answer, api.Finished) or (isinstance(answer, api.Failed) and not answer.model):
                    return answers


@pytest.fixture
def child(store: Store, tmp_path: Path) -> Iterator[Child]:
    # A folder named like ours in the person's directory must never be imported.
    for name in ("core", "tui"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('imported the wrong package')")
    engine = Child(store.root.parent, tmp_path)
    yield engine
    engine.process.kill()
    engine.process.wait()


@pytest.mark.slow
def test_the_process_answers_refuses_and_ends_with_its_input(child: Child, trained: dict[str, Artifact]) -> None:
    number, ready = child.hear()
    assert number == 0
    assert isinstance(ready, api.Ready)
    spec = f"scratch:{trained['scratch'].key[:8]}"

    child.ask(1, api.Predict("a wonderful film", (spec, "nothing-like-this", spec)))
    first, failed, second, finished = child.until_finished(1)
    assert isinstance(first, api.Predicted)
    assert first.label == "positive"
    assert isinstance(failed, api.Failed)
    assert failed.model == "nothing-like-this"
    assert failed.hint
    assert isinstance(second, api.Predicted)
    assert finished == api.Finished()

    child.ask(2, api.PredictPrefixes("a dull film", (spec,)))
    colours, _ = child.until_finished(2)
    assert isinstance(colours, api.Predicted)
    assert len(colours.running) == 3

    child.ask(3, api.Neighbors("zxqv", spec, "contextual", "a dull film"))
    (refused,) = child.until_finished(3)
    assert isinstance(refused, api.Failed)
    assert "not in the sentence" in refused.message

    child.ask(4, api.Predict("\x1b[31m[/b]\x00\udcff" * 20, (spec,)))
    assert isinstance(child.until_finished(4)[0], api.Predicted)

    assert child.process.stdin is not None
    child.process.stdin.close()
    assert child.process.wait(timeout=120) == 0
