"""How many labels something was given, as titles and rows write it."""

from __future__ import annotations


def name_budget(labels: int | None) -> str:
    """A number of labels, in words; None is all there are."""
    if labels is None:
        return "all labels"
    return f"{labels:,} labels" if labels else "no label"
