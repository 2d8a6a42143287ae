"""Passages of unlabelled text with words masked, for a transformer to guess (Devlin et al. 2019).

Whole words are masked, all their pieces at once. Of the chosen ones eight in ten become `[MASK]`, one a random piece of
the text and one stays as it is, so that the states of words that are there are learned too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

MASKED, REPLACED = 0.8, 0.9
"""Below the first share of the chosen words `[MASK]` stands, below the second a random piece."""


@dataclass(frozen=True)
class Pieces:
    """Documents as wordpieces, one after the other: document n is rows[offsets[n]:offsets[n + 1]].

    `words`: (pieces,), the number of the word that each piece is of, rising through all documents.
    """

    rows: NDArray[np.int32]
    words: NDArray[np.int32]
    offsets: NDArray[np.int64]


@dataclass(frozen=True)
class Masked:
    """A padded batch: `ids`, (batch, pieces), with words masked; `wanted`: where, bool; `truth`: the rows there."""

    ids: Tensor
    lengths: Tensor
    wanted: Tensor
    truth: Tensor


def passages(pieces: Pieces, length: int) -> NDArray[np.int64]:
    """(passages, 2): where each begins and ends; at most `length` pieces, cut between words of one document."""
    starts = np.flatnonzero(np.diff(pieces.words, prepend=-1))
    found: list[tuple[int, int]] = []
    for begin, end in zip(pieces.offsets[:-1].tolist(), pieces.offsets[1:].tolist(), strict=True):
        while begin < end:
            stop = min(begin + length, end)
            if stop < end:
                # The last word that begins no later; a word longer than a passage is cut.
                whole = int(starts[np.searchsorted(starts, stop, side="right") - 1])
                stop = whole if whole > begin else stop
            found.append((begin, stop))
            begin = stop
    return np.array(found, dtype=np.int64).reshape(-1, 2)


class Masker:
    """Masks a `share` of the words of passages with the row `mask`; pieces of the text stand in for some at random."""

    def __init__(self, pieces: Pieces, mask: int, share: float) -> None:
        self._pieces, self._mask, self._share = pieces, mask, share
        self._seen = torch.from_numpy(np.unique(pieces.rows).astype(np.int64))

    def draw(self, places: Sequence[tuple[int, int]], generator: torch.Generator) -> Masked:
        """Those passages, at least one word of each masked. The same generator gives the same masks."""
        lengths = torch.tensor([end - begin for begin, end in places])
        width = int(lengths.max())
        real = torch.arange(width)[None, :] < lengths[:, None]
        spans = np.concatenate([np.arange(begin, end) for begin, end in places])
        ids = torch.zeros(len(places), width, dtype=torch.long)
        ids[real] = torch.from_numpy(self._pieces.rows[spans].astype(np.int64))
        words, of = torch.unique(torch.from_numpy(self._pieces.words[spans].astype(np.int64)), return_inverse=True)
        chosen = torch.rand(len(words), generator=generator) < self._share
        firsts = of[torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)[:-1]])]
        lasts = of[lengths.cumsum(0) - 1]
        some = firsts + (torch.rand(len(places), generator=generator) * (lasts - firsts + 1)).long()
        for first, last, one in zip(firsts.tolist(), lasts.tolist(), some.tolist(), strict=True):
            if not chosen[first : last + 1].any():
                chosen[one] = True
        fate = torch.rand(len(words), generator=generator)
        wanted, become = torch.zeros_like(real), torch.ones(real.shape)
        wanted[real], become[real] = chosen[of], fate[of]
        truth = ids[wanted]
        ids[wanted & (become < MASKED)] = self._mask
        random = wanted & (become >= MASKED) & (become < REPLACED)
        drawn = torch.randint(len(self._seen), (int(random.sum()),), generator=generator)
        ids[random] = self._seen[drawn]
        return Masked(ids, lengths, wanted, truth)
