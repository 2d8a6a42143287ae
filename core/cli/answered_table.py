"""`predict --csv`: every text of a table is answered, and the table written again with the answers beside it."""

from __future__ import annotations

import os
import secrets
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from core.cli.printing import say
from core.cli.progress import progress_line
from core.cli.standard_input import text_of
from core.errors import UserError, room_on
from core.jobs import TrainJob, options_of

if TYPE_CHECKING:
    from core.service.answered_table import Tally
    from core.service.session import Session

_READING = ("text_column", "encoding", "no_header")


def add(predict: ArgumentParser) -> None:
    """The arguments with which `predict` reads a table."""
    predict.add_argument(
        "--csv", metavar="FILE", help="answer the texts of a table: CSV, or another that `nlp-tui data` reads"
    )
    predict.add_argument("-o", "--output", metavar="FILE", help="with --csv: where the answers go (standard output)")
    for name, declared in options_of(TrainJob).items():
        if name in _READING:
            said = f"with --csv: {declared.option.help}"
            if declared.type is bool:
                predict.add_argument(declared.flag, dest=name, action="store_true", help=said)
            else:
                predict.add_argument(declared.flag, dest=name, metavar=declared.option.metavar, help=said)


def mistake(wanted: Namespace) -> str:
    """What cannot be meant together, in a sentence; empty where all can."""
    if wanted.verb != "predict":
        return ""
    if wanted.csv is None:
        only = [name for name in ("output", *_READING) if getattr(wanted, name)]
        if only:
            return f"--{only[0].removesuffix('_column').replace('_', '-')} goes with --csv FILE"
        return "" if wanted.text else "give a TEXT, - for standard input, or --csv FILE"
    if wanted.text:
        return "either TEXT or --csv FILE, not both"
    alone = [name for name in ("json", "running") if getattr(wanted, name)]
    return f"--{alone[0]} does not go with --csv, which writes CSV" if alone else ""


def answer_file(wanted: Namespace, session: Session, models: Sequence[str]) -> int:
    """Write the table with its answers. Raises UserError; then there is no new output file, and an old one stands."""
    from core.data.tables.reader import open_table
    from core.data.tables.table import Reading
    from core.runs.wording import clock
    from core.service.answered_table import answer_table, count_rows, find_text

    path = Path(text_of(wanted.csv)).expanduser()
    target = Path(text_of(wanted.output)).expanduser() if wanted.output else None
    table = open_table(path, Reading(wanted.encoding, False if wanted.no_header else None))
    text = find_text(table, path.name, wanted.text_column)
    say(f"{path.name}: {table.understood.dialect}; the texts are in column {table.columns[text]!r}.")
    for note in table.understood.notes:
        say(note)
    classes = {model: session.load(model).classifier.labels for model in models}
    total, began = count_rows(table, text), time.monotonic()
    with progress_line() as line, _written(target) as output:

        def told(rows: int) -> None:
            left = (time.monotonic() - began) * (total - rows) / rows
            line.show(f"{rows:,} of {total:,} rows · {clock(left)} left", rows / total)

        tally = answer_table(table, text, classes, session.predict, output, told)
    _report(tally, target)
    return 0


def _report(tally: Tally, target: Path | None) -> None:
    say(f"{tally.rows:,} {'row' if tally.rows == 1 else 'rows'}" + (f" written to {target}." if target else "."))
    if tally.unanswered:
        say(f"{tally.unanswered:,} without a text: the answers beside it are empty.")
    for reason in tally.left_out:
        say(str(reason))
    for model, count in tally.cut.items():
        if count:
            say(f"{count:,} longer than {model} reads: answered by the beginning.")


@contextmanager
def _written(target: Path | None) -> Iterator[TextIO]:
    """A file that is there as a whole or not at all; without a target, standard output. Raises UserError."""
    if target is None:
        yield sys.stdout
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        with (
            room_on(f"The disk of {target}", "Free some space, or write elsewhere with -o."),
            partial.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file,
        ):
            yield file
        partial.replace(target)
    except OSError as error:
        if Path(str(error.filename)) not in (partial, target):
            raise
        raise UserError(f"{target} cannot be written: {error.strerror}.", "Name another file with -o.") from error
    finally:
        partial.unlink(missing_ok=True)
