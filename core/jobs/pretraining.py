"""Learning from text without labels: word vectors and language models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any, ClassVar

from core.data.corpus_list import shorten
from core.jobs.fields import (
    Column,
    Corpora,
    Dimension,
    Encoding,
    GoesOn,
    LeaveOut,
    NoHeader,
    Offline,
    Seed,
    Threads,
    Vocabulary,
)
from core.jobs.options import Option


@dataclass(frozen=True)
class PretrainJob:
    """Learn word2vec vectors from unlabelled text (`objective`: `word2vec`)."""

    kind: ClassVar[str] = "pretrain"
    objective: str = "word2vec"
    data: Corpora = "imdb"
    text_column: Column = None
    seed: Seed = 0
    dimension: Dimension = 128
    epochs: Annotated[int, Option("how often the text is read", high=100_000, form="epochs")] = 5
    window: Annotated[int, Option("words on each side that a vector learns to predict")] = 5
    negatives: Annotated[int, Option("random words against each true neighbour", low=0)] = 5
    vocabulary: Vocabulary = 20_000
    threads: Threads = 2
    offline: Offline = False
    architecture: Annotated[
        str,
        Option(
            "skipgram (a word predicts its neighbours) or cbow (they predict the word)",
            "NAME",
            choices=("skipgram", "cbow"),
            form="method",
        ),
    ] = "skipgram"
    """`skipgram` predicts the neighbours from the word, `cbow` the word from the mean of its neighbours."""
    encoding: Encoding = None
    no_header: NoHeader = False
    goes_on: GoesOn = None
    leave_out: LeaveOut = None

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        what = self.objective if self.architecture == "skipgram" else f"{self.objective} {self.architecture}"
        return f"{what} vectors · {shorten(self.data)} · {_size(self)} · {self.epochs} epochs"

    @property
    def settings(self) -> dict[str, Any]:
        """What makes the vectors what they are: part of their key."""
        names = ("objective", "dimension", "epochs", "window", "negatives", "seed")
        # Vectors made before there was a choice are found under the key they have always had.
        usual = self.architecture == "skipgram"
        return {name: getattr(self, name) for name in (*names, *(() if usual else ("architecture",)))}


@dataclass(frozen=True)
class GloveJob:
    """Fit GloVe vectors to the co-occurrence counts of unlabelled text."""

    kind: ClassVar[str] = "glove"
    objective: ClassVar[str] = "glove"
    data: Corpora = "imdb"
    text_column: Column = None
    seed: Seed = 0
    dimension: Dimension = 128
    epochs: Annotated[int, Option("how often the counts are gone over", high=100_000, form="epochs")] = 10
    """Passes over the counts, not over the text."""
    window: Annotated[int, Option("words on each side that are counted, each by 1 / its distance")] = 10
    x_max: Annotated[float, Option("co-occurrences from this many on weigh alike, rarer ones less", "X")] = 1.0
    """Co-occurrences from this many on weigh alike, rarer ones less: the paper's 100 for a thousandth of its text."""
    sample: Annotated[
        float, Option("words with a larger share of the text are left out now and then; 0: never", "X", share=True)
    ] = 1e-4
    """Words with a larger share of the text are left out now and then before counting, as word2vec does; 0: never."""
    components: Annotated[int, Option("leading principal components taken out of the finished vectors", low=0)] = 1
    """Leading principal components taken out of the finished vectors: the first says how frequent a word is."""
    learning_rate: Annotated[float, Option("AdaGrad's step size", "X", high=1)] = 0.1
    vocabulary: Vocabulary = 20_000
    threads: Threads = 2
    offline: Offline = False
    encoding: Encoding = None
    no_header: NoHeader = False
    goes_on: GoesOn = None
    leave_out: LeaveOut = None

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        return f"glove vectors · {shorten(self.data)} · {_size(self)} · {self.epochs} epochs"

    @property
    def settings(self) -> dict[str, Any]:
        """What makes the vectors what they are: part of their key."""
        names = ("objective", "dimension", "epochs", "window", "x_max", "sample", "components", "learning_rate", "seed")
        return {name: getattr(self, name) for name in names}


def _size(job: PretrainJob | GloveJob) -> str:
    return f"from {job.goes_on}" if job.goes_on else f"{job.dimension} dimensions"


VectorsJob = PretrainJob | GloveJob
VECTORS: dict[str, type[VectorsJob]] = {"word2vec": PretrainJob, "glove": GloveJob}
"""The objectives that make word vectors, each with its job."""


@dataclass(frozen=True)
class LanguageModelJob:
    """Learn an LSTM language model of one direction from unlabelled text: the next word, or the one before."""

    kind: ClassVar[str] = "lm"
    direction: Annotated[
        str,
        Option(
            "forward (the next word), backward (the word before), or both: two runs side by side",
            "WAY",
            choices=("forward", "backward", "both"),
            form="reads",
        ),
    ] = "forward"
    """`forward`, or `backward`: the same model over each document reversed."""
    data: Corpora = "imdb"
    text_column: Column = None
    start: Annotated[
        str,
        Option(
            "what C starts from: word2vec (pretrained vectors) or random",
            "FROM",
            choices=("word2vec", "random"),
            form="C from",
        ),
    ] = "word2vec"
    """What C starts from: `word2vec`, or `random`."""
    dimension: Annotated[int, Option("size of a word vector", low=2, high=1_024)] = 128
    hidden: Annotated[int, Option("size of a hidden state")] = 256
    layers: Annotated[int, Option("how many LSTMs stand on one another")] = 1
    epochs: Annotated[int, Option("how often the text is read", high=100_000, form="epochs")] = 2
    batch_size: Annotated[int, Option("streams of text read side by side")] = 64
    """Streams of text read side by side."""
    bptt: Annotated[int, Option("words of each stream that a step looks back over")] = 64
    """Words of each stream that a step goes back through (truncated back-propagation through time)."""
    negatives: Annotated[
        int, Option("words drawn in place of the whole vocabulary under the softmax; 0 takes them all", low=0)
    ] = 1024
    """Words drawn in place of the whole vocabulary under the softmax, shared by a step; 0 takes them all."""
    learning_rate: Annotated[float, Option("Adam's step size", "X", high=1)] = 3e-3
    dropout: Annotated[float, Option("share of units dropped while training", "X", share=True)] = 0.1
    embedding_dropout: Annotated[float, Option("share of words read as nothing while training", "X", share=True)] = 0.0
    weight_drop: Annotated[float, Option("share of W_h dropped while training", "X", share=True)] = 0.0
    vocabulary: Vocabulary = 20_000
    seed: Seed = 0
    threads: Threads = 1
    """One makes runs repeatable bit for bit; two directions at once are faster than one with two threads."""
    precision: Annotated[
        str,
        Option(
            "what the LSTMs compute in: float32, or bfloat16 on processors that have it",
            "KIND",
            choices=("float32", "bfloat16"),
        ),
    ] = "float32"
    """What the LSTMs compute in: `bfloat16` is half as fast again on processors that have it. All else is float32."""
    offline: Offline = False
    encoding: Encoding = None
    no_header: NoHeader = False
    goes_on: GoesOn = None
    leave_out: LeaveOut = None

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        layers = "" if self.layers == 1 else f" × {self.layers}"
        what = f"from {self.goes_on}" if self.goes_on else f"LSTM {self.hidden}{layers}"
        return f"{self.direction} language model · {shorten(self.data)} · {what} · seed {self.seed}"


LANGUAGE_MODEL_PRESETS: dict[str, dict[str, Any]] = {
    "quick": {},
    "full": {"hidden": 512, "epochs": 8, "dropout": 0.2, "embedding_dropout": 0.05, "weight_drop": 0.2},
}
"""Named settings of a language model, as what differs from the defaults; a job holds the values, not the name."""


@dataclass(frozen=True)
class MaskedJob:
    """Have a pretrained transformer read unlabelled text: its upper layers learn to guess words that are masked."""

    kind: ClassVar[str] = "mlm"
    objective: ClassVar[str] = "mlm"
    data: Corpora = "imdb"
    text_column: Column = None
    encoder: Annotated[
        str,
        Option(
            "which pretrained transformer: minilm, a folder, or NAME@REVISION of the hub (its commit)",
            "NAME",
            path=True,
            known=("minilm",),
        ),
    ] = "minilm"
    """Which transformer: `minilm` (the extra's), a folder, or NAME@REVISION of the hub."""
    tuned_layers: Annotated[int, Option("how many of its layers learn, from the top")] = 4
    """How many of its layers learn, from the top."""
    dropped_layers: Annotated[int, Option("how many of its layers are left out, at the top", low=0)] = 1
    """How many of its layers are left out, at the top: what it was last trained for changed those most."""
    steps: Annotated[int, Option("how many steps it learns for", high=1_000_000, form="steps")] = 1_000
    batch_size: Annotated[int, Option("passages a step")] = 32
    """Passages a step."""
    length: Annotated[int, Option("wordpieces of a passage, at most")] = 62
    """Wordpieces of a passage, at most."""
    share: Annotated[float, Option("share of the words that are masked", "X", share=True)] = 0.2
    """Share of the words that are masked."""
    learning_rate: Annotated[float, Option("Adam's step size", "X", high=1)] = 3e-4
    dropout: Annotated[float, Option("share of units dropped while training", "X", share=True)] = 0.1
    seed: Seed = 0
    threads: Threads = 2
    precision: Annotated[
        str,
        Option(
            "what matrices are multiplied in: float32, or bfloat16 on processors that have it",
            "KIND",
            choices=("float32", "bfloat16"),
        ),
    ] = "float32"
    """What matrices are multiplied in: `bfloat16` is faster on processors that have it. All else is float32."""
    offline: Offline = False
    encoding: Encoding = None
    no_header: NoHeader = False
    goes_on: GoesOn = None
    leave_out: LeaveOut = None

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        start = f"from {self.goes_on}" if self.goes_on else PurePath(self.encoder).name
        return f"masked words · {shorten(self.data)} · {start} · {self.steps:,} steps"


MASKED_PRESETS: dict[str, dict[str, Any]] = {"quick": {}, "full": {"steps": 3_500}}
"""Named settings of reading with masked words, as what differs from the defaults."""

Pretraining = PretrainJob | GloveJob | LanguageModelJob | MaskedJob

_GOING_ON: dict[str, dict[str, Any]] = {
    # As ULMFiT's second stage: slower than from nothing, a few times over the text, in steps that a small text has too.
    "lm": {"learning_rate": 1e-3, "epochs": 4, "batch_size": 16},
    "mlm": {"learning_rate": 1e-4, "steps": 300},
}


def going_on(kind: str) -> Mapping[str, Any]:
    """What a job of that kind that goes on from another's result is recommended to differ from the defaults in."""
    return _GOING_ON.get(kind, {})
