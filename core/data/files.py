"""A person's own data: CSV, TSV, JSON lines and Parquet."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.columns import class_names, label_column, labels_of, text_column, texts_of
from core.data.splits import Labelled, content_key, distinct, divide, hold_out, labelled, share
from core.data.task import DataError, Task, Unlabelled

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def load(path: Path, text: str | None, label: str | None) -> Task:
    """The task in a file, without duplicates, split 80/10/10 by content.

    Raises DataError for a file that cannot be read or used.
    """
    table = read(path)
    text = text_column(table, text)
    label = label_column(table, label, text)
    examples, names, notes = labelled_rows(table, text, label)
    train, validation, test = divide(examples, names)
    return Task(path.name, names, train.split, validation.split, test.split, notes)


def texts(path: Path, text: str | None) -> Unlabelled:
    """A file's texts without those of its test split, about 2 % held out for perplexity. Raises DataError."""
    table = read(path)
    text = text_column(table, text)
    kept: dict[bytes, str] = {content_key(value): value for value in texts_of(table, text) if value is not None}
    tested = {key for key in kept if share(key, "split") < 0.1} | _test_keys(table, text)
    chosen = {key: value for key, value in kept.items() if key not in tested}
    if not chosen:
        raise DataError(f"{path.name} has too few texts to learn from", "give a file with more texts")
    return Unlabelled(
        path.name,
        *hold_out(chosen.items()),
        (f"{len(tested):,} of {len(kept):,} texts are left out: they belong to the test split",),
    )


def labelled_rows(table: pa.Table, text: str, label: str) -> tuple[Labelled, tuple[str, ...], tuple[str, ...]]:
    """The usable examples of a table, the names of their classes, and what was left out, a sentence each.

    Raises DataError if nothing is left or if there is only one class.
    """
    rows = list(zip(texts_of(table, text), labels_of(table, label), strict=True))
    whole = [(content, name) for content, name in rows if content is not None and name is not None]
    if not whole:
        raise DataError("no row has both a text and a label", f"looked in columns {text!r} and {label!r}")
    names = class_names({name for _, name in whole})
    if len(names) == 1:
        raise DataError(
            f"column {label!r} has only one class, {names[0]!r}", "a classifier needs at least two: choose with --label"
        )
    number = {name: place for place, name in enumerate(names)}
    examples = labelled([content for content, _ in whole], [number[name] for _, name in whole])
    kept = distinct(examples)
    notes = []
    if missing := len(rows) - len(whole):
        notes.append(f"{missing:,} rows without text or label are left out")
    if repeated := len(examples) - len(kept):
        notes.append(f"{repeated:,} rows are left out: their text is there already, or with another label")
    return kept, names, tuple(notes)


def read(path: Path) -> pa.Table:
    """The table in a file, every CSV column as strings.

    Raises DataError if the file is missing, of another kind, empty, not UTF-8 (or UTF-16 with its mark), or broken.
    """
    import pyarrow as pa

    suffix = path.suffix.lower()
    if path.is_dir():
        raise DataError(f"{path} is a folder", "give one file: " + ", ".join(SUFFIXES))
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(
            f"there is no file {path}", "a data set is rotten_tomatoes, imdb, a file, or hf:NAME from the hub"
        ) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}", "check the file's permissions") from error
    if suffix not in SUFFIXES:
        raise DataError(f"{path.name} is not a kind of file this reads", "it reads " + ", ".join(SUFFIXES))
    if not raw.strip():
        raise DataError(f"{path.name} is empty", "give a file with a text and a label in each row")
    try:
        table = _parquet(raw) if suffix == ".parquet" else _parsed(_utf8(raw, path.name), suffix)
    except pa.ArrowException as error:
        reason = str(error).strip().splitlines()[0]
        raise DataError(
            f"{path.name} is not a well-formed {suffix[1:]} file: {reason}",
            "one JSON object a line is expected" if "json" in suffix or suffix == ".ndjson" else "repair that row",
        ) from error
    if table.num_rows == 0:
        raise DataError(f"{path.name} has no rows", "give a file with a text and a label in each row")
    return table


def _test_keys(table: pa.Table, text: str) -> set[bytes]:
    """What a labelled task made from the same table would test on, if its label column is obvious."""
    try:
        examples, names, _ = labelled_rows(table, text, label_column(table, None, text))
        _, _, test = divide(examples, names)
    except DataError:
        return set()
    return set(test.keys)


def _utf8(raw: bytes, name: str) -> bytes:
    encoding = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if raw.startswith(mark)), "utf-8")
    if encoding == "utf-8" and b"\0" in raw[:8192]:
        raise DataError(f"{name} is a binary file, not text", "give a table: " + ", ".join(SUFFIXES))
    try:
        return raw.decode(encoding).encode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{name} is not UTF-8 text: line {line:,} has a byte that is not", "save it as UTF-8"
        ) from error


def _parquet(raw: bytes) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet

    return pyarrow.parquet.read_table(pa.BufferReader(raw))


def _parsed(raw: bytes, suffix: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.json

    block = min(len(raw) + 1, 2**31 - 1)
    if suffix not in (".csv", ".tsv"):
        return pyarrow.json.read_json(pa.BufferReader(raw), pyarrow.json.ReadOptions(block_size=block))
    header = raw.split(b"\n", 1)[0] + b"\n"
    parse = pyarrow.csv.ParseOptions(
        delimiter="\t" if suffix == ".tsv" else max(",;", key=lambda mark: header.count(mark.encode())),
        newlines_in_values=True,
    )
    options = pyarrow.csv.ReadOptions(block_size=block)
    names = pyarrow.csv.read_csv(pa.BufferReader(header), options, parse).column_names
    strings = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    return pyarrow.csv.read_csv(pa.BufferReader(raw + b"\n"), options, parse, strings)
