"""The two pictures of a run, loss and accuracy over epochs, made from its events; cheap however long it has been."""

from __future__ import annotations

from core.runs import RunView
from tui.widgets.plot_curves import Picture
from tui.widgets.plot_series import Point, Thinned


class RunPictures:
    """One run's pictures. Keeps its series thinned between looks."""

    def __init__(self) -> None:
        self._thinned: dict[str, Thinned] = {}

    def loss(self, view: RunView, finished: bool, log: bool) -> Picture:
        """Training and validation (or held-out) loss; the one loss of a run that learns vectors."""
        single = self._series(view, "loss")
        curves = {view.phase or "loss": single} if single else self._splits(view, "loss")
        return Picture("loss", curves, _best(view, "loss"), view.epochs, finished, log=log)

    def accuracy(self, view: RunView, finished: bool) -> Picture:
        """Training and validation accuracy, a language model's probe; no curves for a run that learns vectors."""
        curves = self._splits(view, "accuracy")
        return Picture("accuracy", curves, _best(view, "accuracy"), view.epochs, finished, percent=True)

    def _splits(self, view: RunView, name: str) -> dict[str, tuple[Point, ...]]:
        splits = ("probe",) if view.series.get(f"probe {name}") else ("train", _scored(view))
        found = {split: self._series(view, f"{split} {name}") for split in splits}
        return found if any(found.values()) else {}

    def _series(self, view: RunView, name: str) -> tuple[Point, ...]:
        return self._thinned.setdefault(name, Thinned()).of(view.series.get(name, ()))


def _scored(view: RunView) -> str:
    """What a run is scored on while it trains: a language model has no validation split."""
    return "held-out" if view.series.get("held-out loss") else "validation"


def _best(view: RunView, name: str) -> Point | None:
    best = view.best or {}
    return (best["epoch"], best[name]) if "epoch" in best and name in best else None
