"""What a run looks like, derived from its events alone: the app's monitor and `nlp-tui watch` both show this."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import UNSET

from core.runs import events, wording
from core.runs.events import Eval, Event, Probe, Progress, Start, Steered
from core.runs.steering import standing
from core.runs.thinning import MOST, Series
from core.runs.watched import Watched

Best = dict[str, float]

SILENCE = 30.0
"""A worker's heartbeat comes every few seconds: a longer gap between two events is time that nobody worked."""
YOUNG = 5.0
"""Seconds in which a run without a living worker may still be about to get one."""
WARNINGS = 100
GROUPS = 6
"""Groups of parameters that are told apart; there are three."""
SCORES = ("accuracy", "loss", "n", "perplexity", "unknown", "majority", "macro_f1")
"""What is kept of an evaluation."""
_CLOSE = 1e-9


@dataclass(frozen=True)
class Group:
    """Parameters tuned together: they join at an epoch, 0 for the start, and learn at `factor` of the rate."""

    name: str
    factor: float = 1.0
    joins: float = 0.0


class RunView:
    """The state of a run after the events applied so far. Fields that a later version added are passed over."""

    def __init__(self, whole: bool = True, most: int = MOST) -> None:
        """`most`: points of a curve that are kept."""
        self.whole = whole
        """Whether it is given all that the run said. From a part of it nobody knows how long it worked: `elapsed`
        stays 0; and what was never said there may have been said before."""
        self.most = most
        self._reset()

    def _reset(self) -> None:
        self.title = ""
        self.labels: list[str] = []
        self.sizes: dict[str, float] = {}
        self.parameters = 0
        self.steps_per_epoch = 0.0
        self.phase = ""
        self.what = ""
        """What is at work, in words, where a phase is made of several."""
        self.step = 0
        self.total = 0
        self.epoch = 0
        """The epoch at work, counted from one; 0 before the first step."""
        self.epochs = 0
        self.eta: float | None = None
        self.speed: float | None = None
        self.speed_unit = ""
        self.learning_rate: float | None = None
        self.groups: tuple[Group, ...] = ()
        self.rates: dict[str, Series[float]] = {}
        """Group to (epochs, learning rate); 0 until it joins."""
        self.elapsed = 0.0
        """Seconds worked, pauses and interruptions left out."""
        self.updated: float | None = None
        """Unix seconds of the latest event."""
        self.series: dict[str, Series[float]] = {}
        """Name to (epochs, value), as "train loss", "validation accuracy"; "loss" for word vectors, "held-out loss" and
        "probe accuracy" for language models."""
        self.scores: dict[str, dict[str, float]] = {}
        self.watched = Watched(most=self.most)
        self.artifact: str | None = None
        self.has_model = False
        self.resumable = False
        """Whether there is a checkpoint to go on from."""
        self.cached = False
        self.message = ""
        self.hint = ""
        self.warnings: list[str] = []
        self.final = ""
        """`done`, `stopped` or `failed` once the worker said so."""
        self.paused = False
        self.started = False
        self.queued = ""
        """The run that it waits for; empty once it is its turn."""
        self.changes: list[Steered] = []
        """What was changed by hand while it trained, or by itself, as far as it stands."""
        self._bests: list[tuple[float, Best]] = []

    @property
    def best(self) -> Best | None:
        """The best evaluation until now: epoch, loss, accuracy."""
        return self._bests[-1][1] if self._bests else None

    @property
    def finished_by_hand(self) -> bool:
        """Whether a person had it finish before its time."""
        return any(change.finish for change in self.changes)

    @property
    def unvalidated(self) -> bool:
        """Whether every label is trained on, so that there is nothing to validate with."""
        return bool(self.sizes.get("train")) and self.sizes.get("validation") == 0

    @property
    def ended_early(self) -> bool:
        """Whether early stopping ended it: it is done before its last epoch, later than the best one."""
        best = self.best or {}
        chosen = "accuracy" in best and best.get("epoch", math.inf) < self.epoch
        return self.final == "done" and chosen and self.epoch < self.epochs and not self.finished_by_hand

    @property
    def fraction(self) -> float | None:
        """How much of the phase is done, 0 to 1; None if that is not known."""
        return min(1.0, max(0.0, self.step / self.total)) if self.total > 0 else None

    def apply(self, said: Iterable[Event]) -> None:
        """Take in events, in the order they were written."""
        for event in said:
            if isinstance(event, events.Reset):
                self._reset()
                continue
            self._clock(event)
            self.started = True
            if not isinstance(event, events.Heartbeat):
                self.queued = event.after if isinstance(event, events.Queued) else ""
            match event:
                case Steered():
                    self.changes = standing([*self.changes, event])
                case Start():
                    self._start(event)
                case Progress():
                    self._progress(event)
                case Eval():
                    self._eval(event)
                case Probe():
                    self._probe(event)
                case events.Pinned() | events.Moved() | events.Forgotten():
                    if (x := self._position(event.step, event.epoch)) is not None:
                        self.watched.apply(x, event)
                case events.Judged():
                    self.watched.judged = event
                case events.Checkpoint():
                    self.resumable = True
                case events.Warned(message=message):
                    self.warnings = [*self.warnings, message][-WARNINGS:]
                case events.Paused():
                    self.paused = True
                case events.Resumed():
                    self.paused = False
                case events.Done() | events.Stopped() | events.Failed():
                    self._end(event)

    def add_point(self, name: str, x: float, value: float | None) -> None:
        """Put a value at the end of a curve; None is no point."""
        if value is not None:
            if (points := self.series.get(name)) is None:
                points = self.series[name] = Series(most=self.most)
            points.add(x, value)

    @property
    def thinned(self) -> bool:
        """Whether some curve has fewer points than were said."""
        return any(points.thinned for curves in (self.series, self.rates) for points in curves.values())

    def status(self, alive: bool, age: float | None = None) -> str:
        """`queued`, `waiting`, `running`, `paused`, `stopped`, `done`, `failed`; `lost`: it died without a last word.

        `alive`: whether the worker lives; `age`: seconds since the run was created.
        """
        if self.final:
            return self.final
        if not alive:
            return "waiting" if not self.started and age is not None and age < YOUNG else "lost"
        if not self.started:
            return "waiting"
        if self.queued:
            return "queued"
        return "paused" if self.paused else "running"

    def summary(self, alive: bool = True, age: float | None = None) -> str:
        """One line of plain text for a list of runs."""
        return wording.summary(self, self.status(alive, age))

    @property
    def result(self) -> str:
        """What came out, in one sentence; empty while it is not over."""
        return wording.result(self)

    @property
    def ending(self) -> str:
        """Why training ended where it did, and what was kept, in one sentence; empty where nothing was to choose."""
        return wording.ending(self)

    def _clock(self, event: Event) -> None:
        if not isinstance(event.t, float):
            return
        since = 0.0 if self.updated is None else event.t - self.updated
        if self.whole and 0 < since <= SILENCE and not self.paused and not self.final and not self.queued:
            self.elapsed += since
        self.updated = event.t

    def _start(self, event: Start) -> None:
        self.final = ""
        self.title = event.title
        self.labels = event.labels or []
        self.sizes = _known(event.sizes)
        self.parameters = event.parameters or 0
        self.steps_per_epoch = max(0.0, event.steps_per_epoch or 0.0)
        self.epochs = event.epochs or 0
        self.groups = tuple(
            Group(each.name, each.factor, self._epochs_at(each.joins) or 0.0)
            for each in (event.groups or [])[:GROUPS]
            if each.name
        )
        self.total = event.total or 0
        self.step = event.step or 0
        self.eta = self.speed = None
        self.paused = False
        self.message = self.hint = ""
        # What lies beyond the step it starts from is done again.
        self._keep_until(self._epochs_at(self.step) if self.step > 0 else None)

    def _keep_until(self, end: float | None) -> None:
        if end is None:
            self.series, self.rates, self._bests, self.scores = {}, {}, [], {}
            self.watched = Watched(most=self.most)
            self.epoch = 0
            return
        for split in ("held-out", "probe"):
            self.scores.pop(split, None)
        for curves in (self.series, self.rates):
            for points in curves.values():
                points.cut(end)
        self.watched.keep_until(end)
        self._bests = [(x, best) for x, best in self._bests if x <= end + _CLOSE]
        self.epoch = math.ceil(end - _CLOSE)

    def _progress(self, event: Progress) -> None:
        self.final = ""  # a heartbeat may still follow the last word
        phase = event.phase or self.phase
        if phase != self.phase:
            self.eta = self.speed = None
            # Each phase before the training proper has its own axis of epochs.
            for name in ("loss", "accuracy"):
                self.series.pop(name, None)
        self.phase, self.what = phase, event.what
        if event.step is not None:
            self.step = event.step
        if event.total is not None:
            self.total = event.total
        if event.eta is not UNSET:
            self.eta = event.eta
        if event.speed is not UNSET:
            self.speed = event.speed
        if event.learning_rate is not UNSET:
            self.learning_rate = event.learning_rate
        self.speed_unit = event.unit or self.speed_unit
        trains = phase == "train"
        x = self._position(event.step if trains else None, event.epoch)
        if x is None:
            return
        self._at(x)
        for name, value in (("loss", event.loss), ("accuracy", event.accuracy)):
            self.add_point(f"train {name}" if trains else name, x, value)
        if trains:
            self.watched.apply(x, event)
        rates = _known(event.rates)
        for group in self.groups:
            if group.name in rates:
                self.rates.setdefault(group.name, Series(most=self.most)).add(x, rates[group.name])

    def _eval(self, event: Eval) -> None:
        split, x = event.split, self._position(event.step, event.epoch)
        scores = _known({name: getattr(event, name) for name in SCORES})
        if split in ("test", "held-out"):
            self.scores[split] = scores
        # The final held-out text is more than that of the curve: it would look like a jump.
        if split == "test" or (split == "held-out" and event.final):
            return
        # What is kept is scored once more at the end. It has its point already, at the epoch that it is of.
        if event.final and self.series.get(f"{split} accuracy"):
            return
        if split and x is not None:
            self._at(x)
            for name in ("loss", "accuracy"):
                self.add_point(f"{split} {name}", x, scores.get(name))
            if event.best:
                self._bests.append((x, {"epoch": x if event.epoch is None else event.epoch, **scores}))

    def _probe(self, event: Probe) -> None:
        if event.accuracy is None:
            return
        self.scores["probe"] = {"accuracy": event.accuracy, "n": event.n or 0.0}
        x = self._position(event.step, event.epoch)
        if x is not None and not event.final:
            self.add_point("probe accuracy", x, event.accuracy)

    def _end(self, event: events.Done | events.Stopped | events.Failed) -> None:
        self.final = str(event.__struct_config__.tag)
        self.eta = self.speed = None
        self.paused = False
        self.message = self.hint = ""
        self.artifact = None
        self.has_model = self.cached = False
        match event:
            case events.Failed(message=message, hint=hint):
                self.message, self.hint = message, hint
            case events.Stopped(artifact=artifact, has_model=has_model):
                self.artifact, self.has_model = artifact, has_model
            case events.Done(artifact=artifact, cached=cached):
                self.artifact, self.has_model, self.cached = artifact, True, cached
                self.scores |= {split: known for split, scores in event.scores.items() if (known := _known(scores))}
        if not isinstance(event, events.Failed) and event.best and (best := _known(event.best)):
            self._bests.append((best.get("epoch", float(self.epoch)), best))

    def _epochs_at(self, step: float) -> float | None:
        return step / self.steps_per_epoch if self.steps_per_epoch > 0 else None

    def _position(self, step: int | None, epoch: float | None) -> float | None:
        """Where an event stands on the axis of epochs."""
        x = None if step is None else self._epochs_at(step)
        return epoch if x is None else x

    def _at(self, x: float) -> None:
        epoch = max(0, math.ceil(x - _CLOSE))
        self.epoch = min(epoch, self.epochs) if self.epochs > 0 else epoch


def _known(numbers: Mapping[str, float | str | None] | None) -> dict[str, float]:
    return {name: value for name, value in (numbers or {}).items() if isinstance(value, float)}
