"""Compare's first visit: from the question to each era's row, in a home that has kept nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from core import api
from tests.benchmarks.talk import Talk

FIRST = api.Place("like", "I like this film.")
SECOND = api.Place("like", "It looks like a video game.")


def measure(environment: Mapping[str, str]) -> Iterator[tuple[str, float, float]]:
    """(model, seconds of its row the first time, seconds the second time), in the order they are asked in."""
    with Talk(environment) as talk:
        talk.ask(api.Predict(FIRST.sentence or "", api.SIDE_BY_SIDE[:1]))  # the program's own start is not Compare's
        for model in api.SIDE_BY_SIDE:
            times = []
            for _ in range(2):
                begun = time.perf_counter()
                talk.ask(api.CompareEra(model, FIRST, SECOND))
                times.append(time.perf_counter() - begun)
            yield model, times[0], times[1]
