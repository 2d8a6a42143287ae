"""Passages and masks: nothing is lost, whole words are hidden, the same number gives the same masks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.pretraining.masking import Masker, Pieces, passages

MASK = 1_000
documents = st.lists(st.lists(st.integers(1, 5), max_size=40), max_size=8)


def spelled(lengths: list[list[int]]) -> Pieces:
    """Documents of words with that many pieces each; each piece has a row of its own."""
    each = np.array([length for document in lengths for length in document], dtype=np.int64)
    total = int(each.sum())
    ends = np.cumsum([0, *(sum(document) for document in lengths)], dtype=np.int64)
    return Pieces(np.arange(total, dtype=np.int32), np.repeat(np.arange(len(each), dtype=np.int32), each), ends)


def places(pieces: Pieces, length: int) -> list[tuple[int, int]]:
    return [(int(begin), int(end)) for begin, end in passages(pieces, length)]


@given(documents, st.integers(5, 30))
def test_passages_hold_every_piece_once_and_end_between_words(lengths: list[list[int]], length: int) -> None:
    pieces = spelled(lengths)
    found = places(pieces, length)
    assert [row for begin, end in found for row in range(begin, end)] == list(range(len(pieces.rows)))
    assert all(0 < end - begin <= length for begin, end in found)
    borders = {0, len(pieces.rows), *(int(n) for n in np.flatnonzero(np.diff(pieces.words)) + 1)}
    assert {border for place in found for border in place} <= borders
    assert set(pieces.offsets.tolist()) <= {0, *(end for _, end in found)}, "no passage goes from one text to the next"


def test_a_word_longer_than_a_passage_is_cut() -> None:
    assert places(spelled([[2, 9, 1]]), 4) == [(0, 2), (2, 6), (6, 10), (10, 12)]


@given(documents.filter(any), st.integers(0, 99), st.sampled_from([0.0, 0.2, 0.9]))
def test_whole_words_are_masked_at_least_one_a_passage(lengths: list[list[int]], seed: int, share: float) -> None:
    pieces = spelled(lengths)
    some = places(pieces, 12)
    masker = Masker(pieces, MASK, share)
    batch = masker.draw(some, torch.Generator().manual_seed(seed))
    again = masker.draw(some, torch.Generator().manual_seed(seed))
    assert torch.equal(batch.ids, again.ids)
    assert torch.equal(batch.wanted, again.wanted)
    truth = iter(batch.truth.tolist())
    for (begin, end), row, wanted in zip(some, batch.ids, batch.wanted, strict=True):
        assert bool(wanted.any())
        assert not bool(wanted[end - begin :].any())
        of = pieces.words[begin:end]
        for word in np.unique(of):
            hidden = wanted[: end - begin][torch.from_numpy(of == word)]
            assert bool(hidden.all()) or not bool(hidden.any()), "a word is masked with all its pieces"
        for place in range(end - begin):
            original = int(pieces.rows[begin + place])
            if wanted[place]:
                assert next(truth) == original
            else:
                assert int(row[place]) == original


def test_eight_in_ten_are_masked_one_replaced_one_left() -> None:
    pieces = spelled([[1] * 20_000])
    batch = Masker(pieces, MASK * 100, 0.5).draw(places(pieces, 50), torch.Generator().manual_seed(0))
    assert len(batch.truth) == pytest.approx(10_000, rel=0.05)
    now = batch.ids[batch.wanted]
    assert (now == MASK * 100).float().mean().item() == pytest.approx(0.8, abs=0.02)
    assert (now == batch.truth).float().mean().item() == pytest.approx(0.1, abs=0.02)
