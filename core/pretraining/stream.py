"""Documents as a language model reads them: one stream an epoch, cut into lanes that are read side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.models.language_model import BOUNDARY

Ids = NDArray[np.int32]


class Stream:
    """The documents in an order that depends on seed and epoch alone, a boundary before each.

    `backward` reverses every document. `inputs` and `targets` are (time, batch): lane by lane, the target of each place
    is the next word of the stream; a few words at its end are left over.
    """

    def __init__(self, documents: Sequence[Ids], batch: int, backward: bool, seed: int, epoch: int) -> None:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
        boundary = np.array([BOUNDARY], dtype=np.int32)
        pieces: list[Ids] = []
        for number in torch.randperm(len(documents), generator=generator).tolist():
            document = documents[number]
            pieces += [boundary, document[::-1] if backward else document]
        words = torch.from_numpy(np.concatenate(pieces))
        length = (len(words) - 1) // batch
        self.inputs = words[: length * batch].view(batch, length).t()
        self.targets = words[1 : length * batch + 1].view(batch, length).t()

    def window(self, position: int, bptt: int) -> tuple[Tensor, Tensor]:
        """Inputs and targets, (time, batch) int64, of window `position`; the last one may be shorter."""
        place = slice(position * bptt, (position + 1) * bptt)
        return self.inputs[place].long(), self.targets[place].long()


def windows(words: int, documents: int, batch: int, bptt: int) -> int:
    """How many windows an epoch has: the same in every one."""
    length = (words + documents - 1) // batch
    return -(-length // bptt)
