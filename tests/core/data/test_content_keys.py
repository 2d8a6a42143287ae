"""Keys of contents: as a list of them would be, in a fraction of the memory."""

from __future__ import annotations

import hashlib

from core.data.content_keys import ContentKeys

KEYS = [hashlib.sha256(text.encode()).digest() for text in ("a", "b", "c", "b", "d", "a")]
COUSIN = KEYS[4][:8] + bytes(24)


def test_they_are_what_was_taken_in() -> None:
    keys = ContentKeys.of(KEYS)
    assert list(keys) == list(ContentKeys.joined(bytearray(b"".join(KEYS)))) == KEYS
    assert keys[-1] == KEYS[-1]
    assert list(keys[1:4]) == KEYS[1:4]
    assert list(keys.at([5, 0, 2]).at([2, 0])) == [KEYS[2], KEYS[5]]
    assert not len(ContentKeys.of([]))


def test_none_that_is_there_twice_is_missed() -> None:
    keys = ContentKeys.of([*KEYS, COUSIN])
    assert keys.find_alike() == [0, 1, 3, 4, 5, 6]
    assert keys.at([6, 1, 2, 4]).find_alike() == [0, 3]
    assert keys.at([0, 1, 2]).find_alike() == ContentKeys.of([]).find_alike() == []
