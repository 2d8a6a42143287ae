"""Writes a model's word vectors for other programs: the embedding projector, word2vec's text format, numpy."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import api
from core.errors import UserError
from core.words.centering import Matrix
from core.words.sources import Sources
from core.words.word_models import WordError

FORMATS = ("projector", "word2vec", "npz")
DIGITS = 6


class ExportError(UserError):
    """The file cannot be written. `message` and `hint` are for a person."""


def export_vectors(question: api.Export, sources: Sources) -> api.Exported:
    """Write the rows of C that are words. Raises ModelError, WordError or ExportError.

    `projector`: vectors.tsv and metadata.tsv (word, count), as projector.tensorflow.org reads them, in the folder
    `path`; `word2vec`: a text file that gensim's `load_word2vec_format` reads; `npz`: arrays `words`, `counts`
    and `vectors`, without pickle.
    """
    if question.format not in FORMATS:
        raise WordError(f"There is no format {question.format!r}.", f"It is one of {', '.join(FORMATS)}.")
    word_model = sources.word_models.get(question.model)
    rows = np.flatnonzero(word_model.listed)
    words = [word_model.vocabulary.words[row] for row in rows]
    counts, matrix = word_model.vocabulary.counts[rows], np.ascontiguousarray(word_model.matrix[rows])
    path = Path(question.path)
    try:
        path = path.expanduser().absolute()
        files = [path / "vectors.tsv", path / "metadata.tsv"] if question.format == "projector" else [path]
        _check(path, files, question.force)
        if question.format == "projector":
            path.mkdir(exist_ok=True)
            _write(files[0], (_numbers(row, "\t") for row in matrix))
            pairs = (f"{word}\t{count}" for word, count in zip(words, counts.tolist(), strict=True))
            _write(files[1], _headed("word\tcount", pairs))
        elif question.format == "word2vec":
            lines = (f"{word} {_numbers(row, ' ')}" for word, row in zip(words, matrix, strict=True))
            _write(path, _headed(f"{len(words)} {matrix.shape[1]}", lines))
        else:
            _write_npz(path, words, counts, matrix)
    except (OSError, RuntimeError, ValueError) as error:  # also a home of nobody's, a name with a zero byte
        why = getattr(error, "strerror", None) or error
        raise ExportError(f"{path} cannot be written: {str(why).rstrip('.')}.", "Name another place.") from error
    names = tuple(str(file) for file in files)
    return api.Exported(question.model, question.format, names, len(words), matrix.shape[1])


def _check(path: Path, files: list[Path], force: bool) -> None:
    if not path.parent.is_dir():
        raise ExportError(f"There is no folder {path.parent}.", "Make it first, or name another place.")
    if len(files) > 1 and path.exists() and not path.is_dir():
        raise ExportError(f"{path} is a file, and this format writes two files into a folder.", "Name a folder.")
    if len(files) == 1 and path.is_dir():
        raise ExportError(f"{path} is a folder.", "Name a file.")
    there = [file for file in files if file.exists()]
    if there and not force:
        raise ExportError(f"{there[0]} is there already.", "Name another place, or overwrite it with --force.")


def _write(path: Path, lines: Iterator[str]) -> None:
    """Write whole or not at all: aside first, then renamed."""
    aside = _aside(path)
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _write_npz(path: Path, words: list[str], counts: NDArray[np.int64], matrix: Matrix) -> None:
    aside = _aside(path)
    try:
        with aside.open("wb") as file:
            np.savez_compressed(file, words=np.array(words, dtype=np.str_), counts=counts, vectors=matrix)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(descriptor)
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)  # as any new file would be; a temporary one is private
    return Path(name)


def _headed(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield head
    yield from lines


def _numbers(row: Matrix, between: str) -> str:
    return between.join(f"{value:.{DIGITS}g}" for value in row.tolist())
