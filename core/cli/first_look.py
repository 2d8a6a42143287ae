"""The verb `data`: what a file of labelled texts holds, how it was understood, what is left out of it and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from core.cli.fields import add_fields
from core.cli.printing import emit, say, table
from core.cli.standard_input import text_of
from core.jobs import TrainJob, options_of
from core.jobs.reading import FIELDS as READING
from core.jobs.reading import reading_of
from core.visible import one_line

LONGEST_EXAMPLE = 100
"""Characters of an example that are printed."""


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
    from core.data.preview import CLASSES, describe_reading, foresee, pick_examples
    from core.data.text_measures import MEASURED, measure_texts
    from core.runs.wording import percent

    path = Path(text_of(wanted.file)).expanduser()
    found: FirstLook = look(path, wanted.text_column, wanted.label_column, reading_of(wanted))
    prospect, examples = foresee(found), list(pick_examples(found))
    measures = measure_texts(prospect.learned or found.examples.texts, prospect.answered)
    if wanted.json:
        shown = [{"text": text, "label": label} for text, label in examples]
        emit({**found.to_json(), "splits": prospect.splits, "texts": asdict(measures), "examples": shown})
        return 0
    kept, left_out = len(found.examples), found.left_out.total
    rows = [
        ("read as", describe_reading(found)),
        ("columns", ", ".join(found.columns)),
        ("text, label", f"{found.text}, {found.label}"),
        ("rows", f"{found.read:,} read, {kept:,} kept, {left_out:,} left out"),
        ("splits", ", ".join(f"{size:,} {name}" for name, size in prospect.splits.items()) or "none"),
        ("length", f"{measures}" + ("" if measures.texts < MEASURED else f" (measured on {measures.texts:,})")),
    ]
    if prospect.answered:
        rows.append(("unseen", f"{percent(measures.unseen)} of the test's words are in no training text"))
    print(table(rows))
    print()
    counted = [(name, f"{count:,}", percent(count / kept)) for name, count in found.counts().items()]
    print(table(counted, header=("class", "examples", "share"), right=(1, 2)))
    unusable = prospect.fault
    for note in (
        *found.notes,
        *prospect.cautions,
        *([f"{unusable.message.rstrip('.')}: {unusable.hint}"] if unusable else ()),
    ):
        print(one_line(f"- {note}"))
    print()
    print(table(((label, _cut(text)) for text, label in examples), header=("label", "an example")))
    if len(found.classes) > CLASSES:
        say(f"Examples are of the first {CLASSES} of {len(found.classes):,} classes.")
    return 0


def _cut(text: str) -> str:
    """The beginning of a text: an example is for recognising the file, not for reading it."""
    line = one_line(text)
    return line if len(line) <= LONGEST_EXAMPLE else line[: LONGEST_EXAMPLE - 1] + "…"
