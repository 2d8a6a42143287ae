"""The bytes of a table: a file as it is, compressed, or alone in an archive."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from core.data.task import DataError

SUFFIXES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx")
COMPRESSED = (".gz", ".zip")
_OTHER_TABLES = (".xls", ".ods", ".numbers")
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Source:
    """A file of rows. `suffix` is that of the table itself, `member` its name inside a zip archive."""

    path: Path
    suffix: str
    member: str = ""

    @property
    def name(self) -> str:
        """The file's name, with that of the table inside it."""
        return f"{self.path.name} ({self.member})" if self.member else self.path.name

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The table's bytes from their beginning, any number of times. Raises DataError when they cannot be read."""
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                    yield file
            elif self.path.suffix.lower() == ".gz":
                with gzip.open(self.path) as file:
                    yield cast(IO[bytes], file)
            else:
                with self.path.open("rb") as file:
                    yield file
        except _BROKEN as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise DataError(
                    f"{self.path} cannot be read: {error.strerror}", "check the file's permissions"
                ) from error
            raise DataError(
                f"{self.path.name} cannot be unpacked: {error}", "unpack it and give the table in it"
            ) from error


def find_lines(path: Path) -> Source | None:
    """A file that is no table by its name, and so may be text, a line a document; None for all others."""
    inner = PurePosixPath(path.stem) if path.suffix.lower() == ".gz" else path
    if inner.suffix.lower() in (*SUFFIXES, *COMPRESSED, *_OTHER_TABLES):
        return None
    try:
        return Source(path, ".txt") if path.is_file() else None
    except (OSError, ValueError):  # a name that can be none: `find_source` says so
        return None


def find_source(path: Path) -> Source:
    """The table in a file. Raises DataError where there is none, or several."""
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except (OSError, ValueError) as error:  # a name that is too long, or has a zero byte in it
        raise DataError(f"{str(path)[:80]!r} is no path to a file: {error}", "give the path of a table") from error
    if is_folder:
        raise DataError(f"{path} is a folder", "give one file: " + ", ".join(SUFFIXES))
    if not is_there:
        raise DataError(
            f"there is no file {path}",
            "a data set is rotten_tomatoes, imdb, wiki_topics, a file, or hf:NAME from the hub",
        )
    suffix = path.suffix.lower()
    if suffix == ".gz":
        inner = PurePosixPath(path.stem).suffix.lower()
        return Source(path, _known(inner, path.name))
    if suffix == ".zip":
        return _in_archive(path)
    return Source(path, _known(suffix, path.name))


def _in_archive(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except _BROKEN as error:
        raise DataError(
            f"{path.name} is not a zip archive that can be read: {error}", "unpack it and give the table in it"
        ) from error
    names = [name for name in names if not name.startswith("__MACOSX/")]
    tables = [name for name in names if PurePosixPath(name).suffix.lower() in SUFFIXES]
    if len(tables) != 1:
        held = "several tables" if tables else "no table"
        shown = ", ".join(repr(name) for name in (tables or names)[:5])
        raise DataError(
            f"{path.name} holds {held}: {shown or 'nothing'}", "unpack it and give one of: " + ", ".join(SUFFIXES)
        )
    return Source(path, PurePosixPath(tables[0]).suffix.lower(), tables[0])


def _known(suffix: str, name: str) -> str:
    if suffix in SUFFIXES:
        return suffix
    hint = "it reads " + ", ".join(SUFFIXES) + ", and these in .gz or .zip"
    if suffix in _OTHER_TABLES:
        hint = "save it as .xlsx or .csv in the program it was made with"
    raise DataError(f"{name} is not a kind of file this reads", hint)
