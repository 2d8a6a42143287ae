"""`eras`, `predict`, `neighbors`, `vector`: what comes out for what goes in."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

import numpy as np
import pytest

from core import api
from core.catalog.ladder import MeasuredLadder
from core.catalog.models import Catalog, ModelError
from core.cli import answers, main
from core.cli.words import asker
from core.eras.table import BY_ID, ERAS


def entry(era: str) -> SimpleNamespace:
    return SimpleNamespace(
        title=f"{era} · rotten_tomatoes · all labels · seed 1", source="shipped", accuracy=0.761, spec=era, era=era
    )


class FakeCatalog:
    """Knows two eras."""

    def for_era(self, era: str) -> SimpleNamespace | None:
        return entry(era) if era in ("scratch", "word2vec") else None

    def language_models(self) -> frozenset[str]:
        return frozenset()

    def resolve(self, spec: str) -> SimpleNamespace:
        if spec not in ("scratch", "word2vec", "run:3f2a9c"):
            raise ModelError(f"There is no model called {spec!r}.", "Name an era.")
        return entry(spec)


class FakeSession:
    """Calls a text positive if it says so, and remembers how it was asked."""

    batches: list[int] = []

    def __init__(self, catalog: FakeCatalog) -> None:
        self.catalog = catalog

    def predict(self, texts: Sequence[str], model: str) -> list[api.Predicted]:
        self.batches.append(len(texts))
        return [self._answer(text, model) for text in texts]

    def run(self, text: str, model: str) -> api.Predicted:
        answer = self._answer(text, model)
        return api.Predicted(
            answer.model, answer.label, answer.probabilities, answer.tokens, tuple((0.5, 0.5) for _ in answer.tokens)
        )

    def neighbors(self, question: api.Neighbors) -> api.NeighborList:
        if question.word == "qwxz":
            return api.NeighborList("qwxz", question.model, question.lens, (), known=False, suggestions=("quiz",))
        if question.lens == "static":
            found = (api.Neighbor(1, "actors", 0.71234567, 900), api.Neighbor(2, "crew", 0.6, 80))
            return api.NeighborList(question.word, question.model, "static", found, count=1234, note="rows of C")
        if question.sentence == "no index":
            return api.NeighborList(question.word, question.model, "contextual", (), missing="index")
        place = api.Neighbor(1, "cast", 0.9, 1234, "the whole", "is fine", "rotten_tomatoes:12", "positive")
        return api.NeighborList(question.word, question.model, "contextual", (place,), count=1234)

    def vector(self, word: str, model: str, sentence: str | None = None, *place: Any) -> Any:
        return np.array([0.5, -1.0 if sentence else 1.0], dtype=np.float32)

    def _answer(self, text: str, model: str) -> api.Predicted:
        p = 0.9 if "good" in text else 0.1
        tokens = tuple(api.Token(word, 0, 1, word != "zzz") for word in text.split())
        label = "positive" if p > 0.5 else "negative"
        return api.Predicted(model, label, {"negative": 1 - p, "positive": p}, tokens)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSession.batches = []
    for module in (answers, asker):
        monkeypatch.setattr(module, "open_session", lambda: FakeSession(FakeCatalog()))


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_predict_answers_with_every_model_and_says_which_ones_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "--json", "a good film"]) == 0
    shown = capsys.readouterr()
    first, second = records(shown.out)
    assert first == {
        "text": "a good film",
        "model": "scratch",
        "label": "positive",
        "probabilities": {"negative": 0.1, "positive": 0.9},
        "tokens": ["a", "good", "film"],
    }
    assert second["model"] == "word2vec"
    assert "scratch: scratch · rotten_tomatoes · all labels · seed 1 (shipped, test accuracy 76.1 %)" in shown.err


def test_predict_running_has_the_probabilities_after_each_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "--json", "--running", "--model", "scratch", "so good"]) == 0
    (record,) = records(capsys.readouterr().out)
    assert record["running"] == [{"negative": 0.5, "positive": 0.5}] * 2
    assert main(["predict", "--running", "--model", "scratch", "so zzz"]) == 0
    assert "zzz (unknown)" in capsys.readouterr().out


def test_predict_streams_ten_thousand_lines_in_batches_and_in_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(monkeypatch, "".join(f"sentence {i} {'good' if i % 3 else 'bad'}\n" for i in range(10_000)).encode())
    assert main(["predict", "--json", "--model", "scratch", "-"]) == 0
    found = records(capsys.readouterr().out)
    assert [record["text"].split()[1] for record in found] == [str(i) for i in range(10_000)]
    assert max(FakeSession.batches) == 256
    assert len(FakeSession.batches) == 40


class Line(str):
    """A line that is counted as long as anything holds it."""

    __slots__ = ("__weakref__",)


def test_predict_holds_no_more_texts_than_a_batch_and_the_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held, most = WeakSet[Line](), list[int]()

    def read() -> Iterator[str]:
        for number in range(2_000):
            line = Line(f"sentence {number}")
            held.add(line)
            most.append(len(held))
            yield line

    monkeypatch.setattr(answers, "lines", read)
    assert main(["predict", "--json", "--model", "scratch", "--batch-size", "10", "-"]) == 0
    assert len(records(capsys.readouterr().out)) == len(most) == 2_000
    assert max(most) <= 21


def test_predict_takes_whatever_bytes_a_pipe_brings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped(monkeypatch, b"\xef\xbb\xbffirst\r\n\xff\xfe\x00good\n\nlast good")
    assert main(["predict", "--json", "--model", "scratch", "-"]) == 0
    texts = [record["text"] for record in records(capsys.readouterr().out)]
    assert texts == ["first", "\ufffd\ufffd\x00good", "", "last good"]


def test_predict_for_people_is_a_line_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "--model", "scratch,run:3f2a9c", "good \x1b[2J film"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "positive     90.0 %  scratch     good ␛[2J film",
        "positive     90.0 %  run:3f2a9c  good ␛[2J film",
    ]


def test_an_unknown_model_is_said_in_two_lines_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "--model", "gpt", "hello"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "nlp-tui: There is no model called 'gpt'.\nName an era.\n"


def test_static_neighbors_come_with_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["neighbors", "cast", "--model", "scratch", "--json"]) == 0
    assert records(capsys.readouterr().out)[0] == {
        "word": "cast",
        "model": "scratch",
        "kind": "static",
        "rank": 1,
        "neighbor": "actors",
        "score": 0.712346,
        "count": 900,
    }
    assert main(["neighbors", "cast", "--model", "scratch"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "rank  neighbor  cosine  count",
        "   1  actors     0.712    900",
        "   2  crew       0.600     80",
    ]


def test_a_sentence_asks_for_contextual_neighbors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["neighbors", "cast", "--in", "the cast is good", "--json"]) == 0
    (record,) = records(capsys.readouterr().out)
    assert record["kind"] == "contextual"
    assert (record["left"], record["right"], record["source"]) == ("the whole", "is fine", "rotten_tomatoes:12")
    assert record["model"] == "word2vec"


def test_a_missing_index_says_how_to_build_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["neighbors", "cast", "--in", "no index", "--model", "scratch"]) == 1
    assert "`nlp-tui index`" in capsys.readouterr().err


def test_an_unknown_word_brings_its_nearest_spellings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["neighbors", "qwxz"]) == 1
    assert "Nearest spellings: quiz." in capsys.readouterr().err


def test_vectors_of_a_word_and_of_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vector", "cast", "--model", "scratch", "--json"]) == 0
    expected = {"word": "cast", "model": "scratch", "kind": "static", "vector": [0.5, 1.0]}
    assert records(capsys.readouterr().out) == [expected]
    piped(monkeypatch, b"cast\tthe cast\nfilm\n\n")
    assert main(["vector", "-", "--model", "scratch"]) == 0
    found = records(capsys.readouterr().out)
    assert [(r["word"], r["kind"], r["vector"]) for r in found] == [
        ("cast", "contextual", [0.5, -1.0]),
        ("film", "static", [0.5, 1.0]),
    ]


def test_a_reader_that_leaves_early_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as file:

        class Closed(io.TextIOWrapper):
            def write(self, text: str) -> int:
                raise BrokenPipeError

        closed = Closed(file.buffer)
        monkeypatch.setattr(sys, "stdout", closed)
        assert main(["predict", "--json", "--model", "scratch", "hello"]) == 0
        closed.detach()


def test_interrupting_is_exit_code_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(self: FakeSession, texts: Sequence[str], model: str) -> list[api.Predicted]:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeSession, "predict", interrupted)
    assert main(["predict", "hello"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_the_table_of_eras(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    assert main(["eras", "--json"]) == 0
    found = records(capsys.readouterr().out)
    assert [record["era"] for record in found] == list(BY_ID)
    assert [record["era"] for record in found if not record["control"]] == [era.id for era in ERAS]
    assert found[1]["parameters"]["C"] == {"origin": "word2vec", "tuned": True}
    assert all((record["model"] is None) == (Catalog().for_era(record["era"]) is None) for record in found)
    calibrated = {record["era"]: record["model"]["calibration"] for record in found if record["model"]}
    assert all(0 <= each["before"] <= 1 and each["n"] for each in calibrated.values())
    assert calibrated["prompt"]["temperature"] is None, "it has read no label"
    measured = MeasuredLadder.load()
    assert sum(len(record["measured"]) for record in found) == len(measured.means) > 0
    assert main(["eras"]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert [line.split()[0] for line in lines[1 : len(BY_ID) + 1]] == list(BY_ID)
    assert max(map(len, lines)) < 120
    few = next(mean for mean in measured.of("word2vec", "rotten_tomatoes") if mean.labels == 100)
    gain = measured.gain(few)
    assert gain is not None
    assert few.sd is not None
    for said in (
        f"{100 * few.mean:.1f} ± {100 * few.sd:.1f}",
        f"[{100 * few.low:.1f}, {100 * few.high:.1f}]",
        f"[{100 * gain.low:+.1f}, {100 * gain.high:+.1f}]",
    ):
        assert said in shown.out
    assert "mean ± standard deviation" in shown.err


def test_an_era_whose_extra_is_not_installed_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    monkeypatch.setattr("core.machine.extras.has_transformers", lambda: False)
    assert main(["eras"]) == 0
    shown = capsys.readouterr()
    assert "needs an extra" in shown.out.splitlines()[6]
    assert "bert needs an extra: pip install 'nlp-tui[bert]'" in shown.err
    assert main(["eras", "--json"]) == 0
    needs = {record["era"]: record["needs"] for record in records(capsys.readouterr().out)}
    assert [era for era, command in needs.items() if command] == ["bert"]
