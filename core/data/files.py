"""A person's own data: what a file of rows holds, what was left out of it, and the task that it makes."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from core.data.cautions import FEWEST, caution_of_test, cautions, list_some, name_rare
from core.data.columns import SAMPLE, Sample, fold_classes, label_column, label_text, order_classes, text_column
from core.data.content_keys import ContentKeys
from core.data.splits import Labelled, content_key, divide, find_copies
from core.data.tables.left_out import (
    DISPUTED,
    EMPTY_LINE,
    NO_LABEL,
    NO_OBJECT,
    NO_TEXT,
    NOT_TEXT,
    RARE,
    REPEATED,
    WRONG_WIDTH,
    LeftOut,
)
from core.data.tables.reader import open_table
from core.data.tables.table import Reading, Table, Understood
from core.data.task import DataError, Task
from core.data.texts import Texts


@dataclass(frozen=True)
class FirstLook:
    """A labelled file as it was understood. `examples` are without copies; `read` counts its rows.

    `rare`: classes that are left out, since no three of their examples are there, each with its number of them.
    """

    name: str
    understood: Understood
    columns: tuple[str, ...]
    text: str
    label: str
    read: int
    examples: Labelled
    classes: tuple[str, ...]
    left_out: LeftOut
    rare: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Examples by class, in the order of the classes."""
        found = dict.fromkeys(range(len(self.classes)), 0)
        for label in self.examples.labels:
            found[label] += 1
        return {self.classes[label]: count for label, count in found.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed, left out or is suspicious, a sentence each."""
        guessed = (
            (f"it is not UTF-8: read as {self.understood.encoding}, which is a guess (--encoding names another)",)
            if self.understood.guessed
            else ()
        )
        rare = (
            (
                f"classes with fewer than {FEWEST} examples, one each for training, validation and test, are left out: "
                f"{list_some(self.rare)}",
            )
            if self.rare
            else ()
        )
        return (*guessed, *self.understood.notes, *map(str, self.left_out), *rare, *cautions(self.counts()))

    def to_json(self) -> dict[str, Any]:
        """What `nlp-tui data --json` prints."""
        return {
            "file": self.name,
            "dialect": self.understood.dialect,
            "encoding": self.understood.encoding,
            "encoding_guessed": self.understood.guessed,
            "header": self.understood.header,
            "columns": list(self.columns),
            "text": self.text,
            "label": self.label,
            "read": self.read,
            "rows": len(self.examples),
            "left_out": self.left_out.counts(),
            "classes": self.counts(),
            "classes_left_out": list(self.rare),
            "notes": list(self.notes),
        }


def look(
    path: Path,
    text: str | None = None,
    label: str | None = None,
    reading: Reading | None = None,
    keep: Callable[[Iterable[str]], Texts] = Texts.of,
) -> FirstLook:
    """Read a labelled file; `keep` says where its texts go.

    Raises DataError for one that cannot be read or has nothing to learn from.
    """
    table = open_table(path, reading)
    place, mark = _columns(table, path, text, label)
    left_out, lines, codes = LeftOut(table.understood.unit), array("I"), array("i")
    numbers: dict[str, int] = {}
    keys = bytearray()
    read = 0

    def whole() -> Iterator[str]:
        nonlocal read
        for row in table.rows((place, mark), left_out):
            read += 1
            content, name = row.values[0], label_text(row.values[1], table.columns[mark])
            if reason := find_fault(content, name):
                left_out.add(reason, row.line)
                continue
            assert isinstance(content, str)
            assert name is not None
            lines.append(row.line)
            codes.append(numbers.setdefault(name, len(numbers)))
            keys.extend(content_key(content))
            yield content

    texts = keep(whole())
    read += sum(left_out.counts().get(reason, 0) for reason in _NO_ROWS)
    if not len(texts):
        raise _nothing(path, table, place, mark, left_out)
    spelled = _spellings(numbers, codes, folded=reading is not None and reading.fold_labels)
    classes = order_classes(spelled.values())
    order = {name: number for number, name in enumerate(classes)}
    ranks = [order[spelled[name]] for name in numbers]
    examples = Labelled(texts, [ranks[code] for code in codes], ContentKeys.joined(keys))
    examples, classes, rare = _clean(examples, classes, lines, left_out)
    if len(classes) == 1:
        raise DataError(
            f"column {table.columns[mark]!r} has only one class, {classes[0]!r}",
            "a classifier needs at least two: choose with --label",
        )
    names = table.columns[place], table.columns[mark]
    return FirstLook(path.name, table.understood, table.columns, *names, read, examples, classes, left_out, rare)


def _clean(
    examples: Labelled, classes: tuple[str, ...], lines: Sequence[int], left_out: LeftOut
) -> tuple[Labelled, tuple[str, ...], tuple[str, ...]]:
    """The examples without copies and classes that are too rare, the classes that stay, and the rare ones in words.

    `lines`: where each example stands in the file. What goes is counted in `left_out`.
    """
    repeated, disputed = find_copies(examples)
    apart = repeated | disputed
    counts = Counter(label for place, label in enumerate(examples.labels) if place not in apart)
    frequent = [label for label in range(len(classes)) if counts[label] >= FEWEST]
    scarce = set[int]()
    if len(frequent) > 1:  # else nothing would be left to tell apart, and whoever splits it says what is lacking
        scarce = {place for place, label in enumerate(examples.labels) if counts[label] < FEWEST} - apart
    for reason, places in ((REPEATED, repeated), (DISPUTED, disputed), (RARE, scarce)):
        for each in places:
            left_out.add(reason, lines[each])
    if gone := apart | scarce:
        examples = examples.at([place for place in range(len(examples)) if place not in gone])
    if len(frequent) in (0, 1, len(classes)):
        return examples, classes, ()
    number_of = {label: number for number, label in enumerate(frequent)}
    examples = replace(examples, labels=[number_of[label] for label in examples.labels])
    rare = name_rare({name: counts[label] for label, name in enumerate(classes)})
    return examples, tuple(classes[label] for label in frequent), tuple(rare)


def load(path: Path, text: str | None, label: str | None, reading: Reading | None = None) -> Task:
    """The task in a file, without duplicates, split 80/10/10 by content.

    Raises DataError for a file that cannot be read or used.
    """
    found = look(path, text, label, reading)
    train, validation, test = divide(found.examples, found.classes)
    notes = (*found.notes, *caution_of_test(len(test)))
    return Task(path.name, found.classes, train.split, validation.split, test.split, notes)


def _spellings(numbers: Mapping[str, int], codes: Sequence[int], folded: bool) -> dict[str, str]:
    """The class of each label: itself, or the most frequent spelling of it."""
    if not folded:
        return {name: name for name in numbers}
    counts = Counter(codes)
    return fold_classes({name: counts[number] for name, number in numbers.items()})


_NO_ROWS = (EMPTY_LINE, NO_OBJECT, WRONG_WIDTH)
"""Reasons why a line of the file never became a row; the rows read are counted with them."""


def _columns(table: Table, path: Path, text: str | None, label: str | None) -> tuple[int, int]:
    sample = sample_rows(table, path)
    place = text_column(sample, text)
    return place, label_column(sample, label, place)


def sample_rows(table: Table, path: Path) -> Sample:
    """The first rows of a table. Raises DataError where there is none."""
    left_out = LeftOut(table.understood.unit)
    rows = [row.values for row in islice(table.rows(range(len(table.columns)), left_out), SAMPLE)]
    if not rows:
        faults = "; ".join(map(str, left_out))
        raise DataError(
            f"{path.name} has no rows" + (f": {faults}" if faults else ""),
            "give a file with a text and a label in each row",
        )
    return Sample(table.columns, list(zip(*rows, strict=True)))


def find_fault(content: object, name: str | None) -> str:
    """Why a row cannot be used; empty if it can."""
    if content is None or (isinstance(content, str) and not content.strip("\0 \t\r\n\f\v")) or content != content:
        return NO_TEXT
    if not isinstance(content, str):
        return NOT_TEXT
    return NO_LABEL if name is None else ""


def _nothing(path: Path, table: Table, text: int, label: int, left_out: LeftOut) -> DataError:
    faults = "; ".join(map(str, left_out))
    return DataError(
        "no row has both a text and a label",
        f"looked in columns {table.columns[text]!r} and {table.columns[label]!r} of {path.name}: {faults}",
    )
