"""Why a model answers as it does: what is asked, and what is answered. Imports nothing heavy.

- `method`: `loo` (the word left out), `gradient` (gradient times input) or `integrated` (integrated gradients).
- `points`: percentage points of the probability of one class.
"""

from __future__ import annotations

from msgspec import Struct

from core.api.parts import AnyAnswer, AnyQuestion, Token


class Explain(AnyQuestion, frozen=True):
    """What each word does to a model's answer. Answered by one `Explained`.

    `label`: whose probability; empty for the answer's. `first`: only the first words are looked at, with all of the
    text read; 0 for all of them.
    """

    text: str
    model: str
    method: str = "loo"
    label: str = ""
    first: int = 0


class Contribution(Struct, frozen=True):
    """A token, and how many points of the class's probability it accounts for."""

    token: Token
    points: float


class Explained(AnyAnswer, frozen=True):
    """The tokens of a text with what each does to the probability of `label`, which is `probability`, 0 to 1.

    `answer`: what the model answers. `methods`: all that the model can be asked by. `tokens`: how many the text has;
    `read`: how many of them the model reads. Of integrated gradients alone: `baseline`, the probability where all
    vectors are zero, `gap`, by how many points the sum misses the difference, and the `steps` on the path. `note` says
    what the points are, `remark` what is to be known of this text.
    """

    model: str
    answer: str
    label: str
    method: str
    methods: tuple[str, ...]
    probability: float
    contributions: tuple[Contribution, ...]
    tokens: int
    read: int
    baseline: float | None = None
    gap: float | None = None
    steps: int = 0
    note: str = ""
    remark: str = ""
    milliseconds: float = 0.0


class Attend(AnyQuestion, frozen=True):
    """Where each word of a text looks. Answered by one `Attention`.

    `layer`, `head`: from 1; 0 is the mean over all. `first`: only the first tokens of the text are read; 0 for all.
    """

    text: str
    model: str
    layer: int = 0
    head: int = 0
    first: int = 0


class AttendedWord(Struct, frozen=True):
    """A word that is read, of so many wordpieces.

    `part`: `text`, `boundary`, `template` (around the text of a model that is asked), or `blank`.
    """

    word: str
    pieces: int = 1
    part: str = "text"


class Attention(AnyAnswer, frozen=True):
    """`weights`, (words, words): how much each word, by row, looks at each; a row adds up to one.

    `layers`, `heads`: how many there are. `tokens`, `read`: as in `Explained`. `note` says how pieces were merged and
    what was read, `caveat` what weights do not say.
    """

    model: str
    layer: int
    head: int
    layers: int
    heads: int
    words: tuple[AttendedWord, ...]
    weights: tuple[tuple[float, ...], ...]
    tokens: int
    read: int
    note: str = ""
    caveat: str = ""
    milliseconds: float = 0.0


class MakeTwins(AnyQuestion, frozen=True, tag="make_twins"):
    """Sentences that differ from a text in one thing. Answered by one `TwinList`."""

    text: str


class Twin(Struct, frozen=True):
    """What a rule makes of a text; `text` is empty where it does not fit. `note` says what was done, or why not."""

    rule: str
    text: str
    note: str


class TwinList(AnyAnswer, frozen=True, tag="twin_list"):
    """One twin a rule."""

    text: str
    twins: tuple[Twin, ...]


ExplainQuestion = Explain | Attend | MakeTwins
ExplainAnswer = Explained | Attention | TwinList
