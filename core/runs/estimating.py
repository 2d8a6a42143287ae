"""How long a run will take, before it starts: from what runs like it took, here or where the shipped models were made.

Nothing is guessed: texts of other data are longer or shorter, another era is another network. Where neither a run on
this machine nor a card is like the job, that is what is said.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any

from core.jobs import Job, TrainJob, kind_of, schedule, unused
from core.runs.directory import RunDirectory
from core.runs.wording import clock
from core.storage.paths import ASSETS

CARDS = ASSETS / "cards"
_NEWEST = 5
"""So many runs of a kind are looked at: older ones were of an older machine, or of an older version."""
_SHAPE = ("era", "data", "cell", "hidden", "dimension", "max_tokens", "batch_size", "direction", "asks", "device")
"""What makes the same number of texts take longer or shorter."""


@dataclass(frozen=True)
class Estimate:
    """Seconds that a run will take."""

    seconds: float
    run: str = ""
    """The run of this machine that it is scaled from; empty where only a card says anything: of another machine."""
    at_most: bool = False
    """Whether early stopping may end it sooner."""

    def describe(self) -> str:
        """`at most about 2:10, by run 3f2a91`, for one line of a form."""
        about = f"{'at most ' if self.at_most else ''}about {clock(self.seconds)}"
        return f"{about}, by run {self.run}" if self.run else f"{about} on another machine"


UNKNOWN = "not known yet, nothing like it ran here"


def describe(estimates: Sequence[Estimate | None], together: bool = False) -> str:
    """How long these runs will take, in a line: one after the other, or `together`. What is not known is said."""
    known = [each for each in estimates if each is not None]
    if not known:
        return UNKNOWN
    if len(estimates) == 1:
        return known[0].describe()
    seconds = [each.seconds for each in known]
    about = f"about {clock(max(seconds) if together else sum(seconds))}"
    here = sum(1 for each in known if each.run)
    elsewhere = "on another machine" if not here else "partly on another machine"
    where = ", by runs here" if here == len(known) else f" {elsewhere}"
    unknown = len(estimates) - len(known)
    return f"{about}{where}" + (f"; {unknown} of {len(estimates)} not known" if unknown else "")


@dataclass(frozen=True)
class _Measured:
    """What a run took, and for how much work."""

    id: str
    seconds: float
    work: float


class Estimates:
    """Estimates from the runs of this machine. A run that is over is read once. Not for two threads at once."""

    def __init__(self, cards: Path = CARDS) -> None:
        self._cards = cards
        self._known: dict[str, _Measured | None] = {}

    def estimate(self, job: Job, runs: Iterable[RunDirectory], texts: int | None = None) -> Estimate | None:
        """Seconds the job will take; None where nothing like it was measured.

        `runs`: those of this machine, newest first. `texts`: how many there are to train on, where that is known of
        data of one's own. Raises OSError, RunError.
        """
        card = self._read_card(job)
        alike = (run for run in runs if _shape(run.job) == _shape(job))
        measured = [found for run in islice(alike, _NEWEST) if (found := self._measure(run)) is not None]
        work = _work(job, texts or _all_texts(card, job))
        if work is None:
            return None
        if measured:
            nearest = min(measured, key=lambda each: abs(math.log(each.work / work)))
            return Estimate(nearest.seconds * work / nearest.work, nearest.id, _may_stop_early(job))
        return _from_card(job, card, work)

    def _measure(self, run: RunDirectory) -> _Measured | None:
        """What a run took; None if it is not done, or found in the store what it was to make."""
        if run.id in self._known:
            return self._known[run.id]
        if run.alive():
            return None
        view = run.latest()
        found = None
        if view.final == "done" and not view.cached and view.elapsed > 0:
            texts = int(view.sizes.get("train", 0))
            work = _work(run.job, texts or None, view.epoch or None)
            found = _Measured(run.id, view.elapsed, work) if work else None
        self._known[run.id] = found
        return found

    def _read_card(self, job: Job) -> dict[str, Any]:
        name = kind_of(job).card
        try:
            card: dict[str, Any] = json.loads((self._cards / f"{name.format(job=job)}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return card if card.get("data") == getattr(job, "data", None) else {}


def _shape(job: Job) -> tuple[object, ...]:
    """What two jobs must have in common to be scaled from one another: all but how much they read, and chance."""
    if isinstance(job, TrainJob):
        zero = job.labels == 0
        return ("train", zero, bool(job.teacher), *(getattr(job, name) for name in _SHAPE if name not in unused(job)))
    passed = {*kind_of(job).work, "seed", "offline"}
    return (job.kind, *(getattr(job, each.name) for each in fields(job) if each.name not in passed))


def _work(job: Job, texts: int | None, epochs: int | None = None) -> float | None:
    """How much there is to do, in units of its kind: texts read, or what the kind's row says; None if not known."""
    if not isinstance(job, TrainJob):
        names = kind_of(job).work
        return prod(float(getattr(job, name)) for name in names) if names else None
    if job.labels == 0:
        return 1.0
    if texts is None or (epochs is None and job.labels is not None):
        texts = _of_budget(job)
    if texts is None:
        return None
    return float(texts * (epochs or schedule(job, texts).epochs)) if "epochs" not in unused(job) else float(texts)


def _of_budget(job: TrainJob) -> int | None:
    """Texts to train on among the labels: a fifth of them validates."""
    if job.labels is None:
        return None
    return max(1, job.labels if job.whole_budget else job.labels * 4 // 5)


def _all_texts(card: dict[str, Any], job: Job) -> int | None:
    """Texts of known data, of which a card tells."""
    return card.get("sizes", {}).get("train") if isinstance(job, TrainJob) else None


def _may_stop_early(job: Job) -> bool:
    return isinstance(job, TrainJob) and job.labels != 0 and "patience" not in unused(job) and not job.whole_budget


def _from_card(job: Job, card: dict[str, Any], work: float) -> Estimate | None:
    """What the shipped model took, in proportion; None where it was made in another way."""
    try:
        seconds = float(card["seconds"] if "seconds" in card else card["seeds"][0]["seconds"])
        names = {each.name for each in fields(job)}
        given = {name: value for name, value in card["settings"].items() if name in names}
        made = type(job)(**{each.name: getattr(job, each.name) for each in fields(job)} | given)
        if isinstance(made, TrainJob) and _shape(made) != _shape(job):
            return None
        there = _work(made, card.get("sizes", {}).get("train"))
        return Estimate(seconds * work / there) if there else None
    except (KeyError, IndexError, TypeError, ValueError):
        return None
