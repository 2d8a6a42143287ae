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
    "prompt:mlm": {"labels": 0, "learning_rate": 5e-5, "batch_size": 16, "dropout": 0.1},
    "bert": {**_FINE_TUNING, "learning_rate": 5e-5, "dropout": 0.1, "dropped_layers": 1},
}
"""Era, or era:variant, to settings of core.jobs.TrainJob; an era that is not here has the defaults."""


def recommended(era: str, variant: str = "") -> Mapping[str, Any]:
    """The settings an era's recommended job has in place of the defaults; a control has those of its era.

    `variant`: what is asked, where that has settings of its own.
    """
    known = BY_ID.get(era)
    if known is None:
        return {}
    own = f"{known.recipe}:{variant}"
    return RECIPES.get(own if own in RECIPES else known.recipe, {})
