"""What the frozen layers of a transformer make of each text, computed once: the others alone are tuned.

All texts are read before the first step, in the order of their lengths: a run that was interrupted keeps the very same
numbers, to the last bit, when it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.data.batches import Encoded, collate, in_order
from core.models.transformer import TransformerClassifier
from core.runs.logger import RunLogger, Work

BATCH = 64
_BYTES = 4
_BOUNDARIES = 2


def remember(model: TransformerClassifier, data: Sequence[Encoded], room: int, logger: RunLogger) -> None:
    """Have `model` keep its frozen layers' states of all texts, if they fit in `room` bytes; else of none.

    Raises Stopped when the person stops it: nothing was trained yet.
    """
    total = sum(len(each) for each in data)
    places = sum(each.tokens() for each in data) + _BOUNDARIES * total
    if not model.frozen or _BYTES * model.config.width * places > room:
        return
    model.eval()
    device = next(model.parameters()).device
    # Counted in tokens: the texts come from the shortest to the longest.
    work = Work("lower layers", places, "tokens/s", logger)
    for each in data:
        for rows in in_order(each, BATCH):
            batch = collate(each, rows).to(device)
            model.remember(batch.ids, batch.lengths)
            work.did(int(batch.lengths.sum()) + _BOUNDARIES * len(rows))
