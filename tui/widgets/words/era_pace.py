"""How long rows of eras that are read one after the other still take: by what the rows before took here."""

from __future__ import annotations

from collections.abc import Sequence

SHARES = {"scratch": 1, "word2vec": 2, "glove": 1, "lm": 4, "ulmfit": 6, "bert": 9, "mlm": 8}
"""What a row costs against the others, its model loaded and read for the first time (`make bench BENCH=compare`)."""
LATE = 3.0
"""How many times as long as expected a row may take before nothing more is foretold."""
ENOUGH = 0.3
"""Seconds of rows that are done, from which on they tell of those to come."""


class EraPace:
    """Rows of `models`, in their order; times are in seconds of any clock that goes on."""

    def __init__(self, models: Sequence[str], now: float) -> None:
        self._left = list(models)
        self._of = len(models)
        self._shares = self._seconds = 0.0
        self._begun = now

    def finish(self, model: str, now: float) -> None:
        """A row is done, and the next one begins."""
        self._left.remove(model)
        self._shares += SHARES.get(model, 1)
        self._seconds += now - self._begun
        self._begun = now

    def describe(self, now: float) -> str:
        """Which row it is, and for how long it goes on as far as that can be told; else how long this row has taken."""
        where = f"{self._of - len(self._left) + 1} of {self._of}"
        here = now - self._begun
        if self._left and self._seconds >= ENOUGH:
            pace = self._seconds / self._shares
            if here <= LATE * pace * SHARES.get(self._left[0], 1):
                left = pace * sum(SHARES.get(model, 1) for model in self._left) - here
                return f"{where} · about {max(1, round(left))} s left"
        return f"{where} · {here:.0f} s" if here >= 1 else where
