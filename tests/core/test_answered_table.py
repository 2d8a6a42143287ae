"""`predict --csv`: a table comes back as it was, with the answers beside it; whatever is missing is said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import api
from core.cli import main
from core.data.tables.left_out import LeftOut
from core.data.tables.reader import open_table
from core.data.tables.table import Row, Understood
from core.service.answered_table import ROWS, answer_table, count_rows, find_text
from core.storage.artifact import Artifact

CLASSES = {"m": ("bad", "good")}


def answered(text: str, model: str) -> api.Predicted:
    good = 0.75 if "good" in text else 0.25
    tokens = tuple(api.Token(word, 0, 0, True) for word in text.split())
    return api.Predicted(
        model=model,
        label="good" if good > 0.5 else "bad",
        probabilities={"bad": 1 - good, "good": good},
        tokens=tokens,
        running=(),
        read=min(len(tokens), 3),
        milliseconds=0.0,
    )


def ask(texts: Sequence[str], model: str) -> list[api.Predicted]:
    return [answered(text, model) for text in texts]


class Made:
    """A table of that many rows, made while it is read."""

    columns = ("id", "text")
    understood = Understood("made")

    def __init__(self, texts: Sequence[Any]) -> None:
        self._texts = texts
        self.read = 0

    def rows(self, columns: Sequence[int], left_out: LeftOut) -> Iterator[Row]:
        for text in self._texts:
            self.read += 1
            values = (self.read, text)
            yield Row(self.read, tuple(values[column] for column in columns))


def written(table: Any, text: int, models: Mapping[str, Sequence[str]] = CLASSES) -> list[list[str]]:
    output = io.StringIO(newline="")
    answer_table(table, text, models, ask, output, lambda _rows: None)
    return list(csv.reader(io.StringIO(output.getvalue(), newline="")))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")), max_size=20))
def test_every_row_comes_back_as_it_was(texts: list[str]) -> None:
    rows = written(Made(texts), 1)
    assert rows[0] == ["id", "text", "m", "m: bad", "m: good"]
    assert [row[:2] for row in rows[1:]] == [[str(n), text] for n, text in enumerate(texts, 1)]
    for row, text in zip(rows[1:], texts, strict=True):
        told = ["good", "0.250000", "0.750000"] if "good" in text else ["bad", "0.750000", "0.250000"]
        assert row[2:] == (told if text.strip() else ["", "", ""])


def test_no_more_rows_are_held_than_a_block() -> None:
    table, seen = Made(["a good text"] * (3 * ROWS)), list[tuple[int, int]]()

    def note(texts: Sequence[str], model: str) -> list[api.Predicted]:
        seen.append((len(texts), table.read))
        return ask(texts, model)

    answer_table(table, 1, CLASSES, note, io.StringIO(), lambda _rows: None)
    assert seen == [(ROWS, ROWS), (ROWS, 2 * ROWS), (ROWS, 3 * ROWS)]


def test_what_is_missing_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("review,stars\na good film indeed,5\n,3\ntoo,many,fields\n", encoding="utf-8")
    table, told = open_table(path), list[int]()
    tally = answer_table(table, find_text(table, "t.csv", "review"), CLASSES, ask, io.StringIO(), told.append)
    assert (tally.rows, tally.unanswered, tally.cut["m"], told) == (2, 1, 1, [2])
    assert tally.left_out.counts() == {"wrong number of fields": 1}
    assert count_rows(table, 0) == 2


def test_values_that_are_no_text_are_written_as_json(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    lines = [{"text": "a good one", "tags": ["ä", 1], "n": None}, {"text": 7, "tags": [], "n": 2}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    table = open_table(path)
    rows = written(table, table.columns.index("text"))
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert (found[0]["tags"], found[0]["n"], found[0]["m"]) == ('["ä", 1]', "", "good")
    assert (found[1]["text"], found[1]["m"], found[1]["m: good"]) == ("7", "", "")


def test_a_column_that_is_called_like_an_answer_stays(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text,m,m: bad\na good film,x,y\nanother bad film,x,y\n", encoding="utf-8")
    rows = written(open_table(path), 0, {"m": ("bad", "good")})
    assert rows[0] == ["text", "m", "m: bad", "m (2)", "m: bad (2)", "m: good"]
    assert rows[1][:4] == ["a good film", "x", "y", "good"]


@pytest.fixture
def model(trained: dict[str, Artifact]) -> str:
    return str(trained["scratch"].path)


def test_a_file_is_written_whole(
    model: str, reviews: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    target = tmp_path / "answers.csv"
    assert main(["predict", "--model", model, "--csv", str(reviews), "-o", str(target)]) == 0
    with reviews.open(encoding="utf-8", newline="") as file:
        before = list(csv.reader(file))
    with target.open(encoding="utf-8", newline="") as file:
        after = list(csv.reader(file))
    assert [row[:2] for row in after] == before
    assert {row[2] for row in after[1:]} <= {row[1] for row in before[1:]}
    assert all(float(row[3]) + float(row[4]) == pytest.approx(1, abs=2e-6) for row in after[1:])
    assert [path.name for path in tmp_path.glob("*answers*")] == ["answers.csv"]
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{len(before) - 1:,} rows written to" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--csv", "a.csv", "a text"], "not both"),
        (["--csv", "a.csv", "--json"], "does not go with --csv"),
        (["a text", "-o", "b.csv"], "goes with --csv"),
        ([], "give a TEXT"),
    ],
)
def test_what_cannot_be_meant(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_said(
    model: str, reviews: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLP_TUI_HOME", str(tmp_path / "home"))
    target = tmp_path / "nowhere" / "answers.csv"
    assert main(["predict", "--model", model, "--csv", str(reviews), "-o", str(target)]) == 1
    assert f"{target} cannot be written" in capsys.readouterr().err
