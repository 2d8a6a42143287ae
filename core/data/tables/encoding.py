"""How a table's bytes are text: by its mark, by what decodes without a fault, or by a guess that is said."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import IO

from core.data.task import DataError

CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PRECISE = frozenset(
    {"Windows-1250", "Windows-1251", "Windows-1253", "Windows-1254", "Windows-1255", "Windows-1256", "KOI8-R", "KOI8-U"}
)
"""One byte a character, and told apart from Western European well."""
_SURE = 0.3
_BINARY = 0.1
"""A share of NULs that no text has."""
_STRAY = 0.01
"""A share of control characters that no text has whose encoding is unknown."""
_CONTROLS = [bytes([code]) for code in range(32) if bytes([code]) not in b"\t\n\v\f\r\x1b"]
_SIGNATURES = {
    b"PK\x03\x04": "a .zip archive or an .xlsx workbook",
    b"\x1f\x8b": "a compressed file, .gz",
    b"PAR1": "a .parquet file",
    b"\x89PNG": "",
    b"\xd0\xcf\x11\xe0": "",
}
"""What files of other kinds begin with, and what they are called where they can be read."""


@dataclass(frozen=True)
class Encoding:
    """`name` as Python knows it; `guessed`: whether nothing but statistics says so."""

    name: str
    guessed: bool = False


def given(name: str) -> Encoding:
    """An encoding that a person named. Raises DataError where there is none of that name."""
    try:
        return Encoding(codecs.lookup(name).name)
    except LookupError as error:
        raise DataError(
            f"there is no encoding {name!r}", "name one such as utf-8, utf-16, cp1252 or latin-1"
        ) from error


def detect(file: IO[bytes], name: str) -> Encoding:
    """The encoding of a file, which is read to its end. Raises DataError for a file that is not text."""
    first = file.read(CHUNK)
    if not first.strip():
        raise DataError(f"{name} is empty", "give a file with a text and a label in each row")
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return Encoding(encoding)
    if wide := _without_mark(first):
        return Encoding(wide, guessed=True)
    decoder, chunk, sample = codecs.getincrementaldecoder("utf-8")(), first, first
    try:
        while chunk:
            decoder.decode(chunk)
            sample, chunk = chunk, file.read(CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        if _is_binary(first):
            raise _binary(first, name) from None
        return Encoding(_guess(sample if sample.isascii() is False else first), guessed=True)
    if first.count(b"\0") > _BINARY * len(first):
        raise _binary(first, name)
    return Encoding("utf-8")


def _is_binary(first: bytes) -> bool:
    """Whether bytes that are not UTF-8 are no text in another encoding either: a stray NUL may be in that too."""
    return first.startswith(tuple(_SIGNATURES)) or sum(map(first.count, _CONTROLS)) > _STRAY * len(first)


def _binary(first: bytes, name: str) -> DataError:
    kind = next((kind for signature, kind in _SIGNATURES.items() if first.startswith(signature)), "")
    hint = f"it looks like {kind}: name it so" if kind else "give a table that is text, or a Parquet file"
    return DataError(f"{name} is a binary file, not text", hint)


def _without_mark(first: bytes) -> str:
    """UTF-16 without its mark: of text in Latin letters every second byte is a NUL."""
    places = first[: len(first) // 2 * 2]
    low, high = places[0::2].count(0), places[1::2].count(0)
    most = len(places) // 2
    if most and high > 0.6 * most and low < 0.1 * most:
        return "utf-16-le"
    if most and low > 0.6 * most and high < 0.1 * most:
        return "utf-16-be"
    return ""


def _guess(sample: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8; Western European where statistics cannot tell."""
    import chardet

    found = chardet.detect(sample)
    name, sure = str(found["encoding"] or ""), float(found["confidence"] or 0.0)
    if name and (sure >= _SURE or name in _PRECISE):
        return codecs.lookup(name).name
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"
