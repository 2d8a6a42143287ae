"""CSV and its relatives: which mark stands between fields, whether quotes are quotes, whether there is a header.

All of it is measured on the file, because names say little: tabs in a .csv, semicolons where the decimal mark is a
comma, tab-separated exports in which a quotation mark is just a character.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from core.data.columns import LABEL_NAMES, TEXT_NAMES
from core.data.tables.encoding import Encoding
from core.data.tables.left_out import EMPTY_LINE, WRONG_WIDTH, LeftOut
from core.data.tables.source import Source
from core.data.tables.table import Row, Understood
from core.data.task import DataError

if TYPE_CHECKING:
    import _csv

MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SAMPLE = 500
"""Records that the mark and the header are guessed from."""
SPAN = 10
"""A quoted field over more lines than this is suspicious: is its quote one?"""
LARGEST_FIELD = 1 << 26
_LONG_NAME, _MANY_WORDS = 40, 6


@dataclass(frozen=True)
class Dialect:
    """`mark` stands between fields; `quoted`: whether quotation marks may enclose one; `skip`: lines before it all."""

    mark: str
    quoted: bool = True
    skip: int = 0

    def __str__(self) -> str:
        return f"{MARKS[self.mark]}-separated, quotes {'enclose fields' if self.quoted else 'are characters'}"


@dataclass(frozen=True)
class Shape:
    """What a dialect makes of a file: the usual `width`, records `odd` to it, and the field over the most lines."""

    records: int
    width: int
    odd: int
    span: int
    line: int
    """Where that field's record begins."""
    open: bool = False
    """Whether the last record's quote never closes."""


@dataclass(frozen=True)
class Delimited:
    """A delimited file that was understood."""

    source: Source
    encoding: Encoding
    dialect: Dialect
    columns: tuple[str, ...]
    understood: Understood

    def rows(self, columns: Sequence[int], left_out: LeftOut) -> Iterator[Row]:
        """The rows' values of these columns, as strings. Fields beyond the last column may be empty, no more."""
        width, header = len(self.columns), bool(self.understood.header)
        with _records(self.source, self.encoding.name, self.dialect) as records:
            for line, fields in records:
                if not any(fields) and len(fields) <= 1:
                    left_out.add(EMPTY_LINE, line)
                elif header:
                    header = False
                elif len(fields) < width or any(fields[width:]):
                    left_out.add(WRONG_WIDTH, line)
                else:
                    yield Row(line, tuple(fields[column] for column in columns))


def understand(source: Source, encoding: Encoding, header: bool | None) -> Delimited:
    """Look at a file until it is clear how it is to be read. Raises DataError where nothing would come of it."""
    skip, stated = _preamble(source, encoding.name)
    _refuse_json(source, encoding.name, skip)
    dialect = Dialect(stated or _mark(source, encoding.name, skip), skip=skip)
    dialect, shape, notes = _quoting(source, encoding.name, dialect)
    with _records(source, encoding.name, dialect) as records:
        first = [fields for _, fields in islice(((n, f) for n, f in records if any(f)), SAMPLE)]
    if not first:
        raise DataError(f"{source.name} is empty", "give a file with a text and a label in each row")
    header = is_header(first) if header is None else header
    width = len(first[0]) if header else shape.width
    names = tuple(name.strip() for name in first[0]) if header else tuple(f"column {n + 1}" for n in range(width))
    understood = Understood(str(dialect), encoding.name, encoding.guessed, header, tuple(notes))
    return Delimited(source, encoding, dialect, names, understood)


def _preamble(source: Source, encoding: str) -> tuple[int, str]:
    """(lines to skip, the mark that a spreadsheet's `sep=` line names): empty lines at the beginning are none."""
    skip = 0
    with _lines(source, encoding) as lines:
        for line in lines:
            bare = line.strip("\r\n \ufeff")
            if (bare.lower().startswith("sep=") and bare[4:] in MARKS) or bare.lower() == "sep=":
                return skip + 1, bare[4:] or "\t"
            if bare:
                break
            skip += 1
    return skip, ""


def _refuse_json(source: Source, encoding: str, skip: int) -> None:
    """Say that a file holds JSON, whatever it is called; as a table it would be told that its columns are unclear."""
    with _lines(source, encoding) as lines:
        first = next(islice(lines, skip, None), "").strip("\r\n \ufeff")
    if not first.startswith(("{", "[{")):
        return
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return
    raise DataError(f"{source.name} holds JSON, not a delimited table", "name it .jsonl, or .json if it is an array")


def _mark(source: Source, encoding: str, skip: int) -> str:
    """The mark under which the first records agree best about how many fields they have."""
    preferred = "\t" if source.suffix in (".tsv", ".tab") else ","

    def agreement(mark: str) -> tuple[float, bool]:
        with _records(source, encoding, Dialect(mark, quoted=mark != "\t", skip=skip)) as records:
            widths = Counter(len(fields) for _, fields in islice(records, SAMPLE) if fields)
        usual, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (count / widths.total() if usual > 1 else 0.0), mark == preferred

    return max(MARKS, key=agreement)


def _quoting(source: Source, encoding: str, dialect: Dialect) -> tuple[Dialect, Shape, list[str]]:
    """Whether quotation marks enclose fields, and what is suspicious about it.

    Between tabs they are characters unless every one that begins a field also ends it. Elsewhere they enclose, unless
    one swallows lines that are rows without it.
    """
    quoted, plain = replace(dialect, quoted=True), replace(dialect, quoted=False)
    shape = measure(source, encoding, quoted)
    if dialect.mark != "\t" and shape.span <= 1 and not shape.open:
        return quoted, shape, []
    whole, broken = _quotes(source, encoding, dialect)
    other = measure(source, encoding, plain)
    if dialect.mark == "\t":
        # A spreadsheet puts what holds a line break in quotes, between tabs too: then lines alone are no rows.
        encloses = whole and (not broken or (other.odd and not shape.odd and not shape.open))
        return (quoted, shape, []) if encloses else (plain, other, [])
    if not whole and other.odd == 0 and other.width == shape.width:
        note = (
            f"line {shape.line:,}: a quotation mark would swallow {shape.span:,} lines; quotes are read as characters"
        )
        return plain, other, [note]
    if shape.span <= SPAN and not shape.open:
        return quoted, shape, []
    what = "is never closed" if shape.open else f"spans {shape.span:,} lines"
    return quoted, shape, [f"line {shape.line:,}: a quoted field {what}: is a quotation mark missing, or one too many?"]


def _quotes(source: Source, encoding: str, dialect: Dialect) -> tuple[int, int]:
    """Of the fields that begin with a quotation mark, if lines were rows: how many also end with one, and how many not.

    Marks inside must be doubled.
    """
    whole = broken = 0
    with _lines(source, encoding) as lines:
        for line in islice(lines, dialect.skip, None):
            if '"' not in line:
                continue
            for field in line.rstrip("\r\n").split(dialect.mark):
                if field.startswith('"'):
                    encloses = len(field) > 1 and field.endswith('"') and '"' not in field[1:-1].replace('""', "")
                    whole, broken = whole + encloses, broken + (not encloses)
    return whole, broken


def measure(source: Source, encoding: str, dialect: Dialect) -> Shape:
    """Read the whole file in a dialect, keeping nothing."""
    widths: Counter[int] = Counter()
    span = line = before = 0
    last: list[str] = []
    with _lines(source, encoding) as lines:
        kept = _Remembering(islice(lines, dialect.skip, None))
        reader = _reader(kept, dialect)
        for fields in _guarded(reader, source):
            taken, last = kept.take()
            if fields:
                widths[len(fields)] += 1
            if taken > max(span, 1):
                span, line = taken, dialect.skip + before + 1
            before += taken
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    unclosed = dialect.quoted and len(last) > 1 and "".join(last).count('"') % 2 == 1
    return Shape(widths.total(), usual, widths.total() - widths[usual], span, line, unclosed)


class _Remembering:
    """Lines on their way to a reader, with those of the record at work."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._taken = lines, list[str]()
        self._count = 0

    def __iter__(self) -> _Remembering:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._count += 1
        if self._count <= 2 * SPAN:
            self._taken.append(line)
        return line

    def take(self) -> tuple[int, list[str]]:
        """(lines of the record that has just ended, the first of them)."""
        count, taken = self._count, self._taken
        self._count, self._taken = 0, []
        return count, taken


@contextmanager
def _lines(source: Source, encoding: str) -> Iterator[Iterator[str]]:
    with source.open() as file, io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
        yield iter(text)


@contextmanager
def _records(source: Source, encoding: str, dialect: Dialect) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """(line where it begins, fields) of each record."""
    with _lines(source, encoding) as lines:
        reader = _reader(islice(lines, dialect.skip, None), dialect)

        def numbered() -> Iterator[tuple[int, list[str]]]:
            line = dialect.skip + 1
            for fields in _guarded(reader, source):
                yield line, fields
                line = dialect.skip + reader.line_num + 1

        yield numbered()


def _reader(lines: Iterator[str], dialect: Dialect) -> _csv.Reader:
    csv.field_size_limit(LARGEST_FIELD)
    if dialect.quoted:
        return csv.reader(lines, delimiter=dialect.mark)
    return csv.reader(lines, delimiter=dialect.mark, quoting=csv.QUOTE_NONE)


def _guarded(reader: Iterator[list[str]], source: Source) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise DataError(
            f"{source.name} cannot be read as a table at line {line:,}: {error}", "repair that line"
        ) from error


def is_header(first: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: by a usual name, or since it looks like no row.

    Numbers, long sentences, empty cells and values that come again below are data.
    """
    names = [name.strip().lower() for name in first[0]]
    if any(name in TEXT_NAMES or name in LABEL_NAMES for name in names):
        return True
    for place, name in enumerate(names):
        below = [row[place].strip().lower() for row in first[1:] if place < len(row)]
        if not name or _is_number(name) or len(name) > _LONG_NAME or len(name.split()) > _MANY_WORDS or name in below:
            return False
    return True


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
