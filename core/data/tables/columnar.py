"""Parquet: read in batches, and of it only the columns that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.data.tables.left_out import LeftOut
from core.data.tables.source import Source
from core.data.tables.table import Row, Understood
from core.data.task import DataError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

BATCH = 4_096


@dataclass(frozen=True)
class Parquet:
    """A Parquet file that was understood."""

    source: Source
    columns: tuple[str, ...]
    understood: Understood

    def rows(self, columns: Sequence[int], left_out: LeftOut) -> Iterator[Row]:  # noqa: ARG002 - every row is one
        """The rows' values of these columns; bytes that are UTF-8 as strings."""
        import pyarrow as pa

        names = [self.columns[column] for column in columns]
        number = 0
        with self.source.open() as file:
            table = _open(self.source, file)
            try:
                for batch in table.iter_batches(BATCH, columns=names):
                    lists = [[_plain(value) for value in batch.column(name).to_pylist()] for name in names]
                    for values in zip(*lists, strict=True):
                        number += 1
                        yield Row(number, values)
            except pa.ArrowException as error:
                raise _broken(self.source, error) from error


def understand(source: Source) -> Parquet:
    """Look at the file's schema. Raises DataError."""
    with source.open() as file:
        schema = _open(source, file).schema_arrow
    return Parquet(source, tuple(schema.names), Understood("Parquet", unit="row"))


def _open(source: Source, file: Any) -> pq.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(file if file.seekable() else pa.BufferReader(file.read()))
    except pa.ArrowException as error:
        raise _broken(source, error) from error


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return value


def _broken(source: Source, error: Exception) -> DataError:
    reason = str(error).strip().splitlines()[0]
    return DataError(f"{source.name} is not a well-formed parquet file: {reason}", "write it again")
