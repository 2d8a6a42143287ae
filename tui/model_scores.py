"""What a model scored, in words: the model that answers, and beside it its era over several seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.intervals import wilson

if TYPE_CHECKING:
    from core.catalog.models import ModelEntry

HEADING = "test % [95%]"
"""What the column says."""


def name_accuracy(entry: ModelEntry) -> str:
    """The model's own accuracy on test texts in percent, with its 95 % interval; in twelve cells."""
    if entry.accuracy is None:
        return ""
    share = 100 * entry.accuracy
    said = f"{share:.1f}" if share < 99.95 else "100"
    if (texts := count_texts(entry)) == 0:
        return said
    low, high = wilson(entry.accuracy, texts)
    return f"{said} [{100 * low:.0f},{100 * high:.0f}]"


def describe_accuracy(entry: ModelEntry, split: str = "test") -> str:
    """Of how many texts of a split how many were right, and what that is to be held against; empty if never scored."""
    scores = entry.info.scores.get(split, {})
    if (share := scores.get("accuracy")) is None:
        return ""
    texts = count_texts(entry, split)
    said = f"{100 * share:.1f} %"
    if texts:
        low, high = wilson(share, texts)
        said = f"{said} [{100 * low:.1f}, {100 * high:.1f}] of {texts:,} {split} texts right"
    majority = entry.majority if split == "test" and entry.majority is not None else scores.get("majority")
    if majority is not None:
        said += f" · always one class: {100 * majority:.1f}"
    if "macro_f1" in scores and len(entry.labels) > 2:
        said += f" · macro F1 {scores['macro_f1']:.2f}"
    return said


def describe_row(entry: ModelEntry) -> str:
    """What stands behind the column: how many texts, what one class alone scores, and the era over its seeds."""
    parts = [f"{texts:,} test texts"] if (texts := count_texts(entry)) and entry.accuracy is not None else []
    if entry.accuracy is not None and entry.majority is not None:
        parts.append(f"one class: {100 * entry.majority:.1f}")
    if (era := entry.over_seeds) is not None:
        parts.append(f"{era.seeds} seeds of {entry.era}: {100 * era.mean:.1f} ± {100 * era.sd:.1f}")
    return " · ".join(parts)


def count_texts(entry: ModelEntry, split: str = "test") -> int:
    """How many texts of a split it was scored on; 0 where that was not noted."""
    return int(entry.info.scores.get(split, {}).get("n") or 0)
