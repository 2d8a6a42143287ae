"""The era table: which parameter comes from where. Pure data; imports nothing heavy.

The classifier of every recurrent era is h_n = f(W_h h_{n-1} + W_e c_n) with c_n a row of C, and a softmax over
W_o applied to the pooled states. The eras differ only in where the parameters come from before training starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where a parameter's first value comes from."""

    RANDOM = "random"
    WORD2VEC = "word2vec"
    GLOVE = "GloVe"
    LANGUAGE_MODEL = "language model"
    TRANSFORMER = "pretrained transformer"
    NONE = "none"


class Reads(StrEnum):
    """What the task RNN reads at each position."""

    VECTORS = "c_i"
    VECTORS_AND_STATES = "[c_i ; γ·mix of language-model states]"
    WORDPIECES = "wordpieces"


@dataclass(frozen=True)
class Parameter:
    """One letter of the lecture's formula in one era."""

    symbol: str
    name: str
    origin: Origin
    tuned: bool

    @property
    def pretrained(self) -> bool:
        """Whether the parameter starts from something learned on unlabelled text."""
        return self.origin not in (Origin.RANDOM, Origin.NONE)


@dataclass(frozen=True)
class Era:
    """One row of the table."""

    id: str
    year: str
    title: str
    idea: str
    parameters: tuple[Parameter, ...]
    reads: Reads
    vectors: str | None = None
    """The pretraining objective whose artifact C starts from, if any: `word2vec`, `glove`, `lm`."""
    trainable: bool = False
    """Whether this version can train it; the other rows are shown as not there yet."""

    def parameter(self, symbol: str) -> Parameter:
        """The parameter of that symbol (`C`, `W_e`, `W_h`, `W_o`).

        Raises KeyError for any other symbol.
        """
        for parameter in self.parameters:
            if parameter.symbol == symbol:
                return parameter
        raise KeyError(symbol)


def _recurrent(c: Origin, rnn: Origin) -> tuple[Parameter, ...]:
    return (
        Parameter("C", "embedding", c, tuned=True),
        Parameter("W_e", "input weights", rnn, tuned=True),
        Parameter("W_h", "recurrent weights", rnn, tuned=True),
        Parameter("W_o", "output weights", Origin.RANDOM, tuned=True),
    )


ERAS: tuple[Era, ...] = (
    Era(
        "scratch",
        "~2013",
        "Everything from scratch",
        "Every parameter starts random and is learned from the labelled sentences alone.",
        _recurrent(Origin.RANDOM, Origin.RANDOM),
        Reads.VECTORS,
        trainable=True,
    ),
    Era(
        "word2vec",
        "~2014",
        "Word vectors: word2vec",
        "C starts from vectors that learned from unlabelled text to predict a word's neighbours.",
        _recurrent(Origin.WORD2VEC, Origin.RANDOM),
        Reads.VECTORS,
        vectors="word2vec",
        trainable=True,
    ),
    Era(
        "glove",
        "~2014",
        "Word vectors: GloVe",
        "C starts from vectors fitted to the corpus' co-occurrence counts.",
        _recurrent(Origin.GLOVE, Origin.RANDOM),
        Reads.VECTORS,
        vectors="glove",
    ),
    Era(
        "elmo",
        "~2018",
        "Language-model states as features",
        "The task RNN also reads the hidden states of a frozen language model: words in their context.",
        _recurrent(Origin.WORD2VEC, Origin.RANDOM),
        Reads.VECTORS_AND_STATES,
        vectors="word2vec",
    ),
    Era(
        "ulmfit",
        "~2019",
        "Fine-tune the language model",
        "C, W_e and W_h are the language model's own; only W_o is new, and everything is fine-tuned.",
        _recurrent(Origin.LANGUAGE_MODEL, Origin.LANGUAGE_MODEL),
        Reads.VECTORS,
        vectors="lm",
    ),
    Era(
        "bert",
        "~2019",
        "Fine-tune a transformer",
        "Attention in place of recurrence: a pretrained transformer with a new W_o, fine-tuned throughout.",
        (
            Parameter("C", "wordpiece embedding", Origin.TRANSFORMER, tuned=True),
            Parameter("W_e", "replaced by attention", Origin.NONE, tuned=False),
            Parameter("W_h", "replaced by attention", Origin.NONE, tuned=False),
            Parameter("W_o", "output weights", Origin.RANDOM, tuned=True),
        ),
        Reads.WORDPIECES,
    ),
)

BY_ID: dict[str, Era] = {era.id: era for era in ERAS}
