"""The verb `data`: what a file of labelled texts holds, how it was understood, what is left out of it and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from core.cli.printing import emit, table
from core.cli.standard_input import text_of
from core.visible import one_line


def add(verb: Callable[..., ArgumentParser]) -> None:
    """The verb's arguments."""
    data = verb("data", "FILE", "a first look at a file of labelled texts: nothing is trained", "one JSON object")
    data.add_argument(
        "file", metavar="FILE", help="a table: CSV, TSV, JSON lines, Parquet, a workbook, or one in .gz or .zip"
    )
    data.add_argument("--text", metavar="COLUMN", help="the column of the texts, by its name or number (guessed)")
    data.add_argument("--label", metavar="COLUMN", help="the column of the labels, likewise")
    add_reading(data)


def add_reading(parser: ArgumentParser) -> None:
    """How a file is to be read, where it should not be guessed."""
    parser.add_argument("--encoding", metavar="NAME", help="the file's encoding, such as cp1252 (found out)")
    parser.add_argument("--no-header", action="store_true", help="the first row is a row, not the columns' names")
    parser.add_argument(
        "--fold-labels", action="store_true", help="labels that differ in case or white space only are one class"
    )


def first_look(wanted: Namespace) -> int:
    """Print what was understood."""
    from core.data.files import FirstLook, look
    from core.data.splits import divide
    from core.data.tables.table import Reading
    from core.data.task import DataError
    from core.runs.wording import percent

    reading = Reading(wanted.encoding, False if wanted.no_header else None, wanted.fold_labels)
    found: FirstLook = look(Path(text_of(wanted.file)).expanduser(), wanted.text, wanted.label, reading)
    try:
        parts = divide(found.examples, found.classes)
        splits = dict(zip(("train", "validation", "test"), map(len, parts), strict=True))
        unusable = ""
    except DataError as error:
        splits, unusable = {}, f"{error.message} {error.hint}"
    if wanted.json:
        emit({**found.to_json(), "splits": splits})
        return 0
    kept, left_out = len(found.examples), found.left_out.total
    header = {True: "the first row names the columns", False: "no header", None: ""}[found.understood.header]
    rows = [
        ("read as", " · ".join(filter(None, (found.understood.dialect, found.understood.encoding, header)))),
        ("columns", ", ".join(found.columns)),
        ("text, label", f"{found.text}, {found.label}"),
        ("rows", f"{found.read:,} read, {kept:,} kept, {left_out:,} left out"),
        ("splits", ", ".join(f"{size:,} {name}" for name, size in splits.items()) or "none"),
    ]
    print(table(rows))
    print()
    shown = [(name, f"{count:,}", percent(count / kept)) for name, count in found.counts().items()]
    print(table(shown, header=("class", "examples", "share"), right=(1, 2)))
    for note in (*found.notes, *filter(None, (unusable,))):
        print(one_line(f"- {note}"))
    return 0
