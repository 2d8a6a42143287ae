"""How words are looked at: which layer, which kind of vector, how cosines are taken, in what order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.api import Inspected, Layer
from core.api.parts import CENTRINGS, layer_of
from tui.widgets.words import option_words as words
from tui.widgets.words.concordance_line import SORTS
from tui.widgets.words.option_bar import Choice

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
    corpus: str = ""
    """The text whose places are asked for; empty for all."""
    corpora: tuple[str, ...] = ()
    """The texts whose places are indexed, as the last answer over all of them said."""

    def forget_model(self) -> None:
        """Another model has other layers."""
        self.inspected = None
        self.layer = self.vectors = ""
        self.forget_texts()

    def forget_texts(self) -> None:
        """Another index may be of other texts."""
        self.corpus, self.corpora = "", ()

    def learn_texts(self, corpora: tuple[str, ...]) -> None:
        """The texts that an answer was searched in: all there are, if none was chosen."""
        if not self.corpus:
            self.corpora = corpora

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
                self.centring = next_value(words.CENTRINGS, self.centring)
            case "corpus":
                if "corpus" not in wanted or len(self.corpora) < 2:
                    return False
                self.corpus = next_value(("", *self.corpora), self.corpus)
            case "page":
                self.page = next_value(words.PAGES, self.page)
            case "lens" if "map lens" in wanted:
                self.map_lens = next_value(words.LENSES, self.map_lens)
            case "lens":
                self.lens = next_value(words.LENSES, self.lens)
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
        self.forget_texts()
        return True

    def _next_vectors(self, wanted: frozenset[str]) -> bool:
        layer = self.shown_layer
        if layer is None or len(layer.vectors) < 2:
            return False
        self.vectors = next_value(layer.vectors, self._kind(layer, "apart" in wanted))
        self.forget_texts()
        return True

    def _kind(self, layer: Layer, apart: bool) -> str:
        """The kind of vector that is looked at; `apart`: by a view that tells the places of one word apart."""
        return self.vectors or (layer.apart if apart else "") or layer.vectors[0]

    def describe(self, wanted: frozenset[str]) -> tuple[list[Choice], str]:
        """The choices a view has, as they are now and in plain words, and what is to be said beside them."""
        layer = self.shown_layer
        choices: list[Choice] = []
        remark = ""
        if "lens" in wanted:
            choices.append(_choice("t", "lens", "looks at", words.LENSES[self.lens], essential=True))
        if "map lens" in wanted:
            choices.append(_choice("t", "lens", "looks at", words.LENSES[self.map_lens], essential=True))
        if "page" in wanted:
            choices.append(_choice("o", "page", "to", words.PAGES[self.page], essential=True))
        if layer is not None and self.inspected is not None and "layer" in wanted:
            layers = self.inspected.layers
            place = layers.index(layer) + 1
            choices.append(_choice("l", "layer", "layer", words.word_layer(layer, place, len(layers))))
            kind = words.word_vectors(self._kind(layer, "apart" in wanted), layer.vectors)
            choices.append(_choice("k", "vectors", "vector of", kind))
            remark = "reads one side only" if layer.one_sided else ""
        elif self.inspected is not None and "layer" in wanted:
            remark = "no hidden states: words only"
        if "corpus" in wanted and len(self.corpora) > 1:
            choices.append(_choice("w", "corpus", "text", words.word_texts(self.corpus, self.corpora), essential=True))
        if "centring" in wanted:
            choices.append(_choice("c", "centring", "likeness", words.CENTRINGS[self.centring]))
        if "by" in wanted:
            choices.append(_choice("s", "by", "sorted", words.SORTINGS[self.by]))
        if "method" in wanted:
            choices.append(_choice("a", "method", "adds", words.METHODS[self.method], essential=True))
        return choices, remark


def _choice(key: str, option: str, name: str, wording: words.Wording, essential: bool = False) -> Choice:
    return Choice(key, option, name, wording.short, wording.sentence, essential)


def next_value(values: Iterable[str], value: str) -> str:
    """The value that comes next, round and round."""
    listed = list(values)
    return listed[(listed.index(value) + 1) % len(listed)] if value in listed else listed[0]
