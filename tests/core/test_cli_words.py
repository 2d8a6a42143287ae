"""The verbs about words, end to end over the tests' tiny models."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.catalog.models import Catalog
from core.cli import main
from core.cli.words.asker import choose_model
from core.cli.words.pretrained import TO_COMPARE, TO_SEARCH
from core.storage.store import Artifact, Store


@pytest.fixture(autouse=True)
def spec(store: Store, trained: dict[str, Artifact], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("NLP_TUI_HOME", str(store.root.parent))
    return f"word2vec:{trained['word2vec'].key[:8]}"


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_vectors_of_many_lines_are_those_of_each_alone(
    spec: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sentences = ["a wonderful film", "the film is dull and the film is cold", "film"]
    lines = "".join(f"film\t{sentence}\n" for sentence in sentences) + "film\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert main(["vector", "-", "--model", spec]) == 0
    together = records(capsys.readouterr().out)
    assert [r["kind"] for r in together] == ["contextual"] * 3 + ["static"]
    for sentence, record in zip(sentences, together, strict=False):
        assert main(["vector", "film", "--in", sentence, "--model", spec]) == 0
        (alone,) = records(capsys.readouterr().out)
        assert np.allclose(alone["vector"], record["vector"], atol=1e-5)
    assert main(["vector", "film", "--in", sentences[1], "--occurrence", "2", "--model", spec]) == 0
    (second,) = records(capsys.readouterr().out)
    assert not np.allclose(second["vector"], together[1]["vector"])
    assert main(["vector", "film", "--in", sentences[1], "--slot", "--model", spec]) == 0
    (slot,) = records(capsys.readouterr().out)
    assert not np.allclose(slot["vector"], together[1]["vector"])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["neighbors", "music", "--in", "a dull film"], "The word 'music' is not in the sentence."),
        (["vector", "film", "--in", "a film", "--occurrence", "2"], "stands in the sentence only once"),
        (["vector", "film", "--in", "a film", "--layer", "x"], "has no layer 'x'"),
        (["analogy", "film -"], "A word is missing after '-'"),
        (["analogy", "film - film"], "Nothing is left"),
        (["compare", "dull", "--in", "a dull film", "--with", "a film"], "'dull' is not in the second sentence."),
        (["drift", "--least", "99999999"], "No word is counted 99,999,999 times."),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(
    spec: str, arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--model", spec]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert why in shown.err
    assert "Traceback" not in shown.err


def test_neighbors_as_csv_are_those_as_json(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["neighbors", "dull", "--model", spec, "--csv", "-k", "4"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert main(["neighbors", "dull", "--model", spec, "--json", "-k", "4"]) == 0
    found = records(capsys.readouterr().out)
    assert [{name: str(value) for name, value in record.items()} for record in found] == rows


def test_an_analogy_and_its_methods(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    for method in ("add", "mul"):
        assert (
            main(["analogy", "wonderful - film + cast", "--model", spec, "--method", method, "-k", "3", "--json"]) == 0
        )
        shown = capsys.readouterr()
        assert [(r["rank"], r["method"]) for r in records(shown.out)] == [(n, method) for n in (1, 2, 3)]
    assert main(["analogy", "wonderful - film + cast", "--model", spec]) == 0
    assert "themselves are left out" in capsys.readouterr().err


def test_vectors_are_exported_once(spec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "v.txt")
    arguments = ["export", "vectors", path, "--model", spec, "--format", "word2vec"]
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines() == [path]
    assert main(arguments) == 1
    assert "--force" in capsys.readouterr().err
    assert main([*arguments, "--force", "--json"]) == 0
    assert records(capsys.readouterr().out)[0]["files"] == [path]
    assert main(["export", "vectors", path, "--format", "excel"]) == 2


def test_drift_and_map_for_people_and_for_programs(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--model", spec, "--least", "1", "--json"]) == 0
    (found,) = records(capsys.readouterr().out)
    assert found["start"] == "word2vec"
    assert main(["drift", "--model", spec, "--least", "1", "--words", "3"]) == 0
    shown = capsys.readouterr()
    assert "stayed" in shown.out
    assert "C started from word2vec" in shown.err
    assert "ask run:ID" in shown.err, "where the epochs of a training are"
    assert main(["drift", "--model", spec, "--epoch", "3"]) == 1
    assert "Of epoch 3 of" in capsys.readouterr().err
    assert main(["map", "dull", "--model", spec, "-k", "3", "--json"]) == 0
    assert [r["role"] for r in records(capsys.readouterr().out)] == ["asked", "neighbor", "neighbor", "neighbor"]


@pytest.mark.parametrize(("there", "asked"), [(("mlm", "minilm"), "mlm"), (("minilm",), "lm"), ((), "lm")])
def test_places_are_compared_with_the_vectors_that_tell_them_apart_best(
    there: tuple[str, ...], asked: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Catalog, "transformers", lambda _: there)
    catalog = Catalog()
    assert choose_model(catalog, None, TO_COMPARE) == asked
    assert capsys.readouterr().err.startswith(f"{asked}: ")
    assert choose_model(catalog, None, TO_SEARCH) == "lm"
    assert choose_model(catalog, "minilm", TO_COMPARE) == "minilm"


def test_what_was_read_on_is_not_there_without_what_it_started_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path))
    monkeypatch.setattr("core.catalog.models.has_minilm", lambda: False)
    assert Catalog().transformers() == ()


def test_a_word_alone_and_a_place_are_each_asked_of_what_answers_best(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Catalog, "transformers", lambda _: ())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"film\ta dull film\nfilm\nfilm\n")))
    assert main(["vector", "-"]) == 0
    many = [(r["kind"], r["model"]) for r in records(capsys.readouterr().out)]
    assert main(["vector", "film"]) == 0
    (alone,) = records(capsys.readouterr().out)
    assert many == [("contextual", "lm"), *[("static", alone["model"])] * 2]


def test_neighbors_that_another_seed_does_not_have_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["neighbors", "plot", "--model", "scratch", "-k", "12"]) == 0
    told = capsys.readouterr()
    assert "0 % of the ten nearest stay" in told.err
    marked = [line.count("*") for line in told.out.splitlines()[1:]]
    assert marked == [1] * 10 + [0] * 2, "nobody looked further down than ten"


def test_drift_is_asked_of_the_latest_era_whose_vectors_were_tuned(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--words", "3"]) == 0
    assert capsys.readouterr().err.startswith("ulmfit: ")


def test_nobody_is_told_that_a_word_was_counted_never_where_nobody_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if "minilm" not in Catalog().transformers():
        pytest.skip("the extra is not installed")
    assert main(["neighbors", "play", "--model", "minilm", "-k", "3"]) == 0
    told = capsys.readouterr()
    assert "counted" not in told.err
    assert [line.split()[-1] for line in told.out.splitlines()[1:]] != ["0"] * 3


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["neighbors", "film", "--layer", "x", "--slot"], "--layer and --slot: only for a place in a sentence"),
        (["map", "film", "--occurrence", "2"], "--occurrence: only for a place in a sentence"),
        (["neighbors", "film", "--in", "a film", "--kind", "static", "--among", "same"], "--among: only for a place"),
        (["vector", "-", "--in", "a film"], "the sentences come from standard input"),
    ],
)
def test_options_that_would_do_nothing_are_wrong_usage(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert why in capsys.readouterr().err


def test_a_line_that_cannot_be_answered_is_named(
    spec: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"film\ta film\nmusic\ta film\n")))
    assert main(["vector", "-", "--model", spec]) == 1
    told = capsys.readouterr()
    assert len(records(told.out)) == 1
    assert "Line 2: The word 'music' is not in the sentence." in told.err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"film\nqqzzqq\n")))
    assert main(["vector", "-", "--model", spec]) == 1
    assert "Line 2: The model" in capsys.readouterr().err


def test_vectors_that_nobody_tuned_have_not_drifted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--model", "vectors:word2vec"]) == 1
    assert "The C of 'vectors:word2vec' is not tuned" in capsys.readouterr().err
