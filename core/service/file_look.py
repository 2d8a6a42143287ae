"""A process that takes a first look at one file: a question of core.api on stdin, its answer on stdout.

Run as `python -P -m core.service.file_look`, one process a look: who no longer wants the answer kills it, whatever it
is reading. The engine would have to finish, and it is asked about sentences meanwhile.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

from core import api
from core.data.task import DataError
from core.errors import UserError, explain
from core.jobs.reading import reading_of

LONGEST_EXAMPLE = 400
"""Characters of an example: more than a screen shows of it."""


def look_at(question: api.LookAtFile) -> api.FileLook | api.FileFault:
    """The answer, whatever stands in the file."""
    # Here, so that what is imported does not hold up saying what is wrong with the question.
    from core.data.files import look
    from core.data.preview import describe_reading, foresee, pick_examples
    from core.data.text_measures import measure_texts

    try:
        path = Path(question.path).expanduser()
        found = look(path, question.text_column, question.label_column, reading_of(question))
        prospect = foresee(found)
        measured = measure_texts(prospect.learned or found.examples.texts, prospect.answered)
    except (DataError, OSError, RuntimeError, ValueError, MemoryError) as error:
        if not isinstance(error, UserError):
            traceback.print_exc()
        return _fault(explain(error, "This file cannot be read here."))
    said = set(map(str, found.left_out))  # counted by themselves
    return api.FileLook(
        name=found.name,
        read_as=describe_reading(found),
        columns=found.columns,
        text=found.text,
        label=found.label,
        read=found.read,
        kept=len(found.examples),
        left_out=tuple(api.Left(each.name, each.count, each.first_line) for each in found.left_out),
        classes=found.counts(),
        notes=(*(note for note in found.notes if note not in said), *prospect.cautions),
        examples=tuple(api.Example(text[:LONGEST_EXAMPLE], label) for text, label in pick_examples(found)),
        splits=prospect.splits,
        lengths=api.Lengths(measured.fewest, measured.median, measured.long, measured.most, measured.texts),
        unseen=measured.unseen if prospect.answered else None,
        budget=api.Budget(prospect.fewest, prospect.most) if prospect.fewest else None,
        fault=_fault(prospect.fault) if prospect.fault else None,
    )


def _fault(error: UserError) -> api.FileFault:
    return api.FileFault(error.message, error.hint, column=getattr(error, "column", ""))


def main() -> int:
    """Answer the one line on stdin. Anything that prints goes to stderr, never beside the answer."""
    output = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    number, question = api.decode_look(sys.stdin.buffer.readline().decode("ascii", "replace"))
    output.write(api.encode(number, look_at(question)) + "\n")
    output.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
