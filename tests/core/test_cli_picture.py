"""`picture`: what comes out for what goes in, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core import api
from core.api.pictures import PictureAnswer, PictureQuestion
from core.cli import main
from core.eras.table import BY_ID
from core.service import session
from tests.core.conftest import described
from tests.core.made_pictures import made_parameters, made_states, made_steps

SENTENCE = "Not \x1b[31m thin"


class FakeSession:
    """Draws waves."""

    def __init__(self, catalog: object) -> None:
        self.catalog = catalog

    def load(self, spec: str) -> FakeSession:
        self.entry = type("Entry", (), {"info": described(era=spec)})
        return self

    def picture(self, question: PictureQuestion) -> PictureAnswer:
        if isinstance(question, api.ReadParameters):
            return made_parameters(question.model)
        tokens = tuple(api.Token(word, 0, 1) for word in question.text.lower().split())
        if isinstance(question, api.ReadStates):
            return made_states(question.model, tokens, reader=question.reader)
        return made_steps(question.model, tokens)


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "Session", FakeSession)
    monkeypatch.setattr("core.catalog.models.Catalog", object)
    monkeypatch.setattr("core.cli.models.choose_models", lambda _, named: named)


@pytest.mark.parametrize("era", BY_ID)
def test_the_picture_is_lines_of_text(era: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["picture", SENTENCE, "--model", era]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    first, news, *_ = shown.splitlines()
    assert BY_ID[era].title in first
    assert news == BY_ID[era].news
    assert "positive 80 %" in shown


def test_a_words_memory_is_traced(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["picture", "not so thin", "--word", "Not"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("holds not")]
    assert line.split()[2::2] == ["█", "▅", "▃"]
    assert main(["picture", "not so thin", "--word", "plot"]) == 1
    assert "no word 'plot'" in capsys.readouterr().err


def test_the_direction_can_be_chosen_where_there_are_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["picture", SENTENCE, "--model", "ulmfit", "--reader", "backward"]) == 0
    assert "←" in capsys.readouterr().out
    assert main(["picture", SENTENCE, "--model", "scratch", "--reader", "backward"]) == 1
    assert "in one direction only" in capsys.readouterr().err
    assert main(["picture", SENTENCE, "--model", "ulmfit", "--reader", "up"]) == 1
    assert "it reads in forward and backward" in capsys.readouterr().err


def test_as_json_it_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["picture", SENTENCE, "--model", "elmo", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found["text"], found["model"]) == (SENTENCE, "elmo")
    assert [row["name"] for row in found["states"]["rows"]] == ["LM forward", "LM backward", "c", "h"]
    assert found["parameters"]["parameters"][0]["symbol"] == "C"
    assert len(found["steps"]["memory"]) == 3


def test_it_is_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p.svg"
    assert main(["picture", SENTENCE, "--svg", str(file)]) == 0
    assert ElementTree.parse(file).getroot().tag.endswith("svg")
    assert main(["picture", SENTENCE, "--svg", str(tmp_path)]) == 1
    assert "could not be written" in capsys.readouterr().err
