"""Training a classifier: what can be asked for, each era's recipe, and how long it goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, ClassVar

from core.eras.table import BY_ID, Reads
from core.jobs.naming import DEFAULT_DATA, short

STEPS, FEWEST_EPOCHS, MOST_EPOCHS, MOST_FINE_TUNING = 800, 4, 60, 10
"""Part of what a model is, but not of its key: change them together with core.finetuning.prepare.RECIPE."""


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
    recipe: str = "usual"
    """How a pretrained network is tuned, one of `TUNINGS`."""
    head_first: bool = False
    """Whether W_o is fitted to the states as they are before anything else moves: a logistic regression."""
    encoder: str = "minilm"
    """The pretrained transformer: `minilm` (the extra's, as published), `mlm` (the one that guesses masked words of the
    unlabelled text best), a folder, or NAME@REVISION of the hub."""
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
        return f"{era} · {short(self.data)} · {budget} · seed {self.seed}"


@dataclass(frozen=True)
class Tuning:
    """How a pretrained network is tuned: all of it at once at one rate, unless it says otherwise.

    `unfreeze`: share of the steps after which each deeper group of parameters joins, W_o first, then the layers, then
    C. `discrimination`: each deeper group learns at this share of the rate of the one above it.
    """

    unfreeze: float = 0.0
    discrimination: float = 1.0


TUNINGS: dict[str, Tuning] = {
    "usual": Tuning(),
    # Howard and Ruder 2018: a layer more an epoch, of ten, and each at the rate of the one above divided by 2.6.
    "paper": Tuning(unfreeze=0.1, discrimination=0.385),
}

_FINE_TUNING: dict[str, Any] = {"head_first": True}
RECIPES: dict[str, dict[str, Any]] = {
    "ulmfit": _FINE_TUNING,
    "bert": {**_FINE_TUNING, "learning_rate": 5e-5, "dropout": 0.1, "dropped_layers": 1},
}
"""What each era's recommended settings change of the defaults; chosen on training and validation texts only."""

_OF_LANGUAGE_MODELS = frozenset({"direction", "language_model"})
_OF_NETWORKS = frozenset(
    {"epochs", "learning_rate", "batch_size", "cell", "hidden", "dimension", "dropout", "patience", "freeze_c"}
)
_OF_FINE_TUNING = frozenset({"recipe", "head_first"})
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
        return idle | _OF_RNNS | _OF_LANGUAGE_MODELS
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
