"""How long several runs will take together, said on the progress line of the one at work.

What each took where the shipped models were made stands on their cards; how much faster or slower this machine is, the
runs that have ended here say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from math import prod
from pathlib import Path

from core.jobs import Job, kind_of
from core.runs import RunView
from core.runs.wording import clock
from core.storage.paths import ASSETS

CARDS = ASSETS / "cards"
UNKNOWN_SECONDS = 60.0
"""What a run is taken to need that no card says anything of."""


class RemainingTime:
    """What is left of a list of jobs, of which the first `ended` are over."""

    def __init__(self, jobs: Sequence[Job], cards: Path = CARDS) -> None:
        self._jobs = list(jobs)
        # A language model's other direction runs beside it and ends when it does.
        beside = [False, *(kind_of(a).side_by_side and kind_of(a) is kind_of(b) for a, b in pairwise(jobs))]
        self._expected = [0.0 if too else expected_seconds(job, cards) for job, too in zip(jobs, beside, strict=True)]
        self._took: list[tuple[float, float]] = []
        self.ended = 0

    def finish(self, view: RunView) -> None:
        """One more is over. What was found in the store, or failed, says nothing of this machine."""
        if not view.cached and view.final != "failed" and self._expected[self.ended]:
            self._took.append((view.elapsed, self._expected[self.ended]))
        self.ended += 1

    def seconds(self, view: RunView) -> float | None:
        """Seconds until all are over; None while the run at work does not know of itself."""
        if view.eta is None:
            return None
        took = list(self._took)
        if usual := self._expected[self.ended]:
            took.append((view.elapsed + view.eta, usual))
        pace = sum(seconds for seconds, _ in took) / sum(usual for _, usual in took) if took else 1.0
        return view.eta + pace * sum(self._expected[self.ended + 1 :])

    def describe(self, view: RunView) -> str:
        """`2 of 9 · all in about 41:10`, to stand before the run's own progress; empty for a single run."""
        if len(self._jobs) < 2:
            return ""
        left = self.seconds(view)
        place = f"{self.ended + 1} of {len(self._jobs)}"
        return place if left is None else f"{place} · all in about {clock(left)}"


def expected_seconds(job: Job, cards: Path = CARDS) -> float:
    """What such a job took where the shipped models were made, in proportion to what it reads and how wide it is."""
    kind = kind_of(job)
    try:
        card = json.loads((cards / f"{kind.card.format(job=job)}.json").read_text(encoding="utf-8"))
        seconds = card["seconds"] if "seconds" in card else card["seeds"][0]["seconds"]
        settings = {field.name: field.default for field in fields(job)} | card.get("settings", {})
        share: float = prod(getattr(job, name) / settings[name] for name in kind.work)
        return max(1.0, float(seconds) * share)
    except (OSError, ValueError, KeyError, TypeError, IndexError, ZeroDivisionError):
        return UNKNOWN_SECONDS
