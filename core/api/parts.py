"""What several questions and answers are made of. Imports nothing heavy."""

from __future__ import annotations

from msgspec import Struct


class AnyQuestion(Struct, frozen=True, tag_field="kind", tag=str.lower):
    """`kind` says in a line which question it is."""


class AnyAnswer(Struct, frozen=True, tag_field="kind", tag=str.lower):
    """`kind` says in a line which answer it is."""


CENTRINGS = ("mean", "top", "none")


class Token(Struct, frozen=True):
    """One token of a person's text: its normalised form and where it stands in the text as typed."""

    text: str
    start: int
    end: int
    known: bool = True


class Place(Struct, frozen=True):
    """A word in a sentence: token `position` if given, else the word's `occurrence`-th place, from 1."""

    word: str
    sentence: str
    position: int | None = None
    occurrence: int = 1


class Layer(Struct, frozen=True):
    """A layer whose states can be looked at. `width` is that of a token vector.

    `note` says in one sentence whose states they are and what of the sentence they have read; `one_sided` is true when
    that is one side only. `vectors` are the kinds there are, the best first, `best_for` those that are better here than
    at the layer that is best for the others.
    """

    name: str
    note: str
    width: int
    vectors: tuple[str, ...] = ("token", "slot")
    one_sided: bool = False
    best_for: tuple[str, ...] = ()
    apart: str = ""
    """The kind that tells the places of one word apart best, where that is not the first of `vectors`."""


def layer_of(layers: tuple[Layer, ...], name: str, kind: str) -> Layer | None:
    """The layer of that name, without one the best for that kind of vectors; None where there is none."""
    best = sorted(layers, key=lambda layer: kind not in layer.best_for)
    return next((layer for layer in best if name in ("", layer.name)), None)


class Baseline(Struct, frozen=True):
    """Cosines of random pairs, in the same centring: what a cosine of two unrelated things looks like here."""

    mean: float
    low: float
    """5 % of random pairs lie below."""
    high: float
    """5 % lie above."""
    pairs: int


STABLE = 10
"""How many of the nearest words are compared over seeds."""


def above(percentile: float) -> str:
    """A percentile in words: nothing measured on a sample is nearer than all pairs."""
    return f"{percentile:.1f} %" if percentile < 99.95 else "over 99.9 %"


class Neighbor(Struct, frozen=True):
    """One neighbour. `count` is the word's count in the unlabelled text.

    For contextual neighbours only: `left`, `right`: the words around it in its sentence; `source`: data set and number
    of the document; `label`: the document's label name, empty where its label is unread.
    `seeds`, for static neighbours only: how many of the `NeighborList.seeds` models have it among their ten nearest.
    """

    rank: int
    neighbor: str
    score: float
    count: int
    left: str = ""
    right: str = ""
    source: str = ""
    label: str = ""
    percentile: float | None = None
    seeds: int = 0
