"""Tables as people really have them: what is read, what is left out and why, and what is said of it."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.files import load, look
from core.data.tables.table import Reading
from core.data.task import DataError

ROWS = [(f"a plain sentence, number {n}; about films", ("good", "bad")[n % 2]) for n in range(20)]
COUNTS = {"bad": 10, "good": 10}


def delimited(mark: str, rows: list[tuple[str, str]] = ROWS, header: str = "text,label", quote: bool = False) -> str:
    shown = [[f'"{cell}"' if quote else cell for cell in row] for row in rows]
    head = [header.replace(",", mark)] if header else []
    return "".join(line + "\n" for line in [*head, *(mark.join(row) for row in shown)])


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def objects(rows: list[tuple[str, str]] = ROWS) -> list[dict[str, Any]]:
    return [{"text": text, "label": label} for text, label in rows]


def parquet(columns: dict[str, Any]) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    return written.getvalue()


def zipped(**members: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return written.getvalue()


def workbook(rows: list[tuple[Any, ...]]) -> bytes:
    written = io.BytesIO()
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return written.getvalue()


TEXTS, LABELS = [text for text, _ in ROWS], [label for _, label in ROWS]
STRAY = [
    (f'"when quote {n} begins a field' if n in (2, 5) else f"a sentence of film {n}", ("ham", "spam")[n % 2])
    for n in range(60)
]
ACCENTS = [(f"un café très serré, numéro {n}", ("bon", "mauvais")[n % 2]) for n in range(20)]

Case = tuple[str, str | bytes, dict[str, Any], dict[str, int]]
CASES: dict[str, Case] = {
    "commas": ("a.csv", delimited(",", quote=True), {"header": True, "dialect": "comma"}, {}),
    "semicolons in a csv": (
        "a.csv",
        delimited(";", [(t.replace(";", ""), n) for t, n in ROWS]),
        {"dialect": "semicolon"},
        {},
    ),
    "tabs in a csv": ("a.csv", delimited("\t"), {"dialect": "tab"}, {}),
    "pipes in a csv": ("a.csv", delimited("|"), {"dialect": "pipe"}, {}),
    "a sep line first": ("a.csv", "sep=;\n" + delimited(";", quote=True), {"dialect": "semicolon"}, {}),
    "empty lines first": ("a.csv", "\n\n" + delimited(",", quote=True), {"header": True}, {}),
    "empty lines between": ("a.csv", delimited(",", quote=True).replace("\n", "\n\n", 3), {}, {"empty line": 3}),
    "no header": ("a.tsv", delimited("\t", header=""), {"header": False, "text": "column 1", "label": "column 2"}, {}),
    "no header, label first": ("a.tsv", delimited("\t", [(n, t) for t, n in ROWS], ""), {"text": "column 2"}, {}),
    "a header with a line break": (
        "a.csv",
        '"the\ntext",label\n' + delimited(",", header="", quote=True),
        {"label": "label"},
        {},
    ),
    "quotes enclose between tabs": (
        "a.tsv",
        delimited("\t", quote=True),
        {"dialect": "tab-separated, quotes enclose"},
        {},
    ),
    "too many fields": ("a.csv", delimited(",", quote=True) + "a,b,c\nd\n", {}, {"wrong number of fields": 2}),
    "empty fields behind": (
        "a.csv",
        delimited(",", quote=True).replace("\n", ",,\n").replace("label,,", "label"),
        {},
        {},
    ),
    "no text, no label": (
        "a.csv",
        delimited(",", quote=True) + ' ,good\n"without",\n',
        {},
        {"no text": 1, "no label": 1},
    ),
    "copies": ("a.csv", delimited(",", [*ROWS, ROWS[0]], quote=True), {}, {"text is there already": 1}),
    "windows lines": ("a.csv", delimited(",", quote=True).replace("\n", "\r\n"), {}, {}),
    "a byte order mark": ("a.csv", delimited(",", quote=True).encode("utf-8-sig"), {"encoding": "utf-8-sig"}, {}),
    "unicode text of a spreadsheet": (
        "a.csv",
        delimited("\t").encode("utf-16"),
        {"encoding": "utf-16", "dialect": "tab"},
        {},
    ),
    "the same without its mark": ("a.csv", delimited("\t").encode("utf-16-le"), {"encoding": "utf-16-le"}, {}),
    "big-endian without a mark": ("a.tsv", delimited("\t").encode("utf-16-be"), {"encoding": "utf-16-be"}, {}),
    "one NUL": ("a.csv", delimited(",", quote=True).replace("number 7", "number\0 7").encode(), {}, {}),
    "json lines": ("a.jsonl", lines(objects()), {"header": None, "dialect": "one JSON object a line"}, {}),
    "a json array": ("a.json", json.dumps(objects(), indent=1), {"dialect": "one JSON array"}, {}),
    "broken lines": ("a.jsonl", lines(objects()) + '{"text": \n[1]\n\n', {}, {"not a JSON object": 2, "empty line": 1}),
    "a column whose type changes": (
        "a.jsonl",
        lines([{**row, "id": n if n < 10 else {"n": n}} for n, row in enumerate(objects())]),
        {},
        {},
    ),
    "half of a surrogate pair": (
        "a.jsonl",
        lines([*objects(), {"text": "half \ud800 of one", "label": "bad"}]),
        {},
        {},
    ),
    "text that is none": (
        "a.jsonl",
        lines([*objects(), {"text": 5, "label": "bad"}, {"label": "bad"}]),
        {},
        {"text is not a string": 1, "no text": 1},
    ),
    "parquet": ("a.parquet", parquet({"text": TEXTS, "label": LABELS}), {"dialect": "Parquet"}, {}),
    "parquet, dictionary and bytes": (
        "a.parquet",
        parquet({"text": pa.array([text.encode() for text in TEXTS]), "label": pa.array(LABELS).dictionary_encode()}),
        {},
        {},
    ),
    "compressed": ("a.csv.gz", gzip.compress(delimited(",", quote=True).encode()), {}, {}),
    "a sep line in UTF-16": (
        "a.csv",
        ("sep=;\r\n" + delimited(";", quote=True)).encode("utf-16"),
        {"dialect": "semicolon", "encoding": "utf-16"},
        {},
    ),
    "carriage returns alone": ("a.csv", delimited(",", quote=True).replace("\n", "\r"), {"header": True}, {}),
    "no header, three columns": (
        "a.csv",
        "".join(f'{n},"{text}",{label}\n' for n, (text, label) in enumerate(ROWS)),
        {"header": False, "text": "column 2", "label": "column 3"},
        {},
    ),
    "a NUL in what is not UTF-8": (
        "a.csv",
        delimited(",", [(f"caf\xe9 {text}", label) for text, label in ROWS], quote=True)
        .replace("number 7", "number\0 7")
        .encode("cp1252"),
        {"encoding_guessed": True},
        {},
    ),
    "a NUL in a label": ("a.csv", delimited(",", quote=True).replace('"bad"', '"ba\0d"', 1), {}, {}),
    "json lines in another encoding": (
        "a.jsonl",
        "".join(f'{{"text": "caf\xe9 {text}", "label": "{label}"}}\n' for text, label in ROWS).encode("cp1252"),
        {"encoding_guessed": True},
        {},
    ),
    "json lines after empty ones": ("a.jsonl", "\n\n" + lines(objects()), {}, {"empty line": 2}),
    "strangers in an array": ("a.json", json.dumps([1, *objects(), None]), {}, {"not a JSON object": 2}),
    "parquet, bytes in a dictionary": (
        "a.parquet",
        parquet({"text": pa.array([text.encode() for text in TEXTS]).dictionary_encode(), "label": LABELS}),
        {},
        {},
    ),
    "parquet, other columns nested": (
        "a.parquet",
        parquet({"text": TEXTS, "label": LABELS, "meta": [{"n": n} for n in range(20)]}),
        {},
        {},
    ),
    "compressed UTF-16": ("a.tsv.gz", gzip.compress(delimited("\t").encode("utf-16")), {"encoding": "utf-16"}, {}),
    "a workbook with empty rows": (
        "a.xlsx",
        workbook([(None, None), ("text", "label"), (None, None), *ROWS, ("without", None)]),
        {"header": True},
        {"empty line": 2, "no label": 1},
    ),
    "in an archive": ("a.zip", zipped(a_csv=delimited(",", quote=True), readme_md="hello"), {}, {}),
    "a workbook": ("a.xlsx", workbook([("text", "label"), *ROWS]), {"header": True, "dialect": "Excel"}, {}),
}


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
    assert found.counts()["label"] == 1
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
    assert found.left_out.counts() == {"same text with different labels": 2}


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
