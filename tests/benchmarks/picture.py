"""The lecture's picture: what it takes to compute and draw one when an era is switched, beside its mere answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import torch

from core import api
from core.catalog.models import Catalog
from core.drawing.lecture import Frame, Known, draw
from core.eras.table import BY_ID
from core.service.session import Session
from core.storage.paths import Home

SENTENCE = (
    "The plot is not thin at all, and the cast, which nobody had heard of, is far more than wonderful throughout."
)
ROUNDS = 9


def compute() -> Iterator[tuple[str, float, float]]:
    """Each shipped era with the median seconds of processor time of (its picture, its answer)."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Catalog(Home(store=Path(folder) / "store", runs=Path(folder) / "runs")))
        for era in BY_ID.values():
            if session.catalog.for_era(era.id) is None:
                continue
            session.load(era.id)

            def picture() -> None:
                states = session.picture(api.ReadStates(SENTENCE, era.id))  # noqa: B023 - called here
                assert isinstance(states, api.StateList)
                answer = api.decode_answer(api.encode(1, states))[1]
                assert isinstance(answer, api.StateList)
                draw(Known(era, answer), Frame())  # noqa: B023 - called here

            yield era.id, _median(picture), _median(lambda: session.predict([SENTENCE], era.id))  # noqa: B023


def _median(work: Callable[[], object]) -> float:
    work()  # what is read for the first time is not the rule
    return median(_processor(work) for _ in range(ROUNDS))


def _processor(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
