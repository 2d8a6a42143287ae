"""How words are looked at: which layer, which kind of vector, how cosines are taken, in what order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.api import Inspected, Layer
from core.api.parts import CENTRINGS, layer_of
from tui.widgets.words.concordance_line import SORTS
from tui.widgets.words.option_bar import Choice

CENTRING_NAMES = {"mean": "centred", "top": "centred, top directions off", "none": "raw"}
LENS_NAMES = {"static": "as a word", "contextual": "in its sentence"}
PAGE_NAMES = {"eras": "every era", "model": "one model, with neighbours"}
METHOD_NAMES = {"add": "3CosAdd", "mul": "3CosMul"}


@dataclass
class ViewOptions:
    """What is chosen now, for all views. An empty layer or kind of vector means the model's best."""

    inspected: Inspected | None = None
    layer: str = ""
    vectors: str = ""
    centring: str = CENTRINGS[0]
    by: str = SORTS[0]
    lens: str = "contextual"
    method: str = "add"
    map_lens: str = "static"
    """The map's own: of the word's vector there always is one."""
    page: str = "eras"

    def forget_model(self) -> None:
        """Another model has other layers."""
        self.inspected = None
        self.layer = self.vectors = ""

    @property
    def shown_layer(self) -> Layer | None:
        """The layer that is looked at, once it is known which there are."""
        layers = self.inspected.layers if self.inspected else ()
        return layer_of(layers, self.layer, self.vectors)

    def change(self, option: str, wanted: frozenset[str] = frozenset()) -> bool:
        """Go to an option's next value, in a view of the options `wanted`; whether that asks for another answer."""
        match option:
            case "layer":
                return self._next_layer()
            case "vectors":
                return self._next_vectors(wanted)
            case "centring":
                self.centring = next_value(CENTRING_NAMES, self.centring)
            case "page":
                self.page = next_value(PAGE_NAMES, self.page)
            case "lens" if "map lens" in wanted:
                self.map_lens = next_value(LENS_NAMES, self.map_lens)
            case "lens":
                self.lens = next_value(LENS_NAMES, self.lens)
            case "method":
                self.method = next_value(METHOD_NAMES, self.method)
            case "by":
                self.by = next_value(SORTS, self.by)
                return False
        return True

    def _next_layer(self) -> bool:
        layer = self.shown_layer
        if layer is None or self.inspected is None or len(self.inspected.layers) < 2:
            return False
        self.layer = next_value([each.name for each in self.inspected.layers], layer.name)
        self.vectors = ""
        return True

    def _next_vectors(self, wanted: frozenset[str]) -> bool:
        layer = self.shown_layer
        if layer is None or len(layer.vectors) < 2:
            return False
        self.vectors = next_value(layer.vectors, self._kind(layer, "apart" in wanted))
        return True

    def _kind(self, layer: Layer, apart: bool) -> str:
        """The kind of vector that is looked at; `apart`: by a view that tells the places of one word apart."""
        return self.vectors or (layer.apart if apart else "") or layer.vectors[0]

    def describe(self, wanted: frozenset[str]) -> tuple[list[Choice], str]:
        """The choices a view has, as they are now, and what is to be said beside them."""
        layer = self.shown_layer
        choices: list[Choice] = []
        remark = "" if wanted else "of all words: the one that is picked does not matter"
        if "lens" in wanted:
            choices.append(Choice("t", "lens", "lens", LENS_NAMES[self.lens]))
        if "map lens" in wanted:
            choices.append(Choice("t", "lens", "lens", LENS_NAMES[self.map_lens]))
        if "page" in wanted:
            choices.append(Choice("o", "page", "to", PAGE_NAMES[self.page]))
        if layer is not None and self.inspected is not None and "layer" in wanted:
            names = [each.name for each in self.inspected.layers]
            of = f"(one of {len(names)})" if len(names) > 1 else ""
            choices.append(Choice("l", "layer", "layer", layer.name, of))
            kind = self._kind(layer, "apart" in wanted)
            others = f"({', '.join(each for each in layer.vectors if each != kind)})" if len(layer.vectors) > 1 else ""
            choices.append(Choice("k", "vectors", "vectors", kind, others))
            remark = "reads one side only" if layer.one_sided else ""
        elif self.inspected is not None and "layer" in wanted:
            remark = "no hidden states: words only"
        if "centring" in wanted:
            choices.append(Choice("c", "centring", "cosine", CENTRING_NAMES[self.centring]))
        if "by" in wanted:
            choices.append(Choice("s", "by", "sorted", f"by {self.by}"))
        if "method" in wanted:
            choices.append(Choice("a", "method", "method", METHOD_NAMES[self.method]))
        return choices, remark


def next_value(values: Iterable[str], value: str) -> str:
    """The value that comes next, round and round."""
    listed = list(values)
    return listed[(listed.index(value) + 1) % len(listed)] if value in listed else listed[0]
