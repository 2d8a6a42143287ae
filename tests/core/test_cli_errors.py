"""`errors`: what comes out for what goes in."""

from __future__ import annotations

import json

import pytest

from core import api
from core.catalog import models
from core.cli import main
from core.cli import models as chosen
from core.cli.words import asker
from core.evaluation.errors import Answers, list_errors
from core.service import session
from tests.core.conftest import described
from tests.core.test_errors import TEXTS, made


class FakeSession:
    """Three classes, or with a model called `many` thirty, none of them read."""

    def __init__(self, catalog: object) -> None:
        self.catalog = catalog

    def read_errors(self, question: api.ReadErrors, told: object) -> api.ErrorList:
        names = tuple(f"class\x1b{n}" for n in range(30)) if question.model == "many" else ("a", "b", "c")
        spare = [[0.0] * (len(names) - 3)] * len(TEXTS)

        def widened(seed: int) -> Answers:
            import numpy as np

            return Answers(np.hstack([made(seed).probabilities, np.array(spare, np.float32)]))

        second = widened(2) if question.against else None
        return list_errors(question, described(labels=names), TEXTS, widened(1), second)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "Session", FakeSession)
    monkeypatch.setattr(models, "Catalog", lambda: None)
    monkeypatch.setattr(asker, "choose_model", lambda catalog, named: named or "prompt")
    monkeypatch.setattr(chosen, "choose_models", lambda catalog, named: list(named))


def test_a_table_of_classes_and_the_surest_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", "-n", "4"]) == 0
    shown = capsys.readouterr()
    scores, texts = (part.splitlines() for part in shown.out.rstrip().split("\n\n"))
    assert scores[0].split() == ["true", "class", "n", "precision", "recall", "F1", "→", "a", "→", "b", "→", "c"]
    assert len(scores) == 4
    assert texts[0].split() == ["sure", "true", "answer", "text"]
    assert len(texts) == 5
    assert "validation: 60 texts" in shown.err
    assert "4 shown" in shown.err


def test_many_classes_are_told_by_what_is_confused_most(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", "--model", "many"]) == 0
    shown = capsys.readouterr().out
    scores, pairs, _ = (part.splitlines() for part in shown.rstrip().split("\n\n"))
    assert len(scores) == 31
    assert "→" not in shown
    assert pairs[0].split() == ["true", "answer", "n"]
    assert "\x1b" not in shown


def test_two_models_stand_beside_each_other_with_who_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", "--model", "one", "--against", "other", "--filter", "Text 1"]) == 0
    shown = capsys.readouterr()
    header, *rows = shown.out.rstrip().split("\n\n")[1].splitlines()
    assert header.split() == ["margin", "true", "one", "other", "text"]
    assert rows
    assert all(("✓" in row or "✗" in row) and row.split()[-1].startswith("1") for row in rows)
    assert "only one has right" in shown.err
    assert "hold 'Text 1'" in shown.err


def test_the_test_split_comes_with_the_house_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", "--split", "test"]) == 0
    assert api.TEST_SPOILS in capsys.readouterr().err
    assert main(["errors", "--help"]) == 0
    assert "has no test any more" in " ".join(capsys.readouterr().out.split())
    assert main(["errors", "--split", "train"]) == 2


def test_as_json_the_scores_come_first_then_a_text_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["errors", "--json", "-n", "2", "--against", "other"]) == 0
    scores, *texts = map(json.loads, capsys.readouterr().out.splitlines())
    assert (scores["model"], scores["n"], scores["split"]) == ("prompt", 60, "validation")
    assert sum(map(sum, scores["confusion"])) == 60
    assert len(texts) == 2
    assert isinstance(texts[0]["answer"]["right"], bool)
    assert {"text", "label", "answer", "other", "margin", "place"} <= texts[0].keys()
