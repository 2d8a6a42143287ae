"""What a state still holds of each word: how far it moves when that word is left out of the text.

Leaving out is exact and asks nothing of the model but to be read: one batch of the text without each of its words. The
norm of a gradient would say what an infinitely small change does, which no word is.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.explain.readers import Reader

Memory = tuple[tuple[float | None, ...], ...]


def trace_memory(reader: Reader, words: Sequence[str]) -> Memory:
    """(words, words): ‖h − h′‖/‖h‖ of h at the word of the row, h′ the same without the word of the column.

    Of the word that is left out itself h′ is the state that an RNN would have gone on with; attention has none: None.
    What an RNN has not read yet moves nothing: 0. Empty where there are no states.
    """
    if not reader or not words:
        return ()
    (whole,) = reader.states([words])
    without = reader.states([[*words[:out], *words[out + 1 :]] for out in range(len(words))])
    moved = torch.full((len(words), len(words)), torch.nan)
    norms = whole.norm(dim=1).clamp(min=1e-12)
    for out, states in enumerate(without):
        for place in range(len(words)):
            if (other := _other(reader, states, place, out)) is not None:
                moved[place, out] = (whole[place] - other).norm() / norms[place]
    return tuple(tuple(None if value != value else round(value, 5) for value in row) for row in moved.tolist())


def _other(reader: Reader, states: Tensor, place: int, out: int) -> Tensor | None:
    """The state at `place`, counted in the whole text, of the text without the word at `out`: (width,)."""
    if place != out:
        return states[place - (place > out)]
    if reader.edge is None:
        return None
    before = out if reader.edge.backward else out - 1
    return states[before] if 0 <= before < len(states) else reader.edge.state
