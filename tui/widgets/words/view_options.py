"""How words are looked at: which layer, which kind of vector, how cosines are taken, in what order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.api import Inspected, Layer
from core.api.answers import layer_of
from core.api.questions import CENTRINGS
from tui.widgets.words.analogy_view import METHODS
from tui.widgets.words.concordance_line import SORTS
from tui.widgets.words.option_bar import Choice

CENTRING_NAMES = {"mean": "centred", "top": "centred, top directions off", "none": "raw"}
LENS_NAMES = {"static": "as a word", "contextual": "in its sentence"}


@dataclass
class ViewOptions:
    """What is chosen now. An empty layer or kind of vector means the model's best."""

    inspected: Inspected | None = None
    layer: str = ""
    vectors: str = ""
    centring: str = CENTRINGS[0]
    by: str = SORTS[0]
    lens: str = "contextual"
    method: str = "add"

    def forget_model(self) -> None:
        """Another model has other layers."""
        self.inspected = None
        self.layer = self.vectors = ""

    @property
    def shown_layer(self) -> Layer | None:
        """The layer that is looked at, once it is known which there are."""
        layers = self.inspected.layers if self.inspected else ()
        return layer_of(layers, self.layer, self.vectors)

    def next_layer(self) -> bool:
        """Go to the next layer; False where there is no other."""
        layer = self.shown_layer
        if layer is None or self.inspected is None or len(self.inspected.layers) < 2:
            return False
        self.layer = after([each.name for each in self.inspected.layers], layer.name)
        self.vectors = ""
        return True

    def next_vectors(self, wanted: frozenset[str] = frozenset()) -> bool:
        """Go to the layer's next kind of vector, in a view of these choices; False where there is no other."""
        layer = self.shown_layer
        if layer is None or len(layer.vectors) < 2:
            return False
        self.vectors = after(layer.vectors, self._kind(layer, "apart" in wanted))
        return True

    def _kind(self, layer: Layer, apart: bool) -> str:
        """The kind of vector that is looked at; `apart`: by a view that tells the places of one word apart."""
        return self.vectors or (layer.apart if apart else "") or layer.vectors[0]

    def described(self, wanted: frozenset[str]) -> tuple[list[Choice], str]:
        """The choices a view has, as they are now, and what is to be said beside them."""
        layer = self.shown_layer
        found: list[Choice] = []
        remark = "" if wanted else "of all words: the one that is picked does not matter"
        if "lens" in wanted:
            found.append(Choice("t", "lens", "lens", LENS_NAMES[self.lens]))
        if layer is not None and self.inspected is not None and "layer" in wanted:
            names = [each.name for each in self.inspected.layers]
            of = f"(one of {len(names)})" if len(names) > 1 else ""
            found.append(Choice("l", "layer", "layer", layer.name, of))
            kind = self._kind(layer, "apart" in wanted)
            others = f"({', '.join(each for each in layer.vectors if each != kind)})" if len(layer.vectors) > 1 else ""
            found.append(Choice("k", "vectors", "vectors", kind, others))
            remark = "reads one side only" if layer.one_sided else ""
        elif self.inspected is not None and "layer" in wanted:
            remark = "no hidden states: words only"
        if "centring" in wanted:
            found.append(Choice("c", "centring", "cosine", CENTRING_NAMES[self.centring]))
        if "by" in wanted:
            found.append(Choice("s", "sort", "sorted", f"by {self.by}"))
        if "method" in wanted:
            found.append(Choice("a", "method", "method", METHODS[self.method]))
        return found, remark


def after(values: Any, value: str) -> str:
    """The value that comes next, round and round."""
    listed = [str(each) for each in values]
    return listed[(listed.index(value) + 1) % len(listed)] if value in listed else listed[0]
