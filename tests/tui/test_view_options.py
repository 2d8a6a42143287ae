"""What is shown to be looked at is what is looked at."""

from __future__ import annotations

from core.api import Inspected, Layer
from tui.widgets.words.view_options import ViewOptions


def test_the_layer_that_is_named_is_the_one_a_kind_of_vector_is_best_at() -> None:
    kinds = ("token", "slot")
    layers = (Layer("layer4", "", 8, kinds), Layer("layer5", "", 8, kinds, best_for=("slot",)))
    options = ViewOptions(inspected=Inspected("mlm", layers, 10, 8))
    names = []
    for vectors in ("", "token", "slot"):
        options.vectors = vectors
        assert options.shown_layer is not None
        names.append(options.shown_layer.name)
    assert names == ["layer4", "layer4", "layer5"]
    options.layer = "layer4"
    assert options.shown_layer == layers[0], "a person's own choice stands"


def test_what_senses_are_grouped_by_is_said_and_is_where_the_other_kinds_are_reached_from() -> None:
    layer = Layer("lm", "", 8, ("sense", "token", "gap"), apart="gap")
    options = ViewOptions(inspected=Inspected("lm", (layer,), 10, 8))
    senses, others = frozenset({"vectors", "layer", "apart"}), frozenset({"vectors", "layer"})

    def named(wanted: frozenset[str]) -> str:
        choices, _ = options.describe(wanted)
        return next(choice.meaning for choice in choices if choice.option == "vectors").partition(":")[0]

    assert (named(senses), named(others)) == ("gap", "sense")
    assert options.change("vectors", senses)
    assert (options.vectors, named(senses)) == ("sense", "sense")
