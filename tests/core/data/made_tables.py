"""Tables as people have them, made for the tests, and what is to be understood of each."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

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
