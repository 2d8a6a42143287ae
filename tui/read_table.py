"""What Read shows as a table: a row a model, and its answer to the sentence."""

from __future__ import annotations

from collections.abc import Sequence

from core.api import Predicted
from tui.model_comparison import ComparedModel
from tui.view_table import ViewTable

HEADER = ("sentence", "true label", "model", "era", "answer", "right", "class", "probability", "test accuracy")


def tabulate(sentence: str, truth: str, answers: Sequence[tuple[ComparedModel, Predicted]]) -> ViewTable | None:
    """A row for each class of each model; None where nothing was answered yet."""
    rows = [
        (
            sentence,
            truth or None,
            model.spec,
            model.era.id,
            answer.label,
            None if truth not in answer.probabilities else int(answer.label == truth),
            label,
            probability,
            model.entry.accuracy if model.entry else None,
        )
        for model, answer in answers
        for label, probability in answer.probabilities.items()
    ]
    return ViewTable(f"read {sentence}", HEADER, tuple(rows)) if rows else None
