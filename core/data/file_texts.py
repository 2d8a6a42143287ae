"""A person's own text without labels: a column of a table, or a text file, a line a document.

A file may be larger than the memory: it is read line by line, its texts wait in a file of the store, and what is held
of each is its key and its line, 40 bytes.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from core.data.arrow_cache import prepare_folder
from core.data.columns import text_column
from core.data.content_keys import ContentKeys
from core.data.files import find_fault, look, sample_rows
from core.data.splits import content_key, divide, hold_out, share
from core.data.tables.left_out import EMPTY_LINE, REPEATED, LeftOut
from core.data.tables.reader import open_table, read_encoding
from core.data.tables.source import Source, find_lines
from core.data.tables.table import Reading
from core.data.task import DataError, Unlabelled
from core.data.texts import Texts


def load_texts(path: Path, text: str | None, reading: Reading | None = None) -> Unlabelled:
    """A file's texts, each once, about 2 % of them held out for perplexity.

    `text` names the column of a table, whose test split is left out; a text file has neither. Raises DataError.
    """
    if source := find_lines(path):
        left_out = LeftOut()
        texts, keys = _gather(_read_lines(source, reading, left_out), left_out)
        return _hold_out(path.name, texts, enumerate(keys), left_out)
    table = open_table(path, reading)
    place = text_column(sample_rows(table, path), text)
    left_out = LeftOut(table.understood.unit)
    texts, keys = _gather(((row.line, row.values[0]) for row in table.rows((place,), left_out)), left_out)
    tested = _test_keys(path, text, reading)
    kept = [(n, key) for n, key in enumerate(keys) if share(key, "split") >= 0.1 and key not in tested]
    aside = f"{len(keys) - len(kept):,} of {len(keys):,} texts are left out: they belong to the test split"
    return _hold_out(path.name, texts, kept, left_out, aside)


def _gather(rows: Iterable[tuple[int, object]], left_out: LeftOut) -> tuple[Texts, ContentKeys]:
    """The usable ones of (line, text), each once, on the disk; and their keys."""
    keys, lines = bytearray(), array("Q")

    def usable() -> Iterator[str]:
        for line, content in rows:
            if reason := find_fault(content, ""):
                left_out.add(reason, line)
                continue
            assert isinstance(content, str)
            keys.extend(content_key(content))
            lines.append(line)
            yield content

    texts, found = Texts.on_disk(usable(), prepare_folder()), ContentKeys.joined(keys)
    seen, again = set[bytes](), set[int]()
    for place in found.find_alike():
        if found[place] in seen:
            again.add(place)
            left_out.add(REPEATED, lines[place])
        seen.add(found[place])
    if not again:
        return texts, found
    once = [place for place in range(len(texts)) if place not in again]
    return texts.at(once), found.at(once)


def _hold_out(name: str, texts: Texts, kept: Iterable[tuple[int, bytes]], left_out: LeftOut, *aside: str) -> Unlabelled:
    learned, held_out = hold_out((key, place) for place, key in kept)
    if not learned and not held_out:
        raise DataError(f"{name} has too few texts to learn from", "give a file with more texts")
    return Unlabelled(name, texts.at(learned), texts.at(held_out), (*map(str, left_out), *aside))


def _read_lines(source: Source, reading: Reading | None, left_out: LeftOut) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers, from one."""
    encoding = read_encoding(source, reading.encoding if reading else None)
    with source.open() as file, io.TextIOWrapper(file, encoding.name, errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line.rstrip("\n")
            else:
                left_out.add(EMPTY_LINE, number)


def _test_keys(path: Path, text: str | None, reading: Reading | None) -> set[bytes]:
    """What a labelled task made from the same file would test on, if its label column is obvious."""
    try:
        found = look(path, text, None, reading, partial(Texts.on_disk, folder=prepare_folder()))
        _, _, test = divide(found.examples, found.classes)
    except DataError:
        return set()
    return set(test.keys)
