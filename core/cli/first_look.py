"""The verb `data`: what a file of labelled texts holds, how it was understood, what is left out of it and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from core.cli.fields import add_fields
from core.cli.printing import emit, table
from core.cli.standard_input import text_of
from core.jobs import TrainJob, options_of
from core.jobs.reading import FIELDS as READING
from core.jobs.reading import reading_of
from core.visible import one_line


def add(verb: Callable[..., ArgumentParser]) -> None:
    """The verb's arguments."""
    data = verb("data", "FILE", "a first look at a file of labelled texts: nothing is trained", "one JSON object")
    data.add_argument(
        "file", metavar="FILE", help="a table: CSV, TSV, JSON lines, Parquet, a workbook, or one in .gz or .zip"
    )
    wanted = {"text_column", "label_column", *READING}
    add_fields(data, TrainJob, besides={name for name in options_of(TrainJob) if name not in wanted})


def first_look(wanted: Namespace) -> int:
    """Print what was understood."""
    from core.data.files import FirstLook, look
    from core.data.splits import divide
    from core.data.task import DataError
    from core.runs.wording import percent

    path = Path(text_of(wanted.file)).expanduser()
    found: FirstLook = look(path, wanted.text_column, wanted.label_column, reading_of(wanted))
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
