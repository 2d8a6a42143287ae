"""The charts of a run over epochs, made from its events; cheap however long it has been."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from core.drawing.columns import Point
from core.runs import RunView
from core.runs.steered_marks import list_marks
from tui.widgets.train.chart import Chart
from tui.widgets.train.plot_series import Smoothed, Thinned

UNVALIDATED = "no validation: all labels are trained on"
SAMPLED = "train, sampled"
"""A language model's training loss is over a sample of the vocabulary, so it lies below the exact one."""
ALIKE = "all parameters"
NAMES = ("loss", "accuracy", "pinned", "moved", "forgetting", "rates", "gradient", "speed")
"""What may be drawn, in this order."""
LOGARITHMIC = frozenset(NAMES) - {"accuracy", "pinned"}
"""Charts that may have a logarithmic axis: shares have none."""
SMOOTHING = {"light": 0.02, "strong": 0.08, "off": 0.0}
"""Share of the planned epochs over which batches are averaged, by name; the first is the default."""
_BATCHES = frozenset({"train loss", "train accuracy", "loss", "accuracy", "gradient", "speed"})
"""Series of single batches, which jump: they are smoothed, and drawn as they are behind that."""
_ABSURD = 20.0
"""A loss in nats beyond which a perplexity is no longer told."""


class RunCharts:
    """One run's charts. Keeps its series thinned, and smoothed, between looks."""

    def __init__(self, smoothing: str = next(iter(SMOOTHING)), rate: float = 0.0) -> None:
        """`rate`: the highest learning rate that was asked for."""
        self.smoothing = smoothing
        self._rate = rate
        self._thinned: dict[str, Thinned] = {}
        self._smoothed: dict[str, Smoothed] = {}

    def make(self, name: str, view: RunView, finished: bool, log: bool = False) -> Chart:
        """The chart of that name, one of `NAMES`; without curves where there is nothing to draw."""
        match name:
            case "loss":
                return self.make_loss(view, finished, log)
            case "accuracy":
                return self.make_accuracy(view, finished)
            case "rates":
                return self.make_rates(view, finished, log)
            case "pinned":
                return self._make_pinned(view, finished)
            case "moved":
                return self._make_moved(view, finished, log)
        single = {"gradient": view.watched.gradient, "speed": view.watched.speed, "forgetting": view.watched.perplexity}
        titles = {"gradient": "gradient norm", "speed": view.speed_unit or "speed", "forgetting": "forgetting"}
        said = {"gradient": "before clipping", "speed": "speed", "forgetting": "held-out perplexity"}[name]
        chart = self._chart(titles[name], {said: self._series(view, name, single[name])}, view, finished, log)
        return replace(chart, behind=self._behind(view, {said: (name, single[name])}))

    def make_loss(self, view: RunView, finished: bool, log: bool) -> Chart:
        """Training and validation (or held-out) loss; the one loss of a run that learns vectors."""
        single = self._of(view, "loss")
        names = {view.phase or "loss": "loss"} if single else self._splits(view, "loss")
        curves = {said: self._of(view, series) for said, series in names.items()}
        notes, title = {}, "loss"
        if held_out := curves.get("held-out"):
            notes, title = {"held-out": f"= ln {math.exp(min(held_out[-1][1], _ABSURD)):.1f}"}, "loss, nats"
        return replace(
            self._chart(title, curves, view, finished, log),
            behind=self._behind(view, {said: (series, view.series.get(series, ())) for said, series in names.items()}),
            notes=notes,
            remark=UNVALIDATED if view.unvalidated else "",
        )

    def make_accuracy(self, view: RunView, finished: bool) -> Chart:
        """Training and validation accuracy, a language model's probe; no curves for a run that learns vectors."""
        names = self._splits(view, "accuracy")
        curves = {said: self._of(view, series) for said, series in names.items()}
        return replace(
            self._chart("accuracy", curves, view, finished),
            behind=self._behind(view, {said: (series, view.series.get(series, ())) for said, series in names.items()}),
            best=_best(view),
            best_by="validation accuracy",
            percent=True,
        )

    def make_rates(self, view: RunView, finished: bool, log: bool = False) -> Chart:
        """The learning rate of each group of parameters; one curve where they are alike."""
        names = [group.name for group in view.groups if view.rates.get(group.name)]
        curves = {name: self._thin(f"rate {name}", view.rates[name]) for name in names}
        if names and has_one_rate(view):
            curves = {ALIKE: curves[names[0]]}
        return replace(self._chart("learning rate", curves, view, finished, log), dotted=False)

    def _make_pinned(self, view: RunView, finished: bool) -> Chart:
        """What each pinned sentence is answered, by its number; of two labels the share of the second."""
        pins = enumerate(view.watched.pins, start=1)
        curves = {str(number): tuple(view.watched.follow_answers(sentence)) for number, sentence in pins}
        two = len(view.labels) == 2
        title = f"pinned: {view.labels[1]}" if two else "pinned: its answer"
        return replace(self._chart(title, curves, view, finished), percent=True, dotted=False)

    def _make_moved(self, view: RunView, finished: bool, log: bool) -> Chart:
        """How far each letter has moved from where it started, as a share of its norm."""
        thinned = {name: tuple(points) for name, points in view.watched.follow_letters().items()}
        chart = self._chart("moved from the start", thinned, view, finished, log)
        return replace(chart, dotted=False, percent=not log)

    def _chart(
        self, title: str, curves: dict[str, tuple[Point, ...]], view: RunView, finished: bool, log: bool = False
    ) -> Chart:
        return Chart(
            title,
            curves,
            planned=view.epochs,
            finished=finished,
            log=log,
            marks=_marks(view),
            steered=tuple(list_marks(view, self._rate)),
            reached=reached(view),
        )

    def _splits(self, view: RunView, name: str) -> dict[str, str]:
        """What each curve is called, to the series that it is of."""
        if view.series.get(f"probe {name}"):
            return {"probe": f"probe {name}"}
        held_out = bool(view.series.get("held-out loss"))
        splits = {SAMPLED: "train", "held-out": "held-out"} if held_out else {"train": "train"}
        if not held_out and not view.unvalidated:
            splits["validation"] = "validation"
        found = {said: f"{split} {name}" for said, split in splits.items()}
        return found if any(view.series.get(series) for series in found.values()) else {}

    def _of(self, view: RunView, name: str) -> tuple[Point, ...]:
        return self._series(view, name, view.series.get(name, ()))

    def _series(self, view: RunView, name: str, points: Sequence[Point]) -> tuple[Point, ...]:
        """The series as it is drawn: smoothed where it is one of single batches."""
        span = self._span(view)
        if name not in _BATCHES or not span:
            return self._thin(name, points)
        smoothed = self._smoothed.setdefault(name, Smoothed()).of(points, span)
        return self._thin(f"{name}, smoothed", smoothed)

    def _behind(self, view: RunView, named: dict[str, tuple[str, Sequence[Point]]]) -> dict[str, tuple[Point, ...]]:
        """What stands behind the smoothed curves: the series as they are."""
        if not self._span(view):
            return {}
        return {said: self._thin(name, points) for said, (name, points) in named.items() if name in _BATCHES}

    def _span(self, view: RunView) -> float:
        return SMOOTHING[self.smoothing] * (view.epochs or reached(view))

    def _thin(self, name: str, points: Sequence[Point]) -> tuple[Point, ...]:
        return self._thinned.setdefault(name, Thinned()).of(points)


def list_charts(view: RunView) -> list[str]:
    """The names of the charts that the run has anything for."""
    watched = view.watched
    there = {
        "loss": any(points for name, points in view.series.items() if "loss" in name),
        "accuracy": any(points for name, points in view.series.items() if "accuracy" in name),
        "pinned": any(watched.answers.get(sentence) for sentence in watched.pins),
        "moved": any(letter.change is not None for _, letters in watched.letters[-1:] for letter in letters),
        "forgetting": bool(watched.perplexity),
        "rates": any(view.rates.values()),
        "gradient": bool(watched.gradient),
        "speed": bool(watched.speed),
    }
    return [name for name in NAMES if there[name]]


def reached(view: RunView) -> float:
    """The last epoch that any of the curves has come to."""
    return max((points[-1][0] for points in (*view.series.values(), *view.rates.values()) if points), default=0.0)


def has_one_rate(view: RunView) -> bool:
    """Whether every group of parameters learns at the same rate from the start."""
    return len({(group.factor, group.joins) for group in view.groups}) <= 1


def _marks(view: RunView) -> tuple[float, ...]:
    """The epochs at which a group joins, after the start."""
    return tuple(sorted({group.joins for group in view.groups if group.joins > 0}))


def _best(view: RunView) -> Point | None:
    """The epoch that is kept, and its accuracy: what it was chosen by. A loss is lowest elsewhere."""
    best = view.best or {}
    return (best["epoch"], best["accuracy"]) if "epoch" in best and "accuracy" in best else None
