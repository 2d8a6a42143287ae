"""The one door to a file of rows: what it is, understood, and ready to be read."""

from __future__ import annotations

from pathlib import Path

from core.data.tables import columnar, delimited, json_rows, workbook
from core.data.tables.encoding import Encoding, detect, given
from core.data.tables.source import Source, find_source
from core.data.tables.table import Reading, Table


def open_table(path: Path, reading: Reading | None = None) -> Table:
    """The table in a file; what `reading` says is not guessed. Raises DataError in plain words."""
    reading = reading or Reading()
    source = find_source(path)
    match source.suffix:
        case ".parquet":
            return columnar.understand(source)
        case ".xlsx":
            return workbook.understand(source, reading.header)
        case ".csv" | ".tsv" | ".tab":
            return delimited.understand(source, read_encoding(source, reading.encoding), reading.header)
        case _:
            return json_rows.understand(source, read_encoding(source, reading.encoding))


def read_encoding(source: Source, named: str | None) -> Encoding:
    """The encoding that a person named, else what the file says or is guessed to be. Raises DataError."""
    if named is not None:
        return given(named)
    with source.open() as file:
        return detect(file, source.name)
