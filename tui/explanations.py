"""The ways in which a model can be asked why, in the order of the key that steps through them."""

from __future__ import annotations

from tui.model_comparison import ComparedModel

RUNNING, LEAVE_ONE_OUT, GRADIENT, INTEGRATED, ATTENTION = "", "loo", "gradient", "integrated", "attention"
NAMES = {
    RUNNING: "the running answer",
    LEAVE_ONE_OUT: "words left out",
    GRADIENT: "gradient × input",
    INTEGRATED: "integrated gradients",
    ATTENTION: "where words look",
}
LOOKING = ("transformer", "masked")
"""The kinds of models with attention, as model.json calls them."""


def list_ways(model: ComparedModel) -> tuple[str, ...]:
    """What the model can be asked, the running answer first; that alone where there is no model."""
    if model.entry is None:
        return (RUNNING,)
    vectors = (GRADIENT, INTEGRATED) if "C" in model.entry.parameters else ()
    looks = (ATTENTION,) if model.entry.info.model in LOOKING else ()
    return (RUNNING, LEAVE_ONE_OUT, *vectors, *looks)


def fit_way(model: ComparedModel, way: str) -> str:
    """That way where the model can be asked so, else leaving words out, which all can."""
    return way if way in list_ways(model) else LEAVE_ONE_OUT


def next_way(model: ComparedModel, way: str) -> str:
    """The way after it; after the last the running answer."""
    ways = list_ways(model)
    return ways[(ways.index(way) + 1) % len(ways)] if way in ways else RUNNING


def explained_label(model: ComparedModel) -> str:
    """Whose probability is told: the right-hand one of two classes, as in the running answer; else the answer's."""
    labels = model.entry.labels if model.entry else ()
    return labels[1] if len(labels) == 2 else ""
