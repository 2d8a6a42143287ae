"""`explain` and `attention`: what comes out for what goes in, and how they end."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from core import api
from core.catalog import models
from core.cli import main
from core.cli.words import asker
from core.service import session


class FakeSession:
    """Every word accounts for as many points as it is long, every second one against; each looks at the next."""

    def __init__(self, catalog: object) -> None:
        self.catalog = catalog

    def explain(self, question: api.Explain | api.Attend) -> api.Explained | api.Attention:
        words = question.text.split()
        if isinstance(question, api.Attend):
            shown = tuple(api.AttendedWord(word, 2 if word == "spelled" else 1) for word in words)
            size = range(len(words))
            rows = tuple(tuple(float(seen == (row + 1) % len(words)) for seen in size) for row in size)
            return api.Attention(
                "bert", question.layer, question.head, 6, 12, shown, rows, len(words), len(words), "merged", "beware"
            )
        found = tuple(
            api.Contribution(api.Token(word, 0, 1, word != "zxqv"), len(word) * (-1) ** n + 0.1234567)
            for n, word in enumerate(words)
        )
        baseline, gap, steps = (0.25, 0.5, 64) if question.method == "integrated" else (None, None, 0)
        return api.Explained(
            "scratch", "positive", question.label or "positive", question.method, ("loo",), 0.75, found,
            len(words) + 1, len(words), baseline, gap, steps, note="what they are", remark="beware of it",
        )  # fmt: skip


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "Session", FakeSession)
    monkeypatch.setattr(models, "Catalog", lambda: None)
    monkeypatch.setattr(asker, "choose_model", lambda catalog, named: named or "scratch")


@pytest.mark.usefixtures("fake")
def test_words_stand_with_their_points_and_bars(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "a zxqv\x1b", "--label", "negative"]) == 0
    shown = capsys.readouterr()
    said, header, first, second = shown.out.splitlines()
    assert said == "positive: the probability of negative is 75.0 % (scratch)"
    assert header.split() == ["token", "points", "against", "│", "for", "negative"]
    assert first.split() == ["a", "+1.1", "│██▊"]
    assert second.split() == ["zxqv␛", "-4.9", "████████████│"]
    assert "Points: what they are." in shown.err
    assert "Beware of it." in shown.err
    assert "the first 2 tokens" in shown.err


@pytest.mark.usefixtures("fake")
def test_the_path_says_its_sum_and_its_gap(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "ab c", "--method", "integrated"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "sum +1.2; from 25.0 % of zero vectors it is +50.0 to the answer (gap +0.50 points, 64 steps)"


@pytest.mark.usefixtures("fake")
def test_explanations_as_json_are_one_object_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\n\n")))
    assert main(["explain", "-", "--json", "--method", "integrated"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "text": "a",
        "model": "scratch",
        "answer": "positive",
        "label": "positive",
        "probability": 0.75,
        "method": "integrated",
        "tokens": [{"token": "a", "known": True, "points": 1.123457}],
        "read": 1,
        "baseline": 0.25,
        "gap": 0.5,
        "steps": 64,
    }
    assert second["tokens"] == []


@pytest.mark.usefixtures("fake")
def test_attention_says_where_each_word_looks_most(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attention", "a spelled word", "--layer", "2"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[1].split()[:4] == ["a", "spelled", "100", "%"]
    assert "layer 2, the mean of 12 heads. Merged." in shown.err
    assert "beware" in shown.err
    assert main(["attention", "a spelled", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["weights"] == [[0.0, 1.0], [1.0, 0.0]]
    assert found["words"][1] == {"word": "spelled", "pieces": 2, "part": "text"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["explain", "x", "--method", "magic"], 2, "invalid choice"),
        (["explain", "x", "--model", "nothing"], 1, "nothing"),
        (["attention", "x", "--layer", "-1"], 2, "less than 0"),
        (["attention", "x", "--model", "nothing"], 1, "nothing"),
    ],
)
def test_what_cannot_be_meant_is_said(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


class TwinSession:
    """Positive where there is no `not`; a model called `topics` has other classes."""

    def __init__(self, catalog: object) -> None:
        self.catalog = catalog

    def explain(self, question: api.MakeTwins) -> api.TwinList:
        negated = api.Twin("negated", question.text + " not\x1b", "not behind 'is'")
        return api.TwinList(question.text, (negated, api.Twin("typo", "", "no word of five letters")))

    def predict(self, texts: list[str], model: str) -> list[api.Predicted]:
        names = ("a", "b", "c") if model == "topics" else ("negative", "positive")
        shares = [0.25 if "not" in text else 0.75 for text in texts]
        rest = len(names) - 1
        return [
            api.Predicted(model, names[-1], {**dict.fromkeys(names[:-1], (1 - p) / rest), names[-1]: p}, ())
            for p in shares
        ]


@pytest.fixture
def fake_twins(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.cli import models as chosen

    monkeypatch.setattr(session, "Session", TwinSession)
    monkeypatch.setattr(models, "Catalog", lambda: None)
    monkeypatch.setattr(chosen, "choose_models", lambda catalog, named: list(named or ("scratch",)))


@pytest.mark.usefixtures("fake_twins")
def test_twins_stand_with_every_models_change(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twins", "it is", "--model", "scratch,topics"]) == 0
    shown = capsys.readouterr()
    header, own, negated = shown.out.splitlines()
    assert header.split() == ["twin", "scratch", "topics"]
    assert own.split() == ["it", "is", "75", "75"]
    assert negated.split() == ["negated:", "it", "is", "not␛", "25", "(-50)", "25", "(-50)"]
    assert "typo does not fit: no word of five letters." in shown.err


@pytest.mark.usefixtures("fake_twins")
def test_twins_as_json_are_one_object_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twins", "it is", "--json"]) == 0
    negated, typo = map(json.loads, capsys.readouterr().out.splitlines())
    assert negated["twin"] == "it is not\x1b"
    (answer,) = negated["answers"]
    assert answer["change"] == {"negative": 0.5, "positive": -0.5}
    assert typo == {"text": "it is", "rule": "typo", "twin": None, "note": "no word of five letters", "answers": []}
