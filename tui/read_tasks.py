"""The models side by side, by what they tell apart: film reviews by their feeling, tickets by their kind."""

from __future__ import annotations

from dataclasses import dataclass

from tui.model_comparison import ComparedModel


@dataclass(frozen=True)
class Task:
    """Models of the same classes, in the order of the comparison; eras that have no model yet stand with the first."""

    labels: tuple[str, ...]
    models: tuple[ComparedModel, ...]

    @property
    def data(self) -> str:
        """The data that they were trained on, where it is the same for all; else empty."""
        names = {model.entry.data for model in self.models if model.entry is not None}
        return names.pop() if len(names) == 1 else ""

    @property
    def majority(self) -> float | None:
        """The largest class's share of the test texts, if it is known and the same for all of them."""
        entries = [model.entry for model in self.models if model.entry is not None]
        shares = {entry.majority for entry in entries if entry.accuracy}
        return shares.pop() if len(shares) == 1 else None


def group_tasks(comparison: list[ComparedModel]) -> list[Task]:
    """The tasks, in the order of their first models."""
    known = [model.entry.labels for model in comparison if model.entry is not None]
    labels = list(dict.fromkeys(known)) or [()]
    return [
        Task(each, tuple(model for model in comparison if (model.entry.labels if model.entry else labels[0]) == each))
        for each in labels
    ]


def sort_by_task(comparison: list[ComparedModel]) -> list[ComparedModel]:
    """The same models, those of one task beside one another."""
    return [model for task in group_tasks(comparison) for model in task.models]
