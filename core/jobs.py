"""What a run is asked to do: plain dataclasses that travel in run.json and print as commands. Imports nothing heavy."""

from __future__ import annotations

import math
import shlex
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import PurePath
from typing import Any, ClassVar

from core.eras import BY_ID, Reads

DEFAULT_DATA = "rotten_tomatoes"
NO_DATA = "none"
STEPS, FEWEST_EPOCHS, MOST_EPOCHS, MOST_FINE_TUNING = 800, 4, 60, 10
"""Part of what a model is, but not of its key: change them together with core.training.preparation.RECIPE."""


@dataclass(frozen=True)
class TrainJob:
    """Train one era's classifier on labelled data.

    `labels` is the whole label budget, validation included (a fifth of it, none with `whole_budget`); None means all.
    `epochs` is the most,
    None as many as the labels ask for (`schedule`); early stopping ends sooner after `patience` evaluations without
    a better validation accuracy, None after a third of the epochs.
    """

    kind: ClassVar[str] = "train"
    era: str
    data: str = DEFAULT_DATA
    text_column: str | None = None
    label_column: str | None = None
    labels: int | None = None
    seed: int = 0
    epochs: int | None = None
    learning_rate: float = 1e-3
    batch_size: int = 32
    cell: str = "lstm"
    hidden: int = 256
    dimension: int = 128
    dropout: float = 0.3
    patience: int | None = None
    freeze_c: bool = False
    vectors: str | None = None
    """Which vectors C starts from: a name (`cbow`, `stanford`, one of gensim's), a file, or the first characters of an
    artifact's key; None means the default ones. The dimension is theirs."""
    max_tokens: int = 400
    """Words read of each text; the rest of a longer one is cut off."""
    device: str = "auto"
    threads: int = 1
    """Threads for torch; 0 leaves torch's own choice. One makes runs repeatable bit for bit, and does not crawl on busy
    cores, as several do that wait for each other."""
    offline: bool = False
    whole_budget: bool = False
    """Train on every label of the budget, none kept for validation: the schedule is what was fixed beforehand."""
    direction: str = "both"
    """Which language models are reused: `forward`, `backward`, or `both`, whose answers ulmfit averages."""
    language_model: str | None = None
    """Which ones: the first characters of their keys, with a comma between; None means the best of each direction."""
    lm_epochs: int = 0
    """How often the language models first read the task's own training texts, their labels unread."""
    weight_drop: float = 0.0
    unfreeze: float = 0.0
    """Share of the steps after which each deeper group of parameters joins: W_o first, then the RNN, then C."""
    discrimination: float = 1.0
    """Each deeper group learns at this share of the rate of the one above it."""
    head_first: bool = False
    """Whether W_o is fitted to the states as they are before anything else moves: a logistic regression."""
    skip: bool = False
    """Whether W_o also sees the mean of the c_i."""
    encoder: str = "minilm"
    """The pretrained transformer: `minilm` (the extra's), a folder, or NAME@REVISION of the hub."""
    tuned_layers: int = 4
    """How many of its layers are tuned, from the top; the embeddings too with more than it has."""
    dropped_layers: int = 0
    """How many of its layers are left out, at the top: the last ones fit what it was pretrained for, not the task."""

    @classmethod
    def of(cls, era: str, **given: Any) -> TrainJob:
        """The era's recommended job, with what is given in place of its settings."""
        return cls(era, **{**recipe(era), **given})

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        budget = "all labels" if self.labels is None else f"{self.labels:,} labels"
        era = f"{self.era} from {PurePath(self.vectors).name}" if self.vectors else self.era
        return f"{era} · {_short(self.data)} · {budget} · seed {self.seed}"


_FINE_TUNING: dict[str, Any] = {"head_first": True}
RECIPES: dict[str, dict[str, Any]] = {
    "ulmfit": _FINE_TUNING,
    "bert": {**_FINE_TUNING, "learning_rate": 5e-5, "dropout": 0.1, "dropped_layers": 1},
}
"""What each era's recommended settings change of the defaults; chosen on training and validation texts only."""

_OF_LANGUAGE_MODELS = frozenset({"direction", "language_model", "lm_epochs"})
_OF_NETWORKS = frozenset(
    {"epochs", "learning_rate", "batch_size", "cell", "hidden", "dimension", "dropout", "patience", "freeze_c"}
)
_OF_FINE_TUNING = frozenset({"weight_drop", "unfreeze", "discrimination", "head_first", "skip"})
_OF_TRANSFORMERS = frozenset({"encoder", "tuned_layers", "dropped_layers"})
_OF_RNNS = frozenset({"hidden", "dimension", "cell", "freeze_c"})


def recipe(era: str) -> dict[str, Any]:
    """The settings an era's recommended job has in place of the defaults; a control has those of its era."""
    known = BY_ID.get(era)
    return RECIPES.get(known.recipe, {}) if known else {}


def unused(job: TrainJob) -> frozenset[str]:
    """The fields that mean nothing to the job: what a model is does not depend on them."""
    era = BY_ID[job.era]
    idle = frozenset[str]() if job.whole_budget and job.labels is not None else frozenset({"whole_budget"})
    if era.reads is Reads.WORDPIECES:
        return idle | _OF_RNNS | _OF_LANGUAGE_MODELS | {"weight_drop", "skip"}
    idle |= _OF_TRANSFORMERS
    if era.reads is Reads.NGRAMS:
        return idle | _OF_NETWORKS | _OF_FINE_TUNING | _OF_LANGUAGE_MODELS
    if era.fine_tuned:
        return idle | _OF_RNNS
    return idle | _OF_FINE_TUNING | (frozenset() if era.reads_states else _OF_LANGUAGE_MODELS)


@dataclass(frozen=True)
class Schedule:
    """How long to train: the most epochs, and how many of them may pass without a better validation accuracy."""

    epochs: int
    patience: int


def schedule(job: TrainJob, texts: int) -> Schedule:
    """The schedule of a job with that many training texts: about 800 steps, in 4 epochs at least and 60 at most.

    Fixed beforehand on validation data: many passes over few labels, few over many; 10 at most where everything starts
    pretrained and would only be lost, and for its control.
    """
    steps = max(1, math.ceil(texts / job.batch_size))
    era = BY_ID[job.era]
    most = MOST_FINE_TUNING if era.fine_tuned or era.reads is Reads.WORDPIECES else MOST_EPOCHS
    epochs = job.epochs or min(most, max(FEWEST_EPOCHS, math.ceil(STEPS / steps)))
    return Schedule(epochs, job.patience or max(3, math.ceil(epochs / 3)))


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
        return f"{what} vectors · {_short(self.data)} · {self.dimension} dimensions · {self.epochs} epochs"


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
        return f"glove vectors · {_short(self.data)} · {self.dimension} dimensions · {self.epochs} epochs"


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
        return f"{self.direction} language model · {_short(self.data)} · LSTM {self.hidden}{layers} · seed {self.seed}"


LANGUAGE_MODEL_PRESETS: dict[str, dict[str, Any]] = {
    "quick": {},
    "full": {"hidden": 512, "epochs": 8, "dropout": 0.2, "embedding_dropout": 0.05, "weight_drop": 0.2},
}
"""Named settings of a language model, as what differs from the defaults; a job holds the values, not the name."""


@dataclass(frozen=True)
class IndexJob:
    """Build the index that contextual neighbours of `model` are searched in: places in text, each with its state."""

    kind: ClassVar[str] = "index"
    model: str = "scratch"
    layer: str = ""
    """Which states: a layer's name; empty means the one that tells senses apart best."""
    vectors: str = ""
    """`token` (states that have read the word), `slot` (states that never saw it), ...; empty means the best."""
    occurrences: int = 50_000
    """Places in text that are kept."""
    documents: int | None = None
    """Texts they are drawn from, half of them labelled; None means as many as the occurrences ask for."""
    data: str | None = None
    """The labelled text; None means what the model was trained on."""
    text_column: str | None = None
    label_column: str | None = None
    unlabelled: str = "imdb"
    """The text whose labels are unread; `none` leaves it out."""
    threads: int = 2
    offline: bool = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        what = " ".join(["index of occurrences ·", self.model, *filter(None, (self.layer, self.vectors))])
        return f"{what} · {self.occurrences:,} places"


@dataclass(frozen=True)
class LadderJob:
    """Measure eras side by side: each at every label budget with several seeds, a *cell* each, never twice.

    `data`, `eras` and `labels` are lists with a comma between. `seeds` is how many there are at every budget; None
    means three, and five at 100 and 500 labels, where the eras are furthest apart and luck weighs most. The test
    split is read only when it is asked for, because recipes are chosen on validation texts.
    """

    kind: ClassVar[str] = "ladder"
    data: str = DEFAULT_DATA
    eras: str = "all"
    labels: str = "20,100,500,2000,all"
    seeds: int | None = None
    split: str = "validation"
    """`validation`, or `test`, which measures both."""
    workers: int = 2
    """Cells trained side by side, each in a process of its own with one thread."""
    offline: bool = False

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        data = ", ".join(_short(name) for name in self.data.split(","))
        eras = "all eras" if self.eras == "all" else self.eras.replace(",", ", ")
        return f"ladder · {data} · {eras} · {self.labels.replace(',', ', ')} labels · {self.split}"


def _short(data: str) -> str:
    """Data as a title names it: a file without its folders."""
    return data if data.startswith("hf:") else PurePath(data).name


Job = TrainJob | PretrainJob | GloveJob | LanguageModelJob | IndexJob | LadderJob
JOBS: dict[str, type[Job]] = {
    each.kind: each for each in (TrainJob, PretrainJob, GloveJob, LanguageModelJob, IndexJob, LadderJob)
}

_POSITIONAL = {"objective"}
_VERBS = {"glove": ("pretrain", "glove"), "lm": ("pretrain", "lm")}
_FLAG_NAMES = {"text_column": "--text", "label_column": "--label"}


def to_json(job: Job) -> dict[str, Any]:
    """The job as a JSON object with its kind."""
    return {"kind": job.kind, **asdict(job)}


def from_json(data: dict[str, Any]) -> Job:
    """The job in a JSON object. Unknown fields of a later version raise ValueError."""
    values = dict(data)
    try:
        return JOBS[values.pop("kind")](**values)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a job of this version: {data!r}") from error


def command(job: Job) -> str:
    """The one command that runs this job again: only what differs from the defaults is spelled out."""
    words = ["nlp-tui", *_VERBS.get(job.kind, (job.kind,))]
    options: list[str] = []
    usual = recipe(job.era) if isinstance(job, TrainJob) else {}
    for field in fields(job):
        value = getattr(job, field.name)
        if field.name in _POSITIONAL:
            words.append(str(value))
            continue
        required = field.default is MISSING
        if (not required and value == usual.get(field.name, field.default)) or value is None:
            continue
        flag = _FLAG_NAMES.get(field.name, "--" + field.name.replace("_", "-"))
        # A value that begins with a dash would be read as an option of its own.
        joined = value is not True and str(value).startswith("-")
        if value is False:  # the era's recipe says yes
            options.append(flag.replace("--", "--no-", 1))
            continue
        options += [flag] if value is True else [f"{flag}={value}"] if joined else [flag, str(value)]
    return shlex.join(words + options)
