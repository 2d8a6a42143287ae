"""What C was at the end of each epoch, kept beside a run's checkpoints for whoever asks what training did to it.

A checkpoint is for going on and only the newest stays; these are for looking back. A file an epoch holds the rows that
differ from where C started, in half precision: a few labels move a few thousand words. They are no part of a model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.errors import GO_ON, room_on
from core.storage.atomic import staging, sync, sync_tree

FOLDER = "epochs"
SUFFIX = ".safetensors"
MOST = 20
"""Epochs that are kept of a run, evenly spread over those planned."""
ROOM = 64 << 20
"""Bytes that they may take together."""


class EmbeddingSnapshots:
    """Keeps C, (V, d), at the ends of epochs in `folder`; `start` is C before training, `planned` the most epochs.

    `rows` is how many can move: those of words in the training texts. Which epochs are kept follows from these alone,
    so that a resumed run keeps the same.
    """

    def __init__(self, folder: Path, start: Tensor, planned: int, rows: int) -> None:
        self._folder, self._start = folder, start.detach().cpu().clone()
        room = ROOM // max(1, 2 * rows * start.shape[1])
        self.every = math.ceil(planned / max(1, min(MOST, room)))

    def keep(self, epoch: int, matrix: Tensor) -> None:
        """Keep C as it is at the end of `epoch`, counted from one, if it is one of those. Raises DiskFull."""
        if epoch % self.every:
            return
        now = matrix.detach().cpu()
        rows = (now != self._start).any(dim=1).nonzero()[:, 0]
        with room_on(f"The disk of {self._folder}", GO_ON), staging(self._folder) as building:
            save_file({"rows": rows.int(), "values": now[rows].half()}, building / "C")
            sync_tree(building)
            # A run that was killed before its next checkpoint ends this epoch again, with the same numbers.
            (building / "C").replace(self._folder / f"{epoch:04d}{SUFFIX}")
        sync(self._folder)


def kept(folder: Path) -> dict[int, Path]:
    """The epochs kept in a folder, each with its file, in order; none where there is no such folder."""
    try:
        found = {int(path.stem): path for path in folder.iterdir() if path.suffix == SUFFIX and path.stem.isdigit()}
    except OSError:
        return {}
    return dict(sorted(found.items()))


def restore(path: Path, start: NDArray[np.float32], numbers: Sequence[int]) -> NDArray[np.float32]:
    """C at the end of an epoch, (n, d), of the words that have the rows `numbers`; `start`, (n, d): before training.

    Raises ValueError when the file is damaged or belongs to another C.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            rows, values = file.get_tensor("rows"), file.get_tensor("values")
    except (OSError, SafetensorError) as error:
        raise ValueError(f"{path.name} is damaged ({error})") from error
    if rows.ndim != 1 or values.shape != (len(rows), start.shape[1]):
        raise ValueError(f"{path.name} is not of this C")
    moved = {int(row): place for place, row in enumerate(rows)}
    found = start.copy()
    for place, number in enumerate(numbers):
        if number in moved:
            found[place] = values[moved[number]]
    return found
