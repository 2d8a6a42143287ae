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
    TRANSFORMER = "transformer"
    NONE = "none"


class Reads(StrEnum):
    """What the task RNN reads at each position."""

    VECTORS = "c_i"
    VECTORS_AND_STATES = "[c_i ; γ·mix of language-model states]"
    WORDPIECES = "wordpieces"
    NGRAMS = "words and pairs of words"


class Composition(StrEnum):
    """What makes one answer of a text's words: which classifier the era has."""

    TASK_RNN = "an RNN of the task's own"
    LANGUAGE_MODEL = "the language models' RNNs"
    TRANSFORMER = "a transformer's layers"
    PROMPT = "the language models' own softmax, at a blank"
    MEAN = "the mean of the word vectors"
    COUNTS = "counts of words and pairs"


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
    composition: Composition = Composition.TASK_RNN
    vectors: str | None = None
    """The objective whose vectors C starts from, if any: `word2vec` or `glove`."""
    like: str = ""
    """For a control: the era whose architecture, schedule and settings it has."""
    untrained: bool = False
    """Whether the language models beneath it have learned nothing."""
    news: str = ""
    """What is new in its picture against the era before, of a control against what it is compared with."""

    @property
    def recipe(self) -> str:
        """The era whose settings it is trained with."""
        return self.like or self.id

    @property
    def reads_states(self) -> bool:
        """Whether language models stand, frozen, beneath the task RNN."""
        return self.reads is Reads.VECTORS_AND_STATES

    @property
    def fine_tuned(self) -> bool:
        """Whether it has the architecture of a language model, whatever its parameters start from."""
        return self.composition is Composition.LANGUAGE_MODEL

    @property
    def asked(self) -> bool:
        """Whether the language models' own softmax answers, so that it needs no label."""
        return self.composition is Composition.PROMPT

    @property
    def reuses_language_models(self) -> bool:
        """Whether it stands on language models, or starts from them."""
        return self.reads_states or self.fine_tuned or self.asked

    @property
    def reads_sentences(self) -> bool:
        """Whether what it knew of a word before the task depends on the sentence that the word stands in."""
        one_a_word = (Composition.TASK_RNN, Composition.MEAN, Composition.COUNTS)
        return self.reads_states or self.composition not in one_a_word

    @property
    def pretrained(self) -> bool:
        """Whether anything in it was learned from text without labels."""
        return any(parameter.pretrained for parameter in self.parameters)

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
        news="Every letter starts random: the labels alone teach it.",
    ),
    Era(
        "word2vec",
        "~2014",
        "Word vectors: word2vec",
        "C starts from vectors that learned from unlabelled text to predict a word's neighbours.",
        _recurrent(Origin.WORD2VEC, Origin.RANDOM),
        Reads.VECTORS,
        vectors="word2vec",
        news="Only C is new: every word starts where word2vec left it.",
    ),
    Era(
        "glove",
        "~2014",
        "Word vectors: GloVe",
        "C starts from vectors fitted to the corpus' co-occurrence counts.",
        _recurrent(Origin.GLOVE, Origin.RANDOM),
        Reads.VECTORS,
        vectors="glove",
        news="Only C again: every word starts where GloVe left it.",
    ),
    Era(
        "elmo",
        "~2018",
        "Language-model states as features",
        "The task RNN also reads the hidden states of a frozen language model: words in their context.",
        _recurrent(Origin.WORD2VEC, Origin.RANDOM),
        Reads.VECTORS_AND_STATES,
        vectors="word2vec",
        news="New below: frozen language models read the sentence first; their mixed states stand beside each c.",
    ),
    Era(
        "ulmfit",
        "~2019",
        "Fine-tune the language model",
        "C, W_e and W_h are the language model's own; only W_o is new, and everything is fine-tuned.",
        _recurrent(Origin.LANGUAGE_MODEL, Origin.LANGUAGE_MODEL),
        Reads.VECTORS,
        Composition.LANGUAGE_MODEL,
        news="C, W_e and W_h are the language model's own now: only W_o is new.",
    ),
    Era(
        "bert",
        "~2020",
        "Fine-tune a transformer: MiniLM",
        "Attention, no recurrence: MiniLM, distilled from BERT's line, tuned contrastively; its upper layers learn.",
        (
            Parameter("C", "wordpiece embedding", Origin.TRANSFORMER, tuned=False),
            Parameter("W_e", "replaced by attention", Origin.NONE, tuned=False),
            Parameter("W_h", "replaced by attention", Origin.NONE, tuned=False),
            Parameter("W_o", "output weights", Origin.RANDOM, tuned=True),
        ),
        Reads.WORDPIECES,
        Composition.TRANSFORMER,
        news="No W_e and no W_h: layers of attention, in which every word looks at every other.",
    ),
    Era(
        "prompt",
        "~2020",
        "Ask the language model",
        "W_o is the language model's too: its softmax at a blank beside the text answers. Nothing is new, no label "
        "is needed.",
        (
            Parameter("C", "embedding", Origin.LANGUAGE_MODEL, tuned=True),
            Parameter("W_e", "input weights", Origin.LANGUAGE_MODEL, tuned=True),
            Parameter("W_h", "recurrent weights", Origin.LANGUAGE_MODEL, tuned=True),
            Parameter("W_o", "answer words' rows of C", Origin.LANGUAGE_MODEL, tuned=True),
        ),
        Reads.VECTORS,
        Composition.PROMPT,
        news="Nothing is new, not even W_o: the language model's own softmax answers at a blank.",
    ),
)

CONTROLS: tuple[Era, ...] = (
    Era(
        "tfidf",
        "control",
        "Counted words and pairs of words",
        "No vectors, no order: a logistic regression on tf-idf weighted words and pairs, fitted to the labels alone.",
        (
            Parameter("C", "no vectors", Origin.NONE, tuned=False),
            Parameter("W_e", "no recurrence", Origin.NONE, tuned=False),
            Parameter("W_h", "no recurrence", Origin.NONE, tuned=False),
            Parameter("W_o", "output weights", Origin.RANDOM, tuned=True),
        ),
        Reads.NGRAMS,
        Composition.COUNTS,
        news="No C and no h: words and pairs of words are only counted.",
    ),
    Era(
        "average",
        "control",
        "The mean of the word vectors",
        "No composition at all: a logistic regression on the mean of the sentence's word2vec vectors.",
        (
            Parameter("C", "embedding", Origin.WORD2VEC, tuned=False),
            Parameter("W_e", "no recurrence", Origin.NONE, tuned=False),
            Parameter("W_h", "no recurrence", Origin.NONE, tuned=False),
            Parameter("W_o", "output weights", Origin.RANDOM, tuned=True),
        ),
        Reads.VECTORS,
        Composition.MEAN,
        vectors="word2vec",
        news="No h: the mean of the c, in whatever order the words stand.",
    ),
    Era(
        "random-lm",
        "control",
        "elmo over an untrained language model",
        "What elmo does, over language models that learned nothing: are the states worth more than their size?",
        _recurrent(Origin.WORD2VEC, Origin.RANDOM),
        Reads.VECTORS_AND_STATES,
        vectors="word2vec",
        like="elmo",
        untrained=True,
        news="As elmo, but the language models below have learned nothing.",
    ),
    Era(
        "scratch-matched",
        "control",
        "ulmfit from random parameters",
        "ulmfit's architecture and schedule with every parameter random: what is left is what pretraining gave.",
        _recurrent(Origin.RANDOM, Origin.RANDOM),
        Reads.VECTORS,
        Composition.LANGUAGE_MODEL,
        like="ulmfit",
        news="As ulmfit, but every letter starts random.",
    ),
)
"""What the eras are compared with, so that a win is the pretraining's and nothing else's."""

BASELINES: tuple[Era, ...] = tuple(control for control in CONTROLS if not control.like)
"""Controls that are systems of their own; the others are an era with something taken away."""

BY_ID: dict[str, Era] = {era.id: era for era in (*ERAS, *CONTROLS)}
