import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.corpora import DataError, load_task, unlabelled
from core.data.splits import content_key

ROWS = [
    (f'{adjective} film, number {i}, "so" they said', label)
    for i in range(20)
    for adjective, label in (("a fine", "good"), ("a dull", "bad"))
]


def _csv(rows: list[tuple[str, str]], header: str = "text,label", mark: str = ",") -> str:
    lines = [mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return "\n".join([header.replace(",", mark), *lines]) + "\n"


def _write(path: Path, rows: list[tuple[str, str]] = ROWS) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.table({"text": [t for t, _ in rows], "label": [name for _, name in rows]}), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps({"text": t, "label": n}) + "\n" for t, n in rows), encoding="utf-8")
    else:
        path.write_text(_csv(rows, mark="\t" if path.suffix == ".tsv" else ","), encoding="utf-8")
    return path


def _all(path: Path, **columns: Any) -> dict[str, str]:
    task = load_task(str(path), **columns)
    parts = (task.train, task.validation, task.test)
    return {text: task.labels[n] for part in parts for text, n in zip(part.texts, part.labels, strict=True)}


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_every_kind_of_file_gives_the_same_task(suffix: str, tmp_path: Path) -> None:
    task = load_task(str(_write(tmp_path / f"data{suffix}")))
    assert task.labels == ("bad", "good")
    assert _all(tmp_path / f"data{suffix}") == dict(ROWS)
    assert task.digest == load_task(str(_write(tmp_path / "reference.csv"))).digest
    assert all(set(part.labels) == {0, 1} for part in (task.train, task.validation, task.test))


def test_the_digest_follows_the_content_not_the_path(tmp_path: Path) -> None:
    first = load_task(str(_write(tmp_path / "a.csv"))).digest
    assert load_task(str(_write(tmp_path / "b.csv"))).digest == first
    assert load_task(str(_write(tmp_path / "a.csv", [*ROWS, ("one more", "good")]))).digest != first


@pytest.mark.parametrize(
    "header", ["Review,Sentiment", "sentence,stars", "phrase,target", "what_was_said,verdict", "content,class"]
)
def test_obvious_columns_are_found(header: str, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(_csv(ROWS, header), encoding="utf-8")
    assert _all(path) == dict(ROWS)


def test_semicolons_byte_order_marks_and_utf16_are_read(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    for text, encoding in ((_csv(ROWS, mark=";"), "utf-8"), (_csv(ROWS), "utf-8-sig"), (_csv(ROWS), "utf-16")):
        path.write_text(text, encoding=encoding)
        assert _all(path) == dict(ROWS)


def test_a_text_whose_copies_disagree_is_left_out(tmp_path: Path) -> None:
    found = _all(_write(tmp_path / "data.csv", [*ROWS, (ROWS[0][0], "bad")]))
    assert found == dict(ROWS[1:])


def test_many_classes_with_numbers_are_in_numeric_order(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    rows = [{"text": f"words {i} of {stars}", "stars": stars} for stars in (10, 9, 1) for i in range(5)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert load_task(str(path)).labels == ("1", "9", "10")


def test_incomplete_and_repeated_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(_csv([*ROWS, ("", "good"), ("no label", ""), (ROWS[0][0].upper(), "good")]), encoding="utf-8")
    task = load_task(str(path))
    assert _all(path) == dict(ROWS)
    assert [note for note in task.notes if "left out" in note] == [
        "1 row is left out: no text (the first at line 42)",
        "1 row is left out: no label (the first at line 43)",
        "1 row is left out: text is there already (the first at line 44)",
    ]


def _many(header: str, row: str) -> bytes:
    return (header + "\n" + "".join(row.format(i=i) + "\n" for i in range(20))).encode()


LONG = "a rather long text {i} about films"


@pytest.mark.parametrize(
    ("name", "content", "columns", "says"),
    [
        ("gone.csv", None, {}, "there is no file"),
        ("data.csv", b"", {}, "is empty"),
        ("data.csv", b"text,label\n", {}, "has no rows"),
        ("data.docx", b"PK", {}, "not a kind of file"),
        ("data.xlsx", b"PK", {}, "not a workbook that can be read"),
        ("data.zip", b"PK", {}, "not a zip archive that can be read"),
        ("data.csv.gz", b"PK", {}, "cannot be unpacked"),
        ("data.csv", b"\x89PNG\r\n\x1a\n\0\0\0", {}, "binary file"),
        ("data.parquet", b"not a parquet file", {}, "not a well-formed parquet file"),
        ("data.jsonl", b'{"text": \n{"text": ', {}, "line 1 is not JSON"),
        ("data.csv", b"text,label\na,b,c,d\n", {}, "wrong number of fields (the first at line 2)"),
        ("data.csv", _many("text,label", LONG + ",good"), {}, "only one class, 'good'"),
        ("data.csv", _many("text,label", LONG + ",{i}"), {}, "too few different examples: '0' has 1"),
        ("data.csv", _many("text,review,label", f"{LONG},{LONG},{{i}}"), {}, "several columns could be the text"),
        ("data.csv", _many("text,label,stars", LONG + ",a,b"), {}, "several columns could be the label"),
        ("data.csv", _many("n,m", "{i},{i}"), {}, "no column is plainly the text"),
        ("data.csv", _many("text,m", LONG + ",{i}"), {}, "no column is plainly the label"),
        ("data.csv", _many("text,label", LONG + ",a"), {"text_column": "txt"}, "no column 'txt'"),
        ("data.csv", _many("text,label", LONG + ",a"), {"label_column": "text"}, "both text and label"),
        ("data.csv", _many("text,text,label", "a,b,c"), {"text_column": "text"}, "2 columns called 'text'"),
        ("data.csv", _many("text,label", ",a"), {}, "no row has both"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said_in_one_sentence(
    name: str, content: bytes | None, columns: dict[str, Any], says: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as error:
        load_task(str(tmp_path / name), **columns)
    assert says in error.value.message
    assert "\n" not in error.value.message
    assert error.value.hint


@pytest.mark.parametrize("path", ["a" * 5_000 + ".csv", "nul\0byte.csv"])
def test_a_path_that_can_be_none_is_refused(path: str) -> None:
    with pytest.raises(DataError):
        load_task(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder"):
        load_task(str(tmp_path))


def test_unlabelled_text_of_a_file_has_nothing_of_its_test_split(tmp_path: Path) -> None:
    path = _write(tmp_path / "data.csv")
    found = unlabelled(str(path))
    tested = {content_key(text) for text in load_task(str(path)).test.texts}
    assert tested
    assert not tested & {content_key(text) for text in [*found.texts, *found.held_out]}
    assert len(found.texts) + len(found.held_out) >= 30
