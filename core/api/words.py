"""What the engine can be asked about words, each question before its answer. Imports nothing heavy.

Words an answer and its question share:

- `model`: whatever names a classifier, or `lm` (the best pair of language models), `lm:forward`, `lm:backward`, or
  `vectors:word2vec` (pretrained vectors that no classifier has touched: static questions only), or `minilm` (the
  transformer that bert starts from, before it is tuned), `mlm` (that after guessing masked words of unlabelled text).
- `layer`: a name out of `Inspected.layers`; empty means the one that tells senses apart best.
- `vectors`: `token` (states that have read the word: [h_t forward; h_t backward]), `slot` (states that never saw it:
  [h_{t-1} forward; h_{t+1} backward], or a transformer's state at `[MASK]` in its place), `substitutes` (the mean
  vector of the words that would fit there), `gap` (that and what is around, the word unseen; of a transformer what is
  around `[MASK]`), `sense` (that with the word itself: tells senses apart best), as far as `Layer.vectors` has them;
  empty means the layer's best.
- `centring`: how cosines are taken: `mean` (the mean of all vectors taken off first), `top` (their largest principal
  components too: "all-but-the-top", Mu and Viswanath 2018), `none` (raw).
- percentiles: the share, 0 to 100, of random pairs of places whose cosine is lower, measured when the index was built.
"""

from __future__ import annotations

from msgspec import Struct

from core.api.eras_compared import CompareEra, EraCompared
from core.api.language import Surprisal, SurprisalList, WriteOn, Written
from core.api.parts import STABLE, AnyAnswer, AnyQuestion, Baseline, Layer, Neighbor, Place


class Inspect(AnyQuestion, frozen=True):
    """Which layers and vectors a model has, which index is built, what can be asked. Answered by `Inspected`."""

    model: str


class Inspected(AnyAnswer, frozen=True):
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


class Neighbors(AnyQuestion, frozen=True):
    """Nearest neighbours of a word (`static`) or of its place in `sentence` (`contextual`).

    The place is token `position` if given, else the word's `occurrence`-th, from 1. Answered by one `NeighborList`.
    """

    word: str
    model: str
    lens: str = "static"
    sentence: str | None = None
    position: int | None = None
    k: int = 12
    occurrence: int = 1
    layer: str = ""
    vectors: str = ""
    centring: str = "mean"
    corpus: str = ""
    """In context: only places of these corpora, with a comma between; of all that are indexed where it is empty."""


class NeighborList(AnyAnswer, frozen=True):
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
    corpora: tuple[str, ...] = ()
    """What the places are of."""
    overlap: float | None = None
    seeds: int = 1

    def shaky(self, neighbor: Neighbor) -> bool:
        """Whether not all of the models of other seeds have it among their ten nearest: further down nobody looked."""
        return self.overlap is not None and neighbor.rank <= STABLE and neighbor.seeds < self.seeds


class Compare(AnyQuestion, frozen=True):
    """How alike two places are. Answered by one `Compared`."""

    model: str
    first: Place
    second: Place
    layer: str = ""
    vectors: str = ""


class Compared(AnyAnswer, frozen=True):
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


class Senses(AnyQuestion, frozen=True):
    """The places of one word in the index, grouped; with a sentence, also which group its place falls in.

    Answered by one `SenseList`.
    """

    word: str
    model: str
    sentence: str | None = None
    position: int | None = None
    occurrence: int = 1
    layer: str = ""
    vectors: str = ""
    examples: int = 5
    """Places shown of each group."""
    corpus: str = ""
    """Only places of these corpora, with a comma between; of all that are indexed where it is empty."""


class Sense(Struct, frozen=True):
    """One group of a word's places. `names`: context words typical of it against the other groups, best first.

    `places`: its most typical places, as in a `NeighborList`; `score` is the cosine with the group's centre.
    """

    letter: str
    size: int
    silhouette: float
    names: tuple[str, ...]
    places: tuple[Neighbor, ...]


class SenseList(AnyAnswer, frozen=True):
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
    corpora: tuple[str, ...] = ()
    """What the places are of."""


class Map(AnyQuestion, frozen=True):
    """The neighbourhood that `Neighbors` with the same fields finds, laid out in two dimensions.

    Answered by one `MapPoints`.
    """

    word: str
    model: str
    lens: str = "static"
    sentence: str | None = None
    position: int | None = None
    k: int = 30
    occurrence: int = 1
    layer: str = ""
    vectors: str = ""
    centring: str = "mean"


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
    cluster: int | None = None
    """Its place in `MapPoints.clusters`; None where it is in none, as the asked one is."""


class Cluster(Struct, frozen=True):
    """Points of a map that belong together. `name`: of the most central of another word than the asked one."""

    name: str
    size: int


class MapPoints(AnyAnswer, frozen=True):
    """The neighbourhood on its two first principal components, the asked one first; the signs are always the same.

    `explained`: the share of the neighbourhood's variance that each axis shows. `clusters`: those of the vectors
    before they were laid out, by k-means, the largest first; none where they are no better than chance. `verdict` says
    so in words. `silhouette`: the mean of the best clusters (Rousseeuw 1987, cosine distance), also of those that were
    refused; `chance`: the best of as many random words or places; None where there were too few points to try.
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
    clusters: tuple[Cluster, ...] = ()
    verdict: str = ""
    silhouette: float | None = None
    chance: float | None = None


class Analogy(AnyQuestion, frozen=True):
    """Words nearest to a sum and difference of words, such as `king - man + woman`. Answered by one `AnalogyList`.

    `method`: `add` (3CosAdd) or `mul` (3CosMul: Levy and Goldberg 2014).
    """

    expression: str
    model: str
    method: str = "add"
    k: int = 12


class AnalogyList(AnyAnswer, frozen=True):
    """The words nearest to the sum. `plus`, `minus`: what was added and taken away; `note` says what is left out."""

    expression: str
    model: str
    method: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    neighbors: tuple[Neighbor, ...]
    note: str = ""


class Drift(AnyQuestion, frozen=True):
    """What fine-tuning did to C: before against after. Answered by one `DriftList`.

    `k`: neighbours compared; `words`: how many of the words that moved most; only words counted at least `least`
    times in the unlabelled text are looked at. `epoch`: the end of that epoch of the model's run is looked at in place
    of the finished model.
    """

    model: str
    k: int = 10
    words: int = 20
    least: int = 100
    epoch: int | None = None


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


class DriftList(AnyAnswer, frozen=True):
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


class Export(AnyQuestion, frozen=True):
    """Write a model's C to `path`. `format`: `projector`, `word2vec` or `npz`. Answered by one `Exported`."""

    model: str
    format: str
    path: str
    force: bool = False


class Exported(AnyAnswer, frozen=True):
    """What was written where."""

    model: str
    format: str
    files: tuple[str, ...]
    words: int
    dimension: int


WordQuestion = (
    Inspect | Neighbors | Compare | CompareEra | Senses | Map | Analogy | Drift | Export | Surprisal | WriteOn
)


WordAnswer = (
    Inspected
    | NeighborList
    | Compared
    | EraCompared
    | SenseList
    | MapPoints
    | AnalogyList
    | DriftList
    | Exported
    | SurprisalList
    | Written
)
