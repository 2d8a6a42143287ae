"""Many texts in little memory: their UTF-8 in Arrow or in a file, a string only for whoever looks at one."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 4_096


class Texts(Sequence[str]):
    """The texts at `places` (all of them if None) of a chunked array of strings."""

    def __init__(self, array: pa.ChunkedArray, places: NDArray[np.int64] | None = None) -> None:
        self._array = array
        self._places = np.arange(len(array)) if places is None else places
        self._ends = np.cumsum([len(chunk) for chunk in array.chunks])

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Take in texts as they come. Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
        import pyarrow as pa

        return cls(pa.chunked_array(list(_arrays(texts)), pa.large_string()))

    @classmethod
    def on_disk(cls, texts: Iterable[str], folder: Path) -> Texts:
        """As `of`, but in a nameless file of the folder, mapped: it is gone when nobody reads it any more."""
        import pyarrow as pa

        schema = pa.schema([("text", pa.large_string())])
        with tempfile.TemporaryFile(dir=folder) as file:
            with pa.ipc.new_file(file, schema) as writer:
                for array in _arrays(texts):
                    writer.write_batch(pa.record_batch([array], schema=schema))
            file.flush()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        reader = pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped)))
        chunks = [reader.get_batch(number).column(0) for number in range(reader.num_record_batches)]
        return cls(pa.chunked_array(chunks, pa.large_string()))

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Texts: ...
    def __getitem__(self, place: int | slice) -> str | Texts:
        if isinstance(place, slice):
            return Texts(self._array, self._places[place])
        return self._at(int(self._places[place]))

    def __iter__(self) -> Iterator[str]:
        return map(self._at, self._places.tolist())

    def at(self, places: Sequence[int] | NDArray[np.int64]) -> Texts:
        """The texts at those places, sharing what they are kept in."""
        return Texts(self._array, self._places[np.asarray(places, dtype=np.int64)])

    def _at(self, row: int) -> str:
        chunk = int(np.searchsorted(self._ends, row, side="right"))
        before = int(self._ends[chunk - 1]) if chunk else 0
        return str(self._array.chunk(chunk)[row - before].as_py())


class Chained(Sequence[str]):
    """The texts of several sequences, one sequence after the other, or mixed: in an order drawn once."""

    def __init__(self, parts: Sequence[Sequence[str]], mixed: bool = False) -> None:
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts])
        whole = int(self._ends[-1]) if parts else 0
        self._order = np.random.default_rng(0).permutation(whole) if mixed else np.arange(whole)

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._at(row) for row in self._order[place].tolist()]
        return self._at(int(self._order[place]))

    def __iter__(self) -> Iterator[str]:
        return map(self._at, self._order.tolist())

    def _at(self, row: int) -> str:
        part = int(np.searchsorted(self._ends, row, side="right"))
        return self._parts[part][row - (int(self._ends[part - 1]) if part else 0)]


def _arrays(texts: Iterable[str]) -> Iterator[pa.Array]:
    waiting = list[str]()
    for text in texts:
        waiting.append(text)
        if len(waiting) == CHUNK:
            yield _array(waiting)
            waiting = []
    yield _array(waiting)


def _array(texts: Sequence[str]) -> pa.Array:
    """The texts in buffers of exactly their size: Arrow's own builder takes twice as much and does not give it back."""
    import pyarrow as pa

    encoded = [_utf8(text) for text in texts]
    ends = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(list(map(len, encoded)), out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(encoded), buffers)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", errors="replace").encode()


def take(texts: Sequence[str], places: Sequence[int] | NDArray[np.int64]) -> Sequence[str]:
    """The texts at those places."""
    return texts.at(places) if isinstance(texts, Texts) else [texts[place] for place in places]
