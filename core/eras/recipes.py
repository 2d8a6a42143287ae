"""What each era's recommended settings change of the defaults, chosen on training and validation texts only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.eras.table import BY_ID

_FINE_TUNING: dict[str, Any] = {"head_first": True}

RECIPES: dict[str, dict[str, Any]] = {
    "ulmfit": _FINE_TUNING,
    # Through the answer words, chosen on training texts outside the budget (assets/LAB.md).
    "prompt": {"labels": 0, "learning_rate": 3e-4, "batch_size": 16},
    "bert": {**_FINE_TUNING, "learning_rate": 5e-5, "dropout": 0.1, "dropped_layers": 1},
}
"""Era to settings of core.jobs.TrainJob; an era that is not here has the defaults."""


def recommended(era: str) -> Mapping[str, Any]:
    """The settings an era's recommended job has in place of the defaults; a control has those of its era."""
    known = BY_ID.get(era)
    return RECIPES.get(known.recipe, {}) if known else {}
