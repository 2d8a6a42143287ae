"""The states of a model at the words of texts: layer by layer, with the word read (token) or unseen (slot).

Every model answers the one interface `HiddenLayers`; a model of a new kind joins by giving its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Protocol

import numpy as np
import torch

from core.api.parts import Layer
from core.catalog.language_models import DIRECTIONS
from core.data.batches import pad
from core.data.lexicon import Lexicon
from core.data.wordpieces import WordPieces
from core.models.bidirectional import BidirectionalEnsemble
from core.models.contextual import ContextualClassifier
from core.models.frozen_language_model import FrozenLanguageModel, batches
from core.models.language_model import BOUNDARY
from core.models.masked_prompt import MaskedPromptClassifier
from core.models.mean_vectors import MeanVectorClassifier
from core.models.prompted import PromptClassifier
from core.models.rnn import RNNClassifier
from core.models.transformer import Stack, TransformerClassifier
from core.pretrained import language_model as frozen
from core.pretrained.classifier import Classifier, NoStates
from core.pretrained.encoder import Encoder
from core.storage.store import Store
from core.words.attention import TransformerLayers
from core.words.centering import Matrix
from core.words.substitutes import Substitutes
from core.words.vector_kinds import BOTH_SIDES, GAP, SENSE, SLOT, SUBSTITUTES, TOKEN

AROUND, BEFORE = "around", "before"
WINDOW = 5
"""Words on each side whose states are averaged in a `sense` vector; in a `gap` vector two more."""
READ = {
    (): "having read up to this word",
    ("forward",): "having read up to this word: only what stands left of it",
    ("backward",): "having read from this word on: only what stands right of it",
    DIRECTIONS: BOTH_SIDES,
}


class HiddenLayers(Protocol):
    """A model whose states can be looked at.

    `layers`, the best first: a layer's `vectors` are the kinds it has. `parents(layer)` are the keys that its states
    depend on: equal keys, equal states.
    """

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What there is to look at."""

    def parents(self, layer: str) -> tuple[str, ...]:
        """The keys of all that the layer's states come from."""

    def states(self, texts: Sequence[Sequence[str]], places: Sequence[Sequence[int]], layer: str, kind: str) -> Matrix:
        """One row a place, (places, width), text by text in the order given. A text's states depend on it alone."""


@dataclass(frozen=True)
class Reading:
    """A text read in one direction: the state after each word, (words, hidden), and the one before any, (hidden,)."""

    states: Matrix
    edge: Matrix
    backward: bool

    def at(self, place: int, kind: str) -> Matrix:
        """A state, (hidden,): having read the word (token), before it (slot), the mean near it (around, before)."""
        if kind == BEFORE:
            far = WINDOW + 2
            seen = (
                self.states[place + 1 : place + 1 + far] if self.backward else self.states[max(0, place - far) : place]
            )
            unseeing: Matrix = seen.mean(axis=0) if len(seen) else self.edge
            return unseeing
        if kind == AROUND:
            mean: Matrix = self.states[max(0, place - WINDOW) : place + WINDOW + 1].mean(axis=0)
            return mean
        read = place if kind == TOKEN else place + 1 if self.backward else place - 1
        state: Matrix = self.states[read] if 0 <= read < len(self.states) else self.edge
        return state


class LanguageModelLayers:
    """Pretrained language models, one a direction: the top layer first."""

    def __init__(self, models: Mapping[str, FrozenLanguageModel], keys: Mapping[str, str], note: str) -> None:
        self.models = {direction: models[direction] for direction in DIRECTIONS if direction in models}
        self._keys = tuple(keys[direction] for direction in self.models)
        self._depth = min(each.model.config.layers for each in self.models.values())
        self._substitutes = Substitutes.of(list(self.models.values()))
        directions = tuple(self.models)
        width = sum(each.model.config.hidden for each in self.models.values())
        read = f"{note}, {READ[directions]}"
        top = (SENSE, TOKEN, SLOT, SUBSTITUTES, GAP) if self._substitutes else (TOKEN, SLOT)
        self.layers = tuple(
            Layer(
                name,
                read,
                width,
                top if n == 0 else (TOKEN, SLOT),
                one_sided=len(directions) == 1,
                # What tells places of one word apart is what else would fit there, not the word itself.
                apart=GAP if n == 0 and self._substitutes else "",
            )
            for n, name in enumerate(self._names)
        )

    @property
    def _names(self) -> list[str]:
        return ["lm"] if self._depth == 1 else [f"lm{n}" for n in range(self._depth, 0, -1)]

    def parents(self, layer: str) -> tuple[str, ...]:  # noqa: ARG002 - all layers are of the same models
        """The keys of the language models."""
        return self._keys

    def states(self, texts: Sequence[Sequence[str]], places: Sequence[Sequence[int]], layer: str, kind: str) -> Matrix:
        """[forward; backward] states of one layer; what would fit (substitutes), and what is around (gap, sense)."""
        depth = self._depth - 1 - self._names.index(layer)
        wanted = {SUBSTITUTES: (SLOT,), SENSE: (SLOT, AROUND), GAP: (SLOT, BEFORE)}.get(kind, (kind,))
        rows: dict[str, list[Matrix]] = {each: [] for each in wanted}
        for model in self.models.values():
            edge = _edge(model, depth)
            found = model.states([model.vocabulary.encode(text) for text in texts])
            read = [Reading(states[depth].numpy(), edge, model.backward) for states in found]
            for each in wanted:
                rows[each].append(_gather(read, places, each, len(edge)))
        if kind in (TOKEN, SLOT):
            return np.concatenate(rows[kind], axis=1)
        assert self._substitutes is not None
        if kind == SUBSTITUTES:
            return self._substitutes.vectors(rows[SLOT])
        if kind == GAP:
            return self._substitutes.gap(rows[SLOT], rows[BEFORE])
        vocabulary = next(iter(self.models.values())).vocabulary
        words = [vocabulary.index(text[place]) for text, some in zip(texts, places, strict=True) for place in some]
        return self._substitutes.sense(words, rows[SLOT], rows[AROUND])


class RecurrentLayers:
    """The task RNN of a classifier that reads c_i alone: one direction, or both side by side."""

    name = "rnn"

    def __init__(self, members: Sequence[RNNClassifier], vocabulary: Lexicon, key: str, note: str) -> None:
        self._members, self._vocabulary, self._key = members, vocabulary, key
        directions = tuple("backward" if member.config.backward else "forward" for member in self._members)
        width = sum(member.config.hidden for member in self._members)
        self.layers = (
            Layer(self.name, f"{note}, {READ[directions]}", width, (TOKEN, SLOT), one_sided=len(directions) == 1),
        )

    def parents(self, layer: str) -> tuple[str, ...]:  # noqa: ARG002 - there is one layer
        """The classifier's key."""
        return (self._key,)

    @torch.inference_mode()
    def states(
        self,
        texts: Sequence[Sequence[str]],
        places: Sequence[Sequence[int]],
        layer: str,  # noqa: ARG002 - there is one layer
        kind: str,
    ) -> Matrix:
        """[forward; backward] states of the task RNN."""
        ids = [self._vocabulary.encode(text) for text in texts]
        rows = []
        for member in self._members:
            edge = member.edge().numpy()
            read: dict[int, Reading] = {}
            for numbers in batches(list(map(len, ids))):
                found = member.states(*pad([ids[number] for number in numbers]))
                for number, states in zip(numbers, found, strict=True):
                    own = states[: len(ids[number])].numpy()
                    read[number] = Reading(own, edge, member.config.backward)
            rows.append(_gather([read[number] for number in range(len(ids))], places, kind, len(edge)))
        return np.concatenate(rows, axis=1)


class WholeLayer:
    """What `Classifier.states` gives, for models whose states have no side that has not seen the word."""

    def __init__(self, classifier: Classifier, key: str, name: str, note: str, width: int) -> None:
        self._classifier, self._key = classifier, key
        self.layers = (Layer(name, note, width, (TOKEN,)),)

    def parents(self, layer: str) -> tuple[str, ...]:  # noqa: ARG002 - there is one layer
        """The classifier's key."""
        return (self._key,)

    def states(
        self,
        texts: Sequence[Sequence[str]],
        places: Sequence[Sequence[int]],
        layer: str,  # noqa: ARG002 - there is one layer, of one kind
        kind: str,  # noqa: ARG002
    ) -> Matrix:
        """The model's states at the places."""
        found: dict[int, Matrix] = {}
        for numbers in batches(list(map(len, texts))):
            for number, states in zip(numbers, self._classifier.states([texts[n] for n in numbers]), strict=True):
                found[number] = states[list(places[number])].numpy()
        rows = [found[number] for number in range(len(texts))]
        return np.concatenate(rows) if rows else np.zeros((0, self.layers[0].width), np.float32)


class StackedLayers:
    """The layers of several parts as one model's."""

    def __init__(self, *parts: HiddenLayers) -> None:
        self._of = {layer.name: part for part in parts for layer in part.layers}
        self.layers = tuple(layer for part in parts for layer in part.layers)

    def parents(self, layer: str) -> tuple[str, ...]:
        """The keys of the part that the layer is of."""
        return self._of[layer].parents(layer)

    def states(self, texts: Sequence[Sequence[str]], places: Sequence[Sequence[int]], layer: str, kind: str) -> Matrix:
        """The states of the part that the layer is of."""
        return self._of[layer].states(texts, places, layer, kind)


def find_layers(classifier: Classifier, key: str, language_models: LanguageModelLayers | None) -> HiddenLayers:
    """The layers of a classifier; `language_models` are the language models it reads or started from, if any.

    Raises NoStates where it has none.
    """
    return _find_layers_of(classifier.model, classifier, key, language_models)


@singledispatch
def _find_layers_of(
    model: object,  # noqa: ARG001 - a class of models that has states registers how they are looked at
    classifier: Classifier,
    key: str,  # noqa: ARG001
    language_models: LanguageModelLayers | None,  # noqa: ARG001
) -> HiddenLayers:
    raise NoStates(str(classifier.info.era))


@_find_layers_of.register
def _(
    model: RNNClassifier, classifier: Classifier, key: str, language_models: LanguageModelLayers | None
) -> HiddenLayers:
    if model.config.boundary:
        return _stack_language_models([model], classifier, key, language_models)
    return RecurrentLayers([model], classifier.vocabulary, key, _describe_task(model.config.cell))


@_find_layers_of.register
def _(
    model: BidirectionalEnsemble, classifier: Classifier, key: str, language_models: LanguageModelLayers | None
) -> HiddenLayers:
    return _stack_language_models(model.members, classifier, key, language_models)


@_find_layers_of.register
def _(
    model: ContextualClassifier, classifier: Classifier, key: str, language_models: LanguageModelLayers | None
) -> HiddenLayers:
    directions = tuple(direction for direction in DIRECTIONS if direction in classifier.info.language_models)
    mixed = f"γ·mix of the language models' states, {READ[directions]}"
    own = WholeLayer(classifier, key, "mix", mixed, model.config.beside)
    return StackedLayers(language_models, own) if language_models else own


@_find_layers_of.register
def _(
    model: MeanVectorClassifier,
    classifier: Classifier,
    key: str,
    language_models: LanguageModelLayers | None,  # noqa: ARG001 - it reads none
) -> HiddenLayers:
    note = "the word vectors themselves: nothing here depends on the sentence"
    return WholeLayer(classifier, key, "C", note, model.config.dimension)


@_find_layers_of.register
def _(
    model: TransformerClassifier,
    classifier: Classifier,
    key: str,
    language_models: LanguageModelLayers | None,  # noqa: ARG001 - it reads none
) -> HiddenLayers:
    assert isinstance(classifier.vocabulary, WordPieces)
    assert classifier.info.encoder is not None
    # The layers that were not tuned are still the pretrained encoder's: an index of its states serves both.
    frozen_layers, theirs = max(0, model.config.layers - model.config.tuned), classifier.info.encoder.key
    keys = {depth: theirs if depth <= frozen_layers else key for depth in range(1, model.config.layers + 1)}
    note = "states of the fine-tuned transformer"
    return TransformerLayers(model.stack(), classifier.vocabulary, keys, model.config.width, note)


@_find_layers_of.register
def _(
    model: PromptClassifier, classifier: Classifier, key: str, language_models: LanguageModelLayers | None
) -> HiddenLayers:
    if language_models and not model.config.tuned:
        return language_models  # what is asked is nothing else
    note = "states of the language models that are asked, tuned through the answer words"
    own = WholeLayer(classifier, key, "asked", note, model.width)
    return StackedLayers(own, language_models) if language_models else own


@_find_layers_of.register
def _(
    model: MaskedPromptClassifier,
    classifier: Classifier,
    key: str,
    language_models: LanguageModelLayers | None,  # noqa: ARG001 - it asks none
) -> HiddenLayers:
    assert isinstance(classifier.vocabulary, WordPieces)
    assert classifier.info.encoder is not None
    stack, theirs = model.model.stack(), classifier.info.encoder.key
    untouched = model.model.own if model.config.tuned else len(stack.layers)
    keys = {depth: theirs if depth <= untouched else key for depth in range(1, len(stack.layers) + 1)}
    note = "states of the transformer that is asked"
    return TransformerLayers(stack, classifier.vocabulary, keys, model.C.weight.shape[1], note)


def _stack_language_models(
    members: Sequence[RNNClassifier], classifier: Classifier, key: str, language_models: LanguageModelLayers | None
) -> HiddenLayers:
    """Of the architecture of language models: only the control of that name starts from nothing."""
    note = "states of the fine-tuned language model" if language_models else _describe_task(members[0].config.cell)
    own = RecurrentLayers(members, classifier.vocabulary, key, note)
    return StackedLayers(own, language_models) if language_models else own


def _describe_task(cell: str) -> str:
    return f"states of the task {cell.upper()}, trained on the labels"


def read_encoder(encoder: Encoder) -> tuple[TransformerLayers, Matrix, WordPieces]:
    """A pretrained transformer that nobody has tuned: its layers, its C (V, d), and how it spells words.

    Raises NoEncoder where its words are not spelled with wordpieces.
    """
    model, lexicon = encoder.model().eval(), encoder.lexicon()
    stack = Stack(model.embeddings, tuple(model.encoder.layer), *lexicon.boundaries())
    C: Matrix = model.embeddings.word_embeddings.weight.detach().numpy()  # noqa: N806 - the letter of the formula
    keys = dict.fromkeys(range(1, len(stack.layers) + 1), encoder.key)
    return TransformerLayers(stack, lexicon, keys, C.shape[1], f"states of {encoder.name} before any label"), C, lexicon


def _gather(read: Sequence[Reading], places: Sequence[Sequence[int]], kind: str, width: int) -> Matrix:
    rows = [each.at(place, kind) for each, some in zip(read, places, strict=True) for place in some]
    return np.stack(rows) if rows else np.zeros((0, width), np.float32)


@torch.inference_mode()
def _edge(model: FrozenLanguageModel, depth: int) -> Matrix:
    """The state of a layer once the boundary is read and no word yet, (hidden,)."""
    own = model.model
    layers, _ = own.read(own.C[torch.tensor([[BOUNDARY]])], own.start(1))
    edge: Matrix = layers[depth][0, 0].numpy()
    return edge


def load_language_models(store: Store, keys: Mapping[str, str], note: str) -> LanguageModelLayers | None:
    """The language models of those keys, one a direction; None where one of them is not here."""
    found = {direction: store.find(key) for direction, key in keys.items()}
    there = {direction: artifact for direction, artifact in found.items() if artifact is not None}
    if len(there) < len(found) or not there:
        return None
    return LanguageModelLayers({direction: frozen.load(a.path) for direction, a in there.items()}, dict(keys), note)
