"""The keys of many contents in little memory: their bytes one after the other, an object only for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

WIDTH = 32
"""Bytes of a key: a sha256."""


class ContentKeys(Sequence[bytes]):
    """The keys at `places` (all of them if None) of `rows`, (n, 32) uint8."""

    def __init__(self, rows: NDArray[np.uint8], places: NDArray[np.int64] | None = None) -> None:
        self._rows, self._places = rows, places

    @classmethod
    def of(cls, keys: Iterable[bytes]) -> ContentKeys:
        """Take in keys as they come."""
        together = bytearray()
        for key in keys:
            together += key
        return cls.joined(together)

    @classmethod
    def joined(cls, keys: bytearray) -> ContentKeys:
        """Keys that stand one after the other already."""
        return cls(np.frombuffer(keys, np.uint8).reshape(-1, WIDTH))

    def __len__(self) -> int:
        return len(self._rows if self._places is None else self._places)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> ContentKeys: ...
    def __getitem__(self, place: int | slice) -> bytes | ContentKeys:
        if isinstance(place, slice):
            return self.at(range(len(self))[place])
        return bytes(self._rows[place if self._places is None else self._places[place]])

    def at(self, places: Sequence[int] | NDArray[np.int64]) -> ContentKeys:
        """The keys at those places, sharing what they are kept in."""
        chosen = np.asarray(places, dtype=np.int64)
        return ContentKeys(self._rows, chosen if self._places is None else self._places[chosen])

    def find_alike(self) -> list[int]:
        """The places, in order, of all keys that may be there more than once: their first eight bytes are."""
        ordered = np.sort(self._starts())
        again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(again):
            return []
        alike: list[int] = np.flatnonzero(np.isin(self._starts(), again)).tolist()
        return alike

    def _starts(self) -> NDArray[np.uint64]:
        rows = self._rows if self._places is None else self._rows[self._places]
        return rows.view(np.uint64)[:, 0]
