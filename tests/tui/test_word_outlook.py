"""What is shown to be looked at is what is looked at."""

from __future__ import annotations

from core.api import Inspected, Layer
from tui.widgets.words.word_outlook import Outlook


def test_the_layer_that_is_named_is_the_one_a_kind_of_vector_is_best_at() -> None:
    kinds = ("token", "slot")
    layers = (Layer("layer4", "", 8, kinds), Layer("layer5", "", 8, kinds, best_for=("slot",)))
    outlook = Outlook(inspected=Inspected("mlm", layers, 10, 8))
    names = []
    for vectors in ("", "token", "slot"):
        outlook.vectors = vectors
        assert outlook.shown_layer is not None
        names.append(outlook.shown_layer.name)
    assert names == ["layer4", "layer4", "layer5"]
    outlook.layer = "layer4"
    assert outlook.shown_layer == layers[0], "a person's own choice stands"


def test_what_senses_are_grouped_by_is_said_and_is_where_the_other_kinds_are_reached_from() -> None:
    layer = Layer("lm", "", 8, ("sense", "token", "gap"), apart="gap")
    outlook = Outlook(inspected=Inspected("lm", (layer,), 10, 8))
    senses, others = frozenset({"vectors", "layer", "apart"}), frozenset({"vectors", "layer"})

    def named(wanted: frozenset[str]) -> str:
        choices, _ = outlook.described(wanted)
        return next(choice.value for choice in choices if choice.name == "vectors")

    assert (named(senses), named(others)) == ("gap", "sense")
    assert outlook.next_vectors(senses)
    assert (outlook.vectors, named(senses)) == ("sense", "sense")
