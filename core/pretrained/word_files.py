"""Files of word vectors as other programs write them: word2vec's text and binary formats, and GloVe's text."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
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
    except (OSError, EOFError) as error:
        raise _unusable(path, f"it cannot be read: {getattr(error, 'strerror', None) or error}") from error
    fields = first.split()
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        rows, dimensions = (int(field[:9]) for field in fields)
        if not (rows and 0 < dimensions <= MOST_DIMENSIONS):
            raise _unusable(path, f"its header promises {rows:,} words of {dimensions:,} dimensions")
        return name.endswith(".bin"), True
    if name.endswith(".bin"):
        raise _unusable(path, "its first line does not say how many words and dimensions it has")
    try:
        numbers = [float(field) for field in fields[1:]]
    except ValueError:
        numbers = []
    if not 2 <= len(numbers) <= MOST_DIMENSIONS:
        raise _unusable(path, "its first line is not a word and its numbers")
    return False, False


def read(path: Path) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Words and vectors (n, d), in the order of the file. Raises VectorsError."""
    from gensim.models import KeyedVectors

    binary, header = check(path)
    try:
        found = KeyedVectors.load_word2vec_format(
            str(path), binary=binary, no_header=not header, limit=MOST_ROWS, unicode_errors="replace"
        )
    except (OSError, EOFError, ValueError, IndexError, struct.error, MemoryError) as error:
        raise _unusable(path, f"it breaks off or is damaged ({error})") from error
    return found.index_to_key, found.vectors


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _unusable(path: Path, why: str) -> VectorsError:
    return VectorsError(
        f"{path.name} is no file of word vectors that can be used: {why}.",
        "Take word2vec's text or .bin format, or GloVe's text; gensim writes them with save_word2vec_format.",
    )
