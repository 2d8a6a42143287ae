"""The charts of a run, loss, accuracy and learning rates over epochs, made from its events; cheap however long."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.runs import RunView
from tui.widgets.train.plot_curves import Chart
from tui.widgets.train.plot_series import Point, Thinned

UNVALIDATED = "no validation: all labels are trained on"
SAMPLED = "train, sampled"
"""A language model's training loss is over a sample of the vocabulary, so it lies below the exact one."""
ALIKE = "all parameters"
_ABSURD = 20.0
"""A loss in nats beyond which a perplexity is no longer told."""


class RunCharts:
    """One run's charts. Keeps its series thinned between looks."""

    def __init__(self) -> None:
        self._thinned: dict[str, Thinned] = {}

    def make_loss(self, view: RunView, finished: bool, log: bool) -> Chart:
        """Training and validation (or held-out) loss; the one loss of a run that learns vectors."""
        single = self._series(view, "loss")
        curves = {view.phase or "loss": single} if single else self._splits(view, "loss")
        notes, title = {}, "loss"
        if held_out := curves.get("held-out"):
            notes, title = {"held-out": f"= ln {math.exp(min(held_out[-1][1], _ABSURD)):.1f}"}, "loss, nats"
        return Chart(
            title,
            curves,
            planned=view.epochs,
            finished=finished,
            log=log,
            marks=_marks(view),
            notes=notes,
            remark=UNVALIDATED if view.unvalidated else "",
            reached=reached(view),
        )

    def make_accuracy(self, view: RunView, finished: bool) -> Chart:
        """Training and validation accuracy, a language model's probe; no curves for a run that learns vectors."""
        curves = self._splits(view, "accuracy")
        return Chart(
            "accuracy",
            curves,
            _best(view),
            view.epochs,
            finished,
            percent=True,
            marks=_marks(view),
            best_by="validation accuracy",
            reached=reached(view),
        )

    def make_rates(self, view: RunView, finished: bool) -> Chart:
        """The learning rate of each group of parameters; one curve where they are alike."""
        names = [group.name for group in view.groups if view.rates.get(group.name)]
        curves = {name: self._thin(f"rate {name}", view.rates[name]) for name in names}
        if names and has_one_rate(view):
            curves = {ALIKE: curves[names[0]]}
        return Chart(
            "learning rate",
            curves,
            planned=view.epochs,
            finished=finished,
            dotted=False,
            marks=_marks(view),
            reached=reached(view),
        )

    def _splits(self, view: RunView, name: str) -> dict[str, tuple[Point, ...]]:
        if view.series.get(f"probe {name}"):
            return {"probe": self._series(view, f"probe {name}")}
        held_out = bool(view.series.get("held-out loss"))
        splits = {SAMPLED: "train", "held-out": "held-out"} if held_out else {"train": "train"}
        if not held_out and not view.unvalidated:
            splits["validation"] = "validation"
        found = {said: self._series(view, f"{split} {name}") for said, split in splits.items()}
        return found if any(found.values()) else {}

    def _series(self, view: RunView, name: str) -> tuple[Point, ...]:
        return self._thin(name, view.series.get(name, ()))

    def _thin(self, name: str, points: Sequence[Point]) -> tuple[Point, ...]:
        return self._thinned.setdefault(name, Thinned()).of(points)


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
