"""Files of word vectors as other programs write them: word2vec's text and binary formats, and GloVe's text."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError

MOST_ROWS = 400_000
"""Rows read of a longer file: they come most frequent first, and more would not fit many memories."""
MOST_DIMENSIONS = 2_048
_PICKLES = (".kv", ".model", ".pkl", ".pickle", ".npy", ".npz", ".pt")
_FIRST_LINE = 1 << 16
_SAMPLE = 1_000
_LONGEST_WORD = 1 << 14


class VectorsError(UserError):
    """Vectors that were made elsewhere cannot be had. `message` and `hint` are for a person."""


def check(path: Path) -> tuple[bool, bool]:
    """(is it binary, has it a header) of a file. Raises VectorsError if it cannot be a file of vectors.

    GloVe's text has no header: its first line is a word and its numbers, not the number of rows and of dimensions.
    """
    name = path.name.removesuffix(".gz")
    if path.suffix in _PICKLES:
        raise _unusable(path, "it is not in an exchange format, and opening it could run what it holds")
    try:
        with _open(path) as file:
            first = file.readline(_FIRST_LINE)
    except (OSError, EOFError, zlib.error) as error:
        raise _unusable(path, f"it cannot be read: {getattr(error, 'strerror', None) or error}") from error
    fields = first.split()
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        rows, dimensions = (int(field[:9]) for field in fields)
        if not (rows and 0 < dimensions <= MOST_DIMENSIONS):
            raise _unusable(path, f"its header promises {rows:,} words of {dimensions:,} dimensions")
        return name.endswith(".bin"), True
    if name.endswith(".bin"):
        raise _unusable(path, "its first line does not say how many words and dimensions it has")
    numbers = _numbers(fields)
    if not 2 <= numbers <= MOST_DIMENSIONS:
        raise _unusable(path, "its first line is not a word and its numbers")
    return False, False


@dataclass(frozen=True)
class WordFile:
    """`words` and `matrix`, (n, d) float32, in the order of the file; `notes` say what was left out of it."""

    words: Sequence[str]
    matrix: NDArray[np.float32]
    notes: tuple[str, ...] = ()


def read(path: Path) -> WordFile:
    """Words and vectors of a file; a word that comes again counts where it stood first. Raises VectorsError.

    Published files have words twice, words of several parts (`. . .`), words that are no UTF-8, and headers that
    promise more than there is: what cannot be used is counted.
    """
    binary, header = check(path)
    seen, left_out = dict[str, int](), Counter[str]()
    rows: list[NDArray[np.float32]] = []
    promised = 0
    try:
        with _open(path) as file:
            if header:
                promised, dimensions = (int(field) for field in file.readline().split())
            else:
                dimensions = _dimensions(path)
            pairs = _binary(file, dimensions, promised) if binary else _lines(file, dimensions, left_out)
            for raw, row in islice(pairs, MOST_ROWS):
                word = raw.decode("utf-8", errors="replace")
                left_out["words that are no UTF-8, read with marks in their place"] += "\ufffd" in word
                if word in seen:
                    left_out["words that are there already"] += 1
                else:
                    seen[word] = len(rows)
                    rows.append(row)
    except (OSError, EOFError, ValueError, MemoryError, zlib.error) as error:
        raise _unusable(path, f"it breaks off or is damaged ({error})") from error
    if not rows:
        raise _unusable(path, "no line of it is a word and its numbers")
    notes = [f"{path.name}: {count:,} {what}" for what, count in left_out.items() if count]
    held = len(rows) + left_out["words that are there already"]
    if held < min(promised, MOST_ROWS):
        notes.append(f"{path.name}: its header promises {promised:,} words, and it holds {held:,}")
    return WordFile(list(seen), np.stack(rows), tuple(notes))


def _numbers(fields: Sequence[bytes]) -> int:
    """How many numbers stand at the end of a line, behind a word, which may have several parts."""
    return sum(1 for _ in takewhile(_is_number, reversed(fields[1:])))


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _dimensions(path: Path) -> int:
    """How many numbers most lines have: a word of several parts has none of its own to say so."""
    with _open(path) as file:
        counts = Counter(_numbers(line.split()) for line in islice(file, _SAMPLE))
    return counts.most_common(1)[0][0]


def _lines(file: IO[bytes], dimensions: int, left_out: Counter[str]) -> Iterator[tuple[bytes, NDArray[np.float32]]]:
    """A word and its numbers of each line: the numbers are counted from the right, whatever white space is between."""
    for line in file:
        if not line.strip():
            continue
        word, *numbers = line.rstrip().rsplit(None, dimensions)
        try:
            row = np.array([float(number) for number in numbers], dtype=np.float32)
        except ValueError:
            row = np.empty(0, dtype=np.float32)
        if len(row) == dimensions:
            yield word.strip(), row
        else:
            left_out["lines left out that are no word and its numbers"] += 1


def _binary(file: IO[bytes], dimensions: int, promised: int) -> Iterator[tuple[bytes, NDArray[np.float32]]]:
    """A word, a space and its numbers as 32 bits each. Raises EOFError where it ends within one."""
    size = 4 * dimensions
    for number in range(promised):
        word = bytearray()
        while (letter := file.read(1)) != b" ":
            if not letter:
                if word.strip():
                    raise EOFError(f"after {number:,} of {promised:,} words")
                return
            word += letter
            if len(word) > _LONGEST_WORD:
                raise ValueError(f"word {number + 1:,} has no end")
        raw = file.read(size)
        if len(raw) < size:
            raise EOFError(f"after {number:,} of {promised:,} words")
        yield bytes(word).lstrip(b"\n"), np.frombuffer(raw, dtype="<f4").astype(np.float32)


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _unusable(path: Path, why: str) -> VectorsError:
    return VectorsError(
        f"{path.name} is no file of word vectors that can be used: {why}.",
        "Take word2vec's text or .bin format, or GloVe's text; gensim writes them with save_word2vec_format.",
    )
