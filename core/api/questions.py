"""What the engine can be asked: to classify a text, and about words. Imports nothing heavy. Used as `api.Neighbors`.

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

CENTRINGS = ("mean", "top", "none")


class _Question(Struct, frozen=True, tag_field="kind", tag=str.lower):
    """`kind` says in a line which question it is."""


class Predict(_Question, frozen=True):
    """Classify one text with some models; answered by one `Predicted` a model, in the order asked."""

    text: str
    models: tuple[str, ...]


class PredictPrefixes(_Question, frozen=True, tag="predict_prefixes"):
    """The running probabilities: the head applied to every prefix (first 64 tokens). Answered like `Predict`."""

    text: str
    models: tuple[str, ...]


class Rescan(_Question, frozen=True):
    """Look again at what models there are (a run has finished). Answered by `Finished` alone."""


class Inspect(_Question, frozen=True):
    """Which layers and vectors a model has, which index is built, what can be asked. Answered by `Inspected`."""

    model: str


class Neighbors(_Question, frozen=True):
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


class Place(Struct, frozen=True):
    """A word in a sentence: token `position` if given, else the word's `occurrence`-th place, from 1."""

    word: str
    sentence: str
    position: int | None = None
    occurrence: int = 1


class Compare(_Question, frozen=True):
    """How alike two places are. Answered by one `Compared`."""

    model: str
    first: Place
    second: Place
    layer: str = ""
    vectors: str = ""


class Senses(_Question, frozen=True):
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


class Map(_Question, frozen=True):
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


class Analogy(_Question, frozen=True):
    """Words nearest to a sum and difference of words, such as `king - man + woman`. Answered by one `AnalogyList`.

    `method`: `add` (3CosAdd) or `mul` (3CosMul: Levy and Goldberg 2014).
    """

    expression: str
    model: str
    method: str = "add"
    k: int = 12


class Drift(_Question, frozen=True):
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


class Export(_Question, frozen=True):
    """Write a model's C to `path`. `format`: `projector`, `word2vec` or `npz`. Answered by one `Exported`."""

    model: str
    format: str
    path: str
    force: bool = False


WordQuestion = Inspect | Neighbors | Compare | Senses | Map | Analogy | Drift | Export
Question = Predict | PredictPrefixes | WordQuestion | Rescan
