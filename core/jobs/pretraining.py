"""Learning from text without labels: word vectors and language models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, ClassVar

from core.jobs.naming import short


@dataclass(frozen=True)
class PretrainJob:
    """Learn word2vec vectors from unlabelled text (`objective`: `word2vec`)."""

    kind: ClassVar[str] = "pretrain"
    objective: str = "word2vec"
    data: str = "imdb"
    text_column: str | None = None
    seed: int = 0
    dimension: int = 128
    epochs: int = 5
    window: int = 5
    negatives: int = 5
    vocabulary: int = 20_000
    threads: int = 2
    offline: bool = False
    architecture: str = "skipgram"
    """`skipgram` predicts the neighbours from the word, `cbow` the word from the mean of its neighbours."""

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        what = self.objective if self.architecture == "skipgram" else f"{self.objective} {self.architecture}"
        return f"{what} vectors · {short(self.data)} · {self.dimension} dimensions · {self.epochs} epochs"

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
    data: str = "imdb"
    text_column: str | None = None
    seed: int = 0
    dimension: int = 128
    epochs: int = 10
    """Passes over the counts, not over the text."""
    window: int = 10
    x_max: float = 1.0
    """Co-occurrences from this many on weigh alike, rarer ones less: the paper's 100 for a thousandth of its text."""
    sample: float = 1e-4
    """Words with a larger share of the text are left out now and then before counting, as word2vec does; 0: never."""
    components: int = 1
    """Leading principal components taken out of the finished vectors: the first says how frequent a word is."""
    learning_rate: float = 0.1
    vocabulary: int = 20_000
    threads: int = 2
    offline: bool = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        return f"glove vectors · {short(self.data)} · {self.dimension} dimensions · {self.epochs} epochs"

    @property
    def settings(self) -> dict[str, Any]:
        """What makes the vectors what they are: part of their key."""
        names = ("objective", "dimension", "epochs", "window", "x_max", "sample", "components", "learning_rate", "seed")
        return {name: getattr(self, name) for name in names}


VectorsJob = PretrainJob | GloveJob
VECTORS: dict[str, type[VectorsJob]] = {"word2vec": PretrainJob, "glove": GloveJob}
"""The objectives that make word vectors, each with its job."""


@dataclass(frozen=True)
class LanguageModelJob:
    """Learn an LSTM language model of one direction from unlabelled text: the next word, or the one before."""

    kind: ClassVar[str] = "lm"
    direction: str = "forward"
    """`forward`, or `backward`: the same model over each document reversed."""
    data: str = "imdb"
    text_column: str | None = None
    start: str = "word2vec"
    """What C starts from: `word2vec`, or `random`."""
    dimension: int = 128
    hidden: int = 256
    layers: int = 1
    epochs: int = 2
    batch_size: int = 64
    """Streams of text read side by side."""
    bptt: int = 64
    """Words of each stream that a step goes back through (truncated back-propagation through time)."""
    negatives: int = 1024
    """Words drawn in place of the whole vocabulary under the softmax, shared by a step; 0 takes them all."""
    learning_rate: float = 3e-3
    dropout: float = 0.1
    embedding_dropout: float = 0.0
    weight_drop: float = 0.0
    vocabulary: int = 20_000
    seed: int = 0
    threads: int = 1
    """One makes runs repeatable bit for bit; two directions at once are faster than one with two threads."""
    precision: str = "float32"
    """What the LSTMs compute in: `bfloat16` is half as fast again on processors that have it. All else is float32."""
    offline: bool = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        layers = "" if self.layers == 1 else f" × {self.layers}"
        return f"{self.direction} language model · {short(self.data)} · LSTM {self.hidden}{layers} · seed {self.seed}"


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
    data: str = "imdb"
    text_column: str | None = None
    encoder: str = "minilm"
    """Which transformer: `minilm` (the extra's), a folder, or NAME@REVISION of the hub."""
    tuned_layers: int = 4
    """How many of its layers learn, from the top."""
    dropped_layers: int = 1
    """How many of its layers are left out, at the top: what it was last trained for changed those most."""
    steps: int = 1_000
    batch_size: int = 32
    """Passages a step."""
    length: int = 62
    """Wordpieces of a passage, at most."""
    share: float = 0.2
    """Share of the words that are masked."""
    learning_rate: float = 3e-4
    dropout: float = 0.1
    seed: int = 0
    threads: int = 2
    precision: str = "float32"
    """What matrices are multiplied in: `bfloat16` is faster on processors that have it. All else is float32."""
    offline: bool = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        return f"masked words · {short(self.data)} · {PurePath(self.encoder).name} · {self.steps:,} steps"


MASKED_PRESETS: dict[str, dict[str, Any]] = {"quick": {}, "full": {"steps": 3_500}}
"""Named settings of reading with masked words, as what differs from the defaults."""
