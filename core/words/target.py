"""What a question was resolved to: a model, one of its layers, a kind of vector, and a place in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from core.api.parts import Layer, layer_of
from core.words.centering import Matrix
from core.words.layers import HiddenLayers
from core.words.mentions import Mention, find_mention
from core.words.word_models import WordError, WordModel


@dataclass(frozen=True)
class LayerVectors:
    """One kind of vector of one layer of a model."""

    word_model: WordModel
    hidden: HiddenLayers
    layer: Layer
    kind: str

    @property
    def parents(self) -> tuple[str, ...]:
        """The keys of all that the vectors come from."""
        return self.hidden.parents(self.layer.name)

    def states(self, texts: Sequence[Sequence[str]], positions: Sequence[Sequence[int]]) -> Matrix:
        """One row a position, (positions, width), text by text."""
        return self.hidden.states(texts, positions, self.layer.name, self.kind)

    def of_kind(self, kind: str) -> LayerVectors:
        """The layer's vectors of another kind."""
        return replace(self, kind=kind)


@dataclass(frozen=True)
class Target:
    """A place, and the vectors it is looked at with."""

    vectors: LayerVectors
    mention: Mention

    def state(self) -> Matrix:
        """The place's vector, (width,), the mean over a phrase."""
        rows = self.vectors.states([self.mention.words], [list(self.mention.positions)])
        mean: Matrix = rows.mean(axis=0) if len(rows) > 1 else rows[0]
        return mean


class PlaceQuestion(Protocol):
    """A question about a word's place in a sentence, or about the word as its own sentence."""

    @property
    def word(self) -> str:
        """The word or phrase."""

    @property
    def sentence(self) -> str | None:
        """Where it stands."""

    @property
    def position(self) -> int | None:
        """Which token is meant, where it is said."""

    @property
    def occurrence(self) -> int:
        """Else which of the word's places, from 1."""

    @property
    def layer(self) -> str:
        """The layer's name; empty for the best."""

    @property
    def vectors(self) -> str:
        """The kind of vectors; empty for the layer's best."""


def resolve(question: PlaceQuestion, word_model: WordModel) -> Target:
    """The place and the vectors a question means. Raises WordError where there are no such."""
    mention = find_mention(question.word, question.sentence, question.position, question.occurrence)
    return Target(resolve_vectors(word_model, question.layer, question.vectors), mention)


def resolve_vectors(word_model: WordModel, layer: str, kind: str) -> LayerVectors:
    """The layer and the kind of vectors asked for, the best ones where they are not named. Raises WordError."""
    hidden = word_model.hidden
    if hidden is None:
        raise WordError(f"{word_model.spec} has no hidden states.", "Ask a classifier, or `lm`.")
    found = layer_of(hidden.layers, layer, kind)
    if found is None:
        there = ", ".join(each.name for each in hidden.layers)
        raise WordError(f"The model {word_model.spec!r} has no layer {layer!r}.", f"There are {there}.")
    if kind and kind not in found.vectors:
        kinds = ", ".join(found.vectors)
        raise WordError(f"The layer {found.name!r} of {word_model.spec!r} has no {kind} vectors.", f"It has {kinds}.")
    return LayerVectors(word_model, hidden, found, kind or found.vectors[0])
