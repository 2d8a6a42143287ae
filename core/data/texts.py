"""Many texts in little memory: their UTF-8 in Arrow, a string only for whoever looks at one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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

        chunks, waiting = [], list[str]()
        for text in texts:
            waiting.append(text)
            if len(waiting) == CHUNK:
                chunks.append(_array(waiting))
                waiting = []
        chunks.append(_array(waiting))
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
