"""What the engine answers, in the terms of `core.api.questions`. Imports nothing heavy."""

from __future__ import annotations

from msgspec import Struct


class _Answer(Struct, frozen=True, tag_field="kind", tag=str.lower):
    """`kind` says in a line which answer it is."""


class Ready(_Answer, frozen=True):
    """The engine is up and can be asked."""

    torch: str
    device: str


class Token(Struct, frozen=True):
    """One token of a person's text: its normalised form and where it stands in the text as typed."""

    text: str
    start: int
    end: int
    known: bool = True


class Predicted(_Answer, frozen=True):
    """One model's answer to one text.

    `probabilities` maps label name to probability and sums to one; `running` holds one such list of probabilities
    (in the order of `probabilities`' keys) after each of the first tokens, empty unless `PredictPrefixes` was asked.
    `read` counts the tokens the model read: fewer than `tokens` when the text is longer than it was trained to read.
    """

    model: str
    label: str
    probabilities: dict[str, float]
    tokens: tuple[Token, ...]
    running: tuple[tuple[float, ...], ...] = ()
    read: int = 0
    milliseconds: float = 0.0


class Finished(_Answer, frozen=True):
    """Nothing more comes for this question; `superseded` when a later question of its kind took its place."""

    superseded: bool = False


class Failed(_Answer, frozen=True):
    """The question could not be answered: what happened, and what to do, in plain words.

    `model` names the model that failed where one did; the other models are still answered.
    """

    message: str
    hint: str = ""
    model: str = ""


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


class Inspected(_Answer, frozen=True):
    """What of a model can be looked at.

    `layers`: the best first; none for vectors alone. `seeds`: how many models of the era, of different seeds, the
    stability of static neighbours is measured over. `drifts`: whether C started from something it can be compared with.
    """

    model: str
    layers: tuple[Layer, ...]
    words: int
    dimension: int
    seeds: int = 1
    drifts: bool = False
    note: str = ""


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


class NeighborList(_Answer, frozen=True):
    """Neighbours of one word in one model.

    `known` is false for a word the model has no vector for; then `suggestions` holds nearest spellings.
    `missing` is `index` when contextual neighbours were asked and the model's index is not built yet.
    `note` says in one sentence what the vectors are, `remark` what was made of the question: that a phrase was
    averaged, that a part of it is unknown; empty where there is nothing to say.

    Contextual: `neighbors` are the `k` nearest places whatever their word; `same` the `k` nearest of the same word,
    `others` the `k` nearest of other words; one a document in each. `position` is the token asked about.

    Static: `overlap` is the mean share of the ten nearest that two models of different seeds have in common, over
    `seeds` models of the era; None where there is one.
    """

    word: str
    model: str
    lens: str
    neighbors: tuple[Neighbor, ...]
    known: bool = True
    count: int = 0
    suggestions: tuple[str, ...] = ()
    missing: str = ""
    note: str = ""
    remark: str = ""
    same: tuple[Neighbor, ...] = ()
    others: tuple[Neighbor, ...] = ()
    position: int | None = None
    layer: str = ""
    vectors: str = ""
    centring: str = "mean"
    baseline: Baseline | None = None
    searched: int = 0
    """Words or places that were searched."""
    overlap: float | None = None
    seeds: int = 1

    def shaky(self, neighbor: Neighbor) -> bool:
        """Whether not all of the models of other seeds have it among their ten nearest: further down nobody looked."""
        return self.overlap is not None and neighbor.rank <= STABLE and neighbor.seeds < self.seeds


class Compared(_Answer, frozen=True):
    """Two places beside each other.

    `static`: the cosine of the two words' rows of C, centred: 1 for the same word; None where a word has no row.
    `raw`, `centred`: of their states. `centred`, `percentile` and `baseline` need the index, and are None while there
    is none (`missing` is `index`).
    """

    model: str
    first: str
    second: str
    first_position: int
    second_position: int
    static: float | None
    raw: float
    centred: float | None = None
    percentile: float | None = None
    baseline: Baseline | None = None
    layer: str = ""
    vectors: str = ""
    note: str = ""
    missing: str = ""


class Sense(Struct, frozen=True):
    """One group of a word's places. `names`: context words typical of it against the other groups, best first.

    `places`: its most typical places, as in a `NeighborList`; `score` is the cosine with the group's centre.
    """

    letter: str
    size: int
    silhouette: float
    names: tuple[str, ...]
    places: tuple[Neighbor, ...]


class SenseList(_Answer, frozen=True):
    """The groups, largest first, or none: then `verdict` says why in words.

    `silhouette`: the mean silhouette of the grouping (Rousseeuw 1987, cosine distance), also of one that was refused;
    None where there were too few places to try. `mine`: letter of the group that the asked place falls in.
    """

    word: str
    model: str
    groups: tuple[Sense, ...]
    verdict: str
    occurrences: int = 0
    silhouette: float | None = None
    mine: str = ""
    layer: str = ""
    vectors: str = ""
    note: str = ""
    missing: str = ""


class Point(Struct, frozen=True):
    """One thing on the map. `role`: `asked`, `neighbor` (static), `same` or `other` (contextual)."""

    text: str
    x: float
    y: float
    role: str
    score: float
    label: str = ""
    left: str = ""
    right: str = ""


class MapPoints(_Answer, frozen=True):
    """The neighbourhood on its two first principal components, the asked one first; the signs are always the same.

    `explained`: the share of the neighbourhood's variance that each axis shows.
    """

    word: str
    model: str
    lens: str
    points: tuple[Point, ...]
    explained: tuple[float, float] = (0.0, 0.0)
    note: str = ""
    known: bool = True
    suggestions: tuple[str, ...] = ()
    missing: str = ""


class AnalogyList(_Answer, frozen=True):
    """The words nearest to the sum. `plus`, `minus`: what was added and taken away; `note` says what is left out."""

    expression: str
    model: str
    method: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    neighbors: tuple[Neighbor, ...]
    note: str = ""


class Pair(Struct, frozen=True):
    """The centred cosine of two words before and after."""

    first: str
    second: str
    before: float
    after: float


class Course(Struct, frozen=True):
    """The centred cosine of two words before training, then at the end of each of `DriftList.epochs`."""

    first: str
    second: str
    cosines: tuple[float, ...]


class Moved(Struct, frozen=True):
    """A word and how far it went: the share of its nearest neighbours that stayed, and which they were and are."""

    word: str
    count: int
    overlap: float
    before: tuple[str, ...]
    after: tuple[str, ...]


class DriftList(_Answer, frozen=True):
    """What fine-tuning did to C. `start` says what C was before; `moved`: the words that moved most, furthest first.

    `overlap`: the mean neighbour overlap of the `looked_at` words. `epochs`: those whose C the model's run has kept,
    with the course of each pair over them; without any, `unkept` says why, and what to do. `epoch`: the one that is
    shown, None for the finished model, which is that of epoch `best`.
    """

    model: str
    start: str
    pairs: tuple[Pair, ...]
    moved: tuple[Moved, ...]
    overlap: float
    looked_at: int
    k: int
    note: str = ""
    epochs: tuple[int, ...] = ()
    epoch: int | None = None
    best: int = 0
    courses: tuple[Course, ...] = ()
    unkept: str = ""


class Exported(_Answer, frozen=True):
    """What was written where."""

    model: str
    format: str
    files: tuple[str, ...]
    words: int
    dimension: int


WordAnswer = Inspected | NeighborList | Compared | SenseList | MapPoints | AnalogyList | DriftList | Exported
Answer = Ready | Predicted | WordAnswer | Finished | Failed
