"""The layers of a transformer at the words of texts: having read the word (token), or `[MASK]` in its place (slot).

A transformer reads a whole text at once, so what never saw a word takes a pass of its own: the text with `[MASK]` where
the word was, as in the pretraining of its kind (Devlin et al. 2019). A transformer that was tuned for sentences, as
MiniLM was, has forgotten what to make of `[MASK]`: what stands around it says more of the word (gap).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.api.parts import Layer
from core.data.batches import pad
from core.data.wordpieces import WordPieces
from core.models.frozen_language_model import batches
from core.models.transformer import Stack
from core.words.centering import Matrix, scaled
from core.words.vector_kinds import BOTH_SIDES, GAP, SLOT, TOKEN

REACH = 24
"""Pieces on each side of a `[MASK]` that are read: a pass costs the same in a long text; more tell no more."""
NEAR = (1.0, 0.7)
"""What the states of the first and second piece on a side weigh in a `gap` vector."""
MIDDLE = 0.7
"""How high the layer is whose states around a gap say most of what is missing; all else is clearest at the top.

So it was measured on MiniLM as it was published, read on and tuned (assets/LAB.md).
"""
POSITIONS = 4_096
"""Pieces of a padded batch."""


@dataclass(frozen=True)
class Pass:
    """Pieces that are read together; `wanted`: (row of the answer, first piece, last piece + 1) of each place."""

    ids: list[int]
    wanted: list[tuple[int, int, int]]


class TransformerLayers:
    """A transformer's layers, the top one first; `keys`: those of each, by their numbers from the bottom, from 1."""

    def __init__(self, stack: Stack, lexicon: WordPieces, keys: dict[int, str], width: int, note: str) -> None:
        self._stack, self._lexicon = stack, lexicon
        self._keys = {f"layer{depth}": key for depth, key in keys.items()}
        self._depths = {f"layer{depth}": depth for depth in keys}
        middle = max(1, round(MIDDLE * len(stack.layers)))
        kinds = (TOKEN,) if lexicon.mask is None else (TOKEN, GAP, SLOT)
        self.layers = tuple(
            Layer(
                f"layer{depth}",
                f"{note}, layer {depth} of {len(stack.layers)}, {BOTH_SIDES}",
                width,
                kinds,
                best_for=(GAP,) if depth == middle and GAP in kinds else (),
            )
            for depth in sorted(keys, reverse=True)
        )

    def parents(self, layer: str) -> tuple[str, ...]:
        """The key of the model that the layer is of."""
        return (self._keys[layer],)

    def states(self, texts: Sequence[Sequence[str]], places: Sequence[Sequence[int]], layer: str, kind: str) -> Matrix:
        """The states at the places: the mean of a word's pieces (token), at `[MASK]` (slot), or around it (gap).

        `gap`: the mean of the states of the two pieces on its left, beside that on its right, each of length one;
        (places, 2·width). A text longer than the transformer can read is read in parts; of one with a `[MASK]` only
        its surroundings are.
        """
        passes = list(self._whole(texts, places) if kind == TOKEN else self._masked(texts, places))
        width = self.layers[0].width * (2 if kind == GAP else 1)
        rows = np.zeros((sum(map(len, places)), width), np.float32)
        for numbers in batches([len(each.ids) for each in passes], POSITIONS):
            found = self._stack.states(*pad([passes[number].ids for number in numbers]), self._depths[layer])
            for number, lane in zip(numbers, found.numpy(), strict=True):
                own = lane[: len(passes[number].ids) + 2]
                for row, start, stop in passes[number].wanted:
                    # The first state is that of the boundary.
                    rows[row] = _around(own, start + 1) if kind == GAP else own[start + 1 : stop + 1].mean(axis=0)
        return rows

    def _whole(self, texts: Sequence[Sequence[str]], places: Sequence[Sequence[int]]) -> Iterator[Pass]:
        """Each text as it is, in parts where it is long; parts without a place are not read."""
        row = 0
        for text, some in zip(texts, places, strict=True):
            rows: dict[int, list[int]] = {}
            for place in some:
                rows.setdefault(place, []).append(row)
                row += 1
            word = 0
            for part in self._lexicon.parts(text):
                ids: list[int] = []
                wanted = []
                for pieces in part:
                    wanted += [(each, len(ids), len(ids) + len(pieces)) for each in rows.get(word, ())]
                    ids += pieces
                    word += 1
                if wanted:
                    yield Pass(ids, wanted)

    def _masked(self, texts: Sequence[Sequence[str]], places: Sequence[Sequence[int]]) -> Iterator[Pass]:
        """The surroundings of each place with `[MASK]` there."""
        mask = self._lexicon.mask
        assert mask is not None
        reach = min(REACH, (self._lexicon.limit - 1) // 2)
        row = 0
        for text, some in zip(texts, places, strict=True):
            for place in some:
                # Spelled without the word: how one word is spelled can depend on the next.
                spelled = self._lexicon.spell([*text[:place], "", *text[place + 1 :]])
                before = [piece for pieces in spelled[max(0, place - reach) : place] for piece in pieces][-reach:]
                after = [piece for pieces in spelled[place + 1 : place + 1 + reach] for piece in pieces][:reach]
                yield Pass([*before, mask, *after], [(row, len(before), len(before) + 1)])
                row += 1


def _around(states: Matrix, place: int) -> Matrix:
    """(2·width,): the states left and right of a place, (pieces + 2, width); beyond the text stand its boundaries."""
    steps = np.arange(1, len(NEAR) + 1)
    beside = (np.clip(place + side * steps, 0, len(states) - 1) for side in (-1, 1))
    sides = np.stack([np.array(NEAR, np.float32) @ states[some] for some in beside])
    around: Matrix = np.concatenate(scaled(sides)[0])
    return around
