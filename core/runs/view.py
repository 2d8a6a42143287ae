"""What a run looks like, derived from its events alone: the app's monitor and `nlp-tui watch` both show this."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.runs import wording

Event = Mapping[str, Any]
Best = dict[str, float]

SILENCE = 30.0
"""A worker's heartbeat comes every few seconds: a longer gap between two events is time that nobody worked."""
YOUNG = 5.0
"""Seconds in which a run without a living worker may still be about to get one."""
WARNINGS = 100
GROUPS = 6
"""Groups of parameters that are told apart; there are three."""
_CLOSE = 1e-9


@dataclass(frozen=True)
class Group:
    """Parameters tuned together: they join at an epoch, 0 for the start, and learn at `factor` of the rate."""

    name: str
    factor: float = 1.0
    joins: float = 0.0


class RunView:
    """The state of a run after the events applied so far. Fields that a later version added are passed over."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self.title = ""
        self.labels: list[str] = []
        self.sizes: dict[str, float] = {}
        self.parameters = 0
        self.steps_per_epoch = 0.0
        self.phase = ""
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
        self.rates: dict[str, list[tuple[float, float]]] = {}
        """Group to (epochs, learning rate); 0 until it joins."""
        self.elapsed = 0.0
        """Seconds worked, pauses and interruptions left out."""
        self.updated: float | None = None
        """Unix seconds of the latest event."""
        self.series: dict[str, list[tuple[float, float]]] = {}
        """Name to (epochs, value), as "train loss", "validation accuracy"; "loss" for word vectors, "held-out loss" and
        "probe accuracy" for language models."""
        self.scores: dict[str, dict[str, float]] = {}
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
        self._bests: list[tuple[float, Best]] = []

    @property
    def best(self) -> Best | None:
        """The best evaluation until now: epoch, loss, accuracy."""
        return self._bests[-1][1] if self._bests else None

    @property
    def unvalidated(self) -> bool:
        """Whether every label is trained on, so that there is nothing to validate with."""
        return bool(self.sizes.get("train")) and self.sizes.get("validation") == 0

    @property
    def fraction(self) -> float | None:
        """How much of the phase is done, 0 to 1; None if that is not known."""
        return min(1.0, max(0.0, self.step / self.total)) if self.total > 0 else None

    def apply(self, events: Iterable[Event]) -> None:
        """Take in events, in the order they were written."""
        for event in events:
            kind = event.get("kind")
            if kind == "reset":
                self._reset()
                continue
            self._clock(event)
            self.started = True
            if kind in ("start", "progress"):  # a heartbeat may still follow the last word
                self.final = ""
            match kind:
                case "start":
                    self._start(event)
                case "progress":
                    self._progress(event)
                case "eval":
                    self._eval(event)
                case "probe":
                    self._probe(event)
                case "checkpoint":
                    self.resumable = True
                case "warning":
                    self.warnings = [*self.warnings, _text(event, "message")][-WARNINGS:]
                case "paused":
                    self.paused = True
                case "resumed":
                    self.paused = False
                case "done" | "stopped" | "failed":
                    self._end(kind, event)

    def status(self, alive: bool, age: float | None = None) -> str:
        """`waiting`, `running`, `paused`, `stopped`, `done`, `failed`, or `lost`: the worker died without a last word.

        `alive`: whether the worker lives; `age`: seconds since the run was created.
        """
        if self.final:
            return self.final
        if not alive:
            return "waiting" if not self.started and age is not None and age < YOUNG else "lost"
        if not self.started:
            return "waiting"
        return "paused" if self.paused else "running"

    def summary(self, alive: bool = True, age: float | None = None) -> str:
        """One line of plain text for a list of runs."""
        return wording.summary(self, self.status(alive, age))

    @property
    def result(self) -> str:
        """What came out, in one sentence; empty while it is not over."""
        return wording.result(self)

    def _clock(self, event: Event) -> None:
        now = _number(event, "t")
        if now is None:
            return
        since = 0.0 if self.updated is None else now - self.updated
        if 0 < since <= SILENCE and not self.paused and not self.final:
            self.elapsed += since
        self.updated = now

    def _start(self, event: Event) -> None:
        self.title = _text(event, "title")
        labels = event.get("labels")
        self.labels = [label for label in labels if isinstance(label, str)] if isinstance(labels, list) else []
        self.sizes = _numbers(event.get("sizes"))
        self.parameters = _integer(event, "parameters") or 0
        self.steps_per_epoch = max(0.0, _number(event, "steps_per_epoch") or 0.0)
        self.epochs = _integer(event, "epochs") or 0
        self.groups = self._grouped(event.get("groups"))
        self.total = _integer(event, "total") or 0
        self.step = _integer(event, "step") or 0
        self.eta = self.speed = None
        self.paused = False
        self.message = self.hint = ""
        # What lies beyond the step it starts from is done again.
        self._keep_until(self._epochs_at(self.step) if self.step > 0 else None)

    def _keep_until(self, end: float | None) -> None:
        if end is None:
            self.series, self.rates, self._bests, self.scores = {}, {}, [], {}
            self.epoch = 0
            return
        for split in ("held-out", "probe"):
            self.scores.pop(split, None)
        for curves in (self.series, self.rates):
            for name, points in curves.items():
                curves[name] = [point for point in points if point[0] <= end + _CLOSE]
        self._bests = [(x, best) for x, best in self._bests if x <= end + _CLOSE]
        self.epoch = math.ceil(end - _CLOSE)

    def _progress(self, event: Event) -> None:
        phase = _text(event, "phase") or self.phase
        if phase != self.phase:
            self.eta = self.speed = None
            # Each phase before the training proper has its own axis of epochs.
            for name in ("loss", "accuracy"):
                self.series.pop(name, None)
        self.phase = phase
        for name in ("step", "total"):
            if (count := _integer(event, name)) is not None:
                setattr(self, name, max(0, count))
        for name in ("eta", "speed", "learning_rate"):
            if name in event:
                setattr(self, name, _number(event, name))
        self.speed_unit = _text(event, "unit") or self.speed_unit
        x = self._position(event, counts_steps=phase == "train")
        if x is None:
            return
        self._at(x)
        for name in ("loss", "accuracy"):
            if (value := _number(event, name)) is not None:
                self._point(f"train {name}" if phase == "train" else name, x, value)
        rates = _numbers(event.get("rates"))
        for group in self.groups:
            if group.name in rates:
                self.rates.setdefault(group.name, []).append((x, rates[group.name]))

    def _eval(self, event: Event) -> None:
        split = _text(event, "split")
        x = self._position(event, counts_steps=True)
        names = ("accuracy", "loss", "n", "perplexity", "unknown")
        scores = {name: value for name in names if (value := _number(event, name)) is not None}
        if split in ("test", "held-out"):
            self.scores[split] = scores
        # The final held-out text is more than that of the curve: it would look like a jump.
        if split == "test" or (split == "held-out" and event.get("final") is True):
            return
        if split and x is not None:
            self._at(x)
            for name in ("loss", "accuracy"):
                if name in scores:
                    self._point(f"{split} {name}", x, scores[name])
            if event.get("best") is True:
                epoch = _number(event, "epoch")
                self._bests.append((x, {"epoch": x if epoch is None else epoch, **scores}))

    def _probe(self, event: Event) -> None:
        """A classifier on the states of a language model that is still in training: what they are worth."""
        x, accuracy = self._position(event, counts_steps=True), _number(event, "accuracy")
        if accuracy is None:
            return
        self.scores["probe"] = {"accuracy": accuracy, "n": _number(event, "n") or 0.0}
        if x is not None and event.get("final") is not True:
            self._point("probe accuracy", x, accuracy)

    def _end(self, kind: str, event: Event) -> None:
        self.final = kind
        self.eta = self.speed = None
        self.paused = False
        self.message, self.hint = _text(event, "message"), _text(event, "hint")
        self.artifact = _text(event, "artifact") or None
        self.has_model = kind == "done" or event.get("has_model") is True
        self.cached = event.get("cached") is True
        if best := _numbers(event.get("best")):
            self._bests.append((best.get("epoch", float(self.epoch)), best))
        scores = event.get("scores")
        if isinstance(scores, Mapping):
            self.scores |= {split: numbers for split, value in scores.items() if (numbers := _numbers(value))}

    def _grouped(self, value: Any) -> tuple[Group, ...]:
        """The groups of a `start` event, from the top down."""
        found = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
        return tuple(
            Group(name, _number(each, "factor") or 0.0, self._epochs_at(_number(each, "joins") or 0.0) or 0.0)
            for each in found[:GROUPS]
            if (name := _text(each, "name"))
        )

    def _epochs_at(self, step: float) -> float | None:
        return step / self.steps_per_epoch if self.steps_per_epoch > 0 else None

    def _position(self, event: Event, counts_steps: bool) -> float | None:
        """Where the event stands on the axis of epochs."""
        step = _number(event, "step") if counts_steps else None
        x = None if step is None else self._epochs_at(step)
        return _number(event, "epoch") if x is None else x

    def _at(self, x: float) -> None:
        epoch = max(0, math.ceil(x - _CLOSE))
        self.epoch = min(epoch, self.epochs) if self.epochs > 0 else epoch

    def _point(self, name: str, x: float, value: float) -> None:
        self.series.setdefault(name, []).append((x, value))


def _number(event: Event, name: str) -> float | None:
    value = event.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _integer(event: Event, name: str) -> int | None:
    number = _number(event, name)
    return None if number is None else int(number)


def _text(event: Event, name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""


def _numbers(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        return {}
    return {name: number for name in value if isinstance(name, str) and (number := _number(value, name)) is not None}
