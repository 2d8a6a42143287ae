"""Tables as people really have them: what is read, what is left out and why, and what is said of it."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.files import load, look
from core.data.tables.table import Reading
from core.data.task import DataError
from tests.core.data.made_tables import (
    ACCENTS,
    CASES,
    COUNTS,
    LABELS,
    ROWS,
    STRAY,
    TEXTS,
    delimited,
    lines,
    objects,
    parquet,
    workbook,
    zipped,
)


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_read_whole_and_what_is_left_out_is_counted(name: str, tmp_path: Path) -> None:
    file, content, facts, left_out = CASES[name]
    path = tmp_path / file
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = look(path).to_json()
    extra = 1 if name == "half of a surrogate pair" else 0
    assert found["classes"] == {**COUNTS, "bad": COUNTS["bad"] + extra}
    assert found["rows"] == len(ROWS) + extra
    assert found["left_out"] == left_out
    assert found["read"] == found["rows"] + sum(left_out.values())
    for fact, value in facts.items():
        assert str(found[fact]).startswith(str(value)), fact


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", json.dumps([5, *objects()]), "not a JSON object (the first at object 1)"),
        ("a.jsonl", lines([*objects(), {"text": "without"}]), "no label (the first at line 21)"),
        ("a.parquet", parquet({"text": TEXTS, "label": [None, *LABELS[1:]]}), "no label (the first at row 1)"),
        ("a.csv", "\n\n" + delimited(",", quote=True) + "only\n", "wrong number of fields (the first at line 24)"),
        ("a.csv", "sep=,\n" + delimited(",", quote=True) + "only\n", "wrong number of fields (the first at line 23)"),
        ("a.csv", '"the\ntext",label\n' + delimited(",", header="", quote=True) + "only\n", "first at line 23)"),
    ],
    ids=["array", "lines", "parquet", "blank lines", "sep", "two-line header"],
)
def test_where_the_first_row_is_that_was_left_out(name: str, content: str | bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert any(said in note for note in look(path).notes), look(path).notes


@pytest.mark.parametrize(
    ("name", "content", "message", "hint"),
    [
        ("a.csv", lines(objects()), "holds JSON, not a delimited table", "name it .jsonl"),
        ("a.csv", workbook([("text", "label"), *ROWS]), "binary file", ".xlsx workbook: name it so"),
        ("a.csv", parquet({"text": TEXTS, "label": LABELS}), "binary file", ".parquet file: name it so"),
        ("a.csv", gzip.compress(delimited(",").encode()), "binary file", "compressed file, .gz: name it so"),
        ("a.jsonl", delimited(","), "line 1 is not JSON", "one JSON object a line"),
        ("a.json", "[1, 2]", "object 1 is a number, not an object", "one array of objects"),
        ("a.json", json.dumps(objects(), indent=1)[:-20], "line 80: Expecting", "repair the array"),
        ("a.xls", "anything", "not a kind of file this reads", "save it as .xlsx or .csv"),
        ("a.xlsx", delimited(","), "not a workbook that can be read", "save it as .csv"),
        ("a.csv.gz", gzip.compress(delimited(",").encode())[:-15], "cannot be unpacked", "unpack it"),
    ],
    # What packs a file puts the time into it, and every worker must collect tests of the same names.
    ids=[
        "JSON named csv",
        "workbook named csv",
        "parquet named csv",
        "gz named csv",
        "csv named jsonl",
        "numbers in json",
        "torn json",
        "xls",
        "csv named xlsx",
        "torn gz",
    ],
)
def test_the_hint_fits_the_fault(name: str, content: str | bytes, message: str, hint: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError) as refused:
        look(path)
    assert message in refused.value.message
    assert hint in refused.value.hint


def test_a_test_split_that_says_little_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(delimited(",", quote=True), encoding="utf-8")
    assert any("the test split has" in note and "may be off by" in note for note in load(path, None, None).notes)


def test_a_quotation_mark_between_tabs_is_a_character(tmp_path: Path) -> None:
    path = tmp_path / "spam.tsv"
    path.write_text(delimited("\t", STRAY, header=""), encoding="utf-8")
    found = look(path)
    assert len(found.examples) + found.left_out.total == len(STRAY)
    assert max(map(len, found.examples.texts)) < 40


def test_a_quotation_mark_that_would_swallow_lines_is_said(tmp_path: Path) -> None:
    path = tmp_path / "spam.csv"
    path.write_text(delimited(",", STRAY[:40]), encoding="utf-8")
    found = look(path)
    assert len(found.examples) == 40
    assert any("quotes are read as characters" in note for note in found.notes)


def test_a_long_quoted_field_is_one_and_said(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    letter = "\n".join(f"paragraph {n}, with a comma" for n in range(15))
    path.write_text(delimited(",", [*ROWS, (letter, "good")], quote=True), encoding="utf-8")
    found = look(path)
    assert letter in list(found.examples.texts)
    assert any("spans 15 lines" in note for note in found.notes)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_what_is_not_utf8_is_guessed_and_said(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_bytes(delimited(",", ACCENTS, quote=True).encode(encoding))
    found = look(path)
    assert list(found.examples.texts) == [text for text, _ in ACCENTS]
    assert any("which is a guess" in note for note in found.notes)
    named = look(path, reading=Reading(encoding=encoding))
    assert list(named.examples.texts) == [text for text, _ in ACCENTS]
    assert not any("guess" in note for note in named.notes)


def test_what_a_person_says_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(delimited("\t"), encoding="utf-8")
    found = look(path, "1", "2", Reading(header=False))
    assert (found.text, found.label, found.understood.header) == ("column 1", "column 2", False)
    assert found.rare == ("'label' (1)",), "the first row is a row"
    with pytest.raises(DataError, match="there is no encoding 'klingon'"):
        look(path, reading=Reading(encoding="klingon"))


def test_decimal_labels_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet({"text": TEXTS, "stars": [Decimal(f"{n % 3}.0") for n in range(20)]}))
    assert list(look(path).counts()) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (("5", "1", "nan"), ["1", "5", "nan"]),
        (("1", "1.0", "0"), ["0", "1", "1.0"]),
        (("10", "9", "1"), ["1", "9", "10"]),
        (("inf", "2", "10"), ["10", "2", "inf"]),
        (("neg", "Neg", "pos"), ["Neg", "neg", "pos"]),
    ],
)
def test_the_order_of_classes_is_total(labels: tuple[str, ...], order: list[str], tmp_path: Path) -> None:
    rows = [(f"sentence number {n} about films", labels[n % 3]) for n in range(30)]
    for number, some in enumerate((rows, rows[::-1])):
        path = tmp_path / f"{number}.csv"
        path.write_text(delimited(",", some), encoding="utf-8")
        assert list(look(path).counts()) == order


def test_labels_that_are_written_differently_are_said_and_can_be_made_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    labels = ("Pos", "pos", "pos", "NEG", "neg ", "neg")
    path.write_text(
        delimited(",", [(f"sentence number {n} about films", labels[n % 6]) for n in range(60)]), encoding="utf-8"
    )
    found = look(path)
    assert list(found.counts()) == ["NEG", "Pos", "neg", "pos"]
    assert any("--fold-labels" in note and "'Pos' (10), 'pos' (20)" in note for note in found.notes)
    folded = look(path, reading=Reading(fold_labels=True))
    assert folded.counts() == {"neg": 30, "pos": 30}
    assert not any("--fold-labels" in note for note in folded.notes)


def test_uneven_and_rare_classes_and_contradictions_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [(f"sentence number {n} about films", "ham") for n in range(210)]
    rows += [(f"another one, {n}", "spam") for n in range(8)] + [("rare thing", "x"), ("rarer", "y"), ("rarer", "spam")]
    path.write_text(delimited(",", rows, quote=True), encoding="utf-8")
    found = look(path)
    notes = "\n".join(found.notes)
    assert "'ham': always saying so" in notes
    assert "'x' (1), 'y' (0)" in notes
    assert "one each for training, validation and test, are left out: 'x' (1), 'y' (0)" in notes
    assert found.classes == ("ham", "spam")
    assert found.left_out.counts() == {"same text with different labels": 2, "class with too few examples": 1}
    assert {
        found.classes[label]
        for text, label in zip(found.examples.texts, found.examples.labels, strict=True)
        if text.startswith("another")
    } == {"spam"}, "labels are numbered anew"


@pytest.mark.parametrize(
    ("labels", "classes", "note"),
    [
        (("NaN", "good"), ("NaN", "good"), "a class is called 'NaN' (12)"),
        (("None", "null"), ("None", "null"), "a class is called 'None' (12)"),
        (("", "good", "bad"), ("bad", "good"), "8 rows are left out: no label (the first at line 2)"),
        (("0", "1"), ("0", "1"), ""),
        (("1.0", "2.0"), ("1.0", "2.0"), ""),
        (("10", "9.5", "-1"), ("-1", "9.5", "10"), ""),
        (("1", "1.0", "2"), ("1", "1.0", "2"), "--fold-labels"),
        (("True", "False"), ("False", "True"), ""),
        (("True", "true", "False"), ("False", "True", "true"), "--fold-labels"),
        ((" good", "good ", "bad"), ("bad", "good"), ""),
    ],
)
def test_odd_labels_are_classes_as_they_are_written_and_suspicious_ones_are_said(
    tmp_path: Path, labels: tuple[str, ...], classes: tuple[str, ...], note: str
) -> None:
    path = tmp_path / "a.csv"
    rows = [(f"sentence number {n} about films", labels[n % len(labels)]) for n in range(24)]
    path.write_text(delimited(",", rows, quote=True), encoding="utf-8")
    found = look(path)
    assert found.classes == classes
    assert note in "\n".join(found.notes)
    assert bool(note) == bool([each for each in found.notes if "test split" not in each])


def test_truth_values_and_numbers_of_json_are_classes_and_nan_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        "".join(
            f'{{"text": "sentence number {n} about films", "label": {("NaN", "1.0", "2", "true")[n % 4]}}}\n'
            for n in range(24)
        )
    )
    found = look(path)
    assert found.counts() == {"1": 6, "2": 6, "True": 6}
    assert found.left_out.counts() == {"no label": 6}


def test_three_hundred_classes_keep_their_order_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [(f"sentence number {n} about films", str(n % 300)) for n in range(900)]
    path.write_text(delimited(",", rows, quote=True), encoding="utf-8")
    found = look(path, label="label")
    assert found.counts() == {str(label): 3 for label in range(300)}


def test_all_columns_of_the_same_name_can_be_told_by_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "text,text,label\n" + "".join(f"x,{text!r},{label}\n".replace("'", '"') for text, label in ROWS),
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="2 columns called 'text'") as error:
        look(path, "text")
    assert "--text 1 or 2" in error.value.hint
    assert list(look(path, "2").examples.texts) == TEXTS


def test_several_tables_in_an_archive_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(a_csv="x", b_csv="y"))
    with pytest.raises(DataError, match=r"several tables: 'a.csv', 'b.csv'"):
        look(path)


# What Python's own csv writer, or json, writes of any text is read back whole.
cell = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1, max_size=30
).filter(str.strip)
Written = Callable[[list[tuple[str, str]]], bytes]


def _csv(mark: str, encoding: str) -> Written:
    import csv

    def write(rows: list[tuple[str, str]]) -> bytes:
        written = io.StringIO()
        csv.writer(written, delimiter=mark, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
        return written.getvalue().encode(encoding)

    return write


WRITERS: dict[str, tuple[str, Written]] = {
    **{f"{mark!r} {code}": ("a.csv", _csv(mark, code)) for mark in ",;|" for code in ("utf-8", "utf-8-sig", "utf-16")},
    "json": ("a.jsonl", lambda rows: lines(objects(rows)).encode()),
    "array": ("a.json", lambda rows: json.dumps(objects(rows)).encode()),
    "parquet": ("a.parquet", lambda rows: parquet({"text": [t for t, _ in rows], "label": [n for _, n in rows]})),
}


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=25, deadline=None)
@given(texts=st.lists(cell, min_size=1, max_size=6, unique=True))
def test_any_text_that_was_written_is_read_back(
    kind: str, texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    name, write = WRITERS[kind]
    path = tmp_path_factory.mktemp("written") / name
    path.write_bytes(write([*((text, "good") for text in texts), *ROWS]))
    found = look(path)
    left_out = found.left_out.counts()
    assert len(found.examples) + sum(left_out.values()) == len(ROWS) + len(texts)
    assert set(left_out) <= {"text is there already"}
    assert set(found.examples.texts) <= {*texts, *TEXTS}
    assert set(TEXTS) <= set(found.examples.texts)


def run_cli(path: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "tui", "data", str(path), *options]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    return subprocess.run(command, env=found, capture_output=True, text=True, check=False, timeout=120)


def test_three_processes_understand_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    labels = ("5", "1", "nan", "1.0", "x")
    rows = [(f"sentence number {n} about films", labels[n % 5]) for n in range(50)]
    path.write_text(delimited(",", rows), encoding="utf-8")
    said = [run_cli(path, "--json", PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "2")]
    assert said[0] == said[1] == said[2]
    understood = json.loads(said[0])
    assert list(understood["classes"]) == ["1", "1.0", "5", "nan", "x"]
    assert understood["rows"] == sum(understood["classes"].values()) == sum(understood["splits"].values()) == 50


def test_the_command_says_what_was_understood(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(delimited(";", [(t.replace(";", ""), n) for t, n in ACCENTS]).encode("cp1252") + b"short\n")
    done = run_cli(path)
    assert done.returncode == 0, done.stderr
    for said in (
        "semicolon-separated",
        "cp1252",
        "21 read, 20 kept, 1 left out",
        "bon",
        "which is a guess",
        "wrong number",
    ):
        assert said in done.stdout, said
    missing = run_cli(tmp_path / "gone.csv")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "there is no file" in missing.stderr
