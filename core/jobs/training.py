"""Training a classifier: what can be asked for, what of it an era has, and how long it goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Any, ClassVar

from core.budget import name_budget
from core.eras.recipes import recommended
from core.eras.table import BY_ID, Reads
from core.jobs.fields import Data, Encoding, FoldLabels, LabelColumn, NoHeader, Offline, Seed, TextColumn, Threads
from core.jobs.naming import DEFAULT_DATA, LSTM, MASKED, short
from core.jobs.options import Option, options_of

STEPS, FEWEST_EPOCHS, MOST_EPOCHS, MOST_FINE_TUNING = 800, 4, 60, 10
"""Part of what a model is, but not of its key: change them together with core.finetuning.prepare.RECIPE."""


class Part(StrEnum):
    """What a classifier may be made of; an option of a part means nothing to an era without it."""

    NETWORK = "a network"
    RNN = "an RNN of its own"
    PRETRAINED_NETWORK = "a network that was pretrained, tuned as a whole"
    LANGUAGE_MODELS = "language models"
    TRANSFORMER = "a transformer"
    PROMPT = "a prompt"


@dataclass(frozen=True)
class TrainJob:
    """Train one era's classifier on labelled data.

    `labels` is the whole label budget, validation included (a fifth of it, none with `whole_budget`); None means all.
    `epochs` is the most, None as many as the labels ask for (`schedule`); early stopping ends sooner after `patience`
    evaluations without a better validation accuracy, None after a third of the epochs.
    """

    kind: ClassVar[str] = "train"
    era: Annotated[str, Option("which era's classifier", "ERA", choices=tuple(BY_ID))]
    data: Data = DEFAULT_DATA
    text_column: TextColumn = None
    label_column: LabelColumn = None
    labels: Annotated[
        int | None,
        Option(
            "how many labelled texts may be used, validation included: a number, or all; prompt needs none: 0",
            "N|all",
            low=0,
            none="all",
            form="labels",
        ),
    ] = None
    seed: Seed = 0
    epochs: Annotated[
        int | None,
        Option(
            "how often the text is read, at most (by the number of labels)",
            high=100_000,
            form="epochs",
            part=Part.NETWORK,
        ),
    ] = None
    learning_rate: Annotated[float, Option("Adam's step size", "X", high=1, form="rate", part=Part.NETWORK)] = 1e-3
    batch_size: Annotated[int, Option("texts a step", part=Part.NETWORK)] = 32
    cell: Annotated[
        str,
        Option(
            "lstm, gru, or the lecture's plain rnn",
            "CELL",
            choices=("lstm", "gru", "rnn"),
            form="cell",
            part=Part.RNN,
        ),
    ] = "lstm"
    hidden: Annotated[int, Option("size of a hidden state", part=Part.RNN)] = 256
    dimension: Annotated[int, Option("size of a word vector", low=2, high=1_024, part=Part.RNN)] = 128
    dropout: Annotated[float, Option("share of units dropped while training", "X", share=True, part=Part.NETWORK)] = 0.3
    patience: Annotated[
        int | None,
        Option(
            "epochs without a better validation accuracy before training ends (as many as a third of them)",
            part=Part.NETWORK,
        ),
    ] = None
    freeze_c: Annotated[bool, Option("leave the word vectors C as they are", part=Part.RNN)] = False
    vectors: Annotated[
        str | None,
        Option(
            "what C starts from: cbow, stanford, a name of gensim's (glove-wiki-gigaword-100), a file of word2vec's "
            "or GloVe's format, or the beginning of a key",
            "NAME|FILE|KEY",
            form="C from",
            path=True,
            known=("skipgram", "cbow", "stanford"),
        ),
    ] = None
    """Which vectors C starts from: a name (`cbow`, `stanford`, one of gensim's), a file, or the first characters of an
    artifact's key; None means the default ones. The dimension is theirs."""
    max_tokens: Annotated[int, Option("words read of each text")] = 400
    """Words read of each text; the rest of a longer one is cut off."""
    device: Annotated[str, Option("auto, cpu, cuda or mps", "DEVICE", choices=("auto", "cpu", "cuda", "mps"))] = "auto"
    threads: Threads = 1
    """Threads for torch; 0 leaves torch's own choice. One makes runs repeatable bit for bit, and does not crawl on busy
    cores, as several do that wait for each other."""
    offline: Offline = False
    whole_budget: Annotated[
        bool,
        Option("train on all labels of the budget, none kept for validation, for as long as fixed beforehand"),
    ] = False
    """Train on every label of the budget, none kept for validation: the schedule is what was fixed beforehand."""
    direction: Annotated[
        str,
        Option(
            "which language models are reused: forward, backward, or both (ulmfit averages their answers)",
            "WAY",
            choices=("forward", "backward", "both"),
            form="reads",
            part=Part.LANGUAGE_MODELS,
        ),
    ] = "both"
    """Which language models are reused: `forward`, `backward`, or `both`, whose answers ulmfit averages."""
    language_model: Annotated[
        str | None,
        Option(
            "which language models are reused: the first characters of their keys (the best of each)",
            "KEY[,KEY]",
            part=Part.LANGUAGE_MODELS,
        ),
    ] = None
    """Which ones: the first characters of their keys, with a comma between; None means the best of each direction."""
    recipe: Annotated[
        str,
        Option(
            "how a pretrained network is tuned: usual, or paper (ULMFiT's: layers join from the top down, each "
            "learning more slowly than the one above)",
            "NAME",
            choices=("usual", "paper"),
            part=Part.PRETRAINED_NETWORK,
        ),
    ] = "usual"
    """How a pretrained network is tuned, one of `TUNINGS`."""
    head_first: Annotated[
        bool, Option("fit W_o to the states as they are before anything else moves", part=Part.PRETRAINED_NETWORK)
    ] = False
    """Whether W_o is fitted to the states as they are before anything else moves: a logistic regression."""
    encoder: Annotated[
        str,
        Option(
            "bert: which pretrained transformer: minilm as published, mlm (what `pretrain mlm` made of it), a folder, "
            "or NAME@REVISION of the hub (its commit)",
            "NAME",
            path=True,
            known=("minilm", "mlm"),
            part=Part.TRANSFORMER,
        ),
    ] = "minilm"
    """The pretrained transformer: `minilm` (the extra's, as published), `mlm` (the one that guesses masked words of the
    unlabelled text best), a folder, or NAME@REVISION of the hub."""
    tuned_layers: Annotated[
        int,
        Option(
            "bert: how many of its layers are tuned, from the top; with more than it has, C too",
            part=Part.TRANSFORMER,
        ),
    ] = 4
    """How many of its layers are tuned, from the top; the embeddings too with more than it has."""
    dropped_layers: Annotated[
        int, Option("bert: how many of its layers are left out, at the top", low=0, part=Part.TRANSFORMER)
    ] = 0
    """How many of its layers are left out, at the top: the last ones fit what it was pretrained for, not the task."""
    asks: Annotated[
        str,
        Option(
            "prompt: what is asked: lstm, the language models (one with --direction), or mlm, the transformer that "
            "guesses masked words and reads both sides of a blank",
            "NAME",
            choices=(LSTM, MASKED),
            part=Part.PROMPT,
        ),
    ] = LSTM
    """What is asked: the language models, or the transformer of `pretrain mlm`."""
    template: Annotated[
        str | None,
        Option(
            "prompt: how it is asked, such as '{text} . it was ___' or '___ . {text}'; several with | between",
            "TEMPLATE",
            form="template",
            part=Part.PROMPT,
        ),
    ] = None
    """How a language model is asked; None means those of `core.eras.prompts`, as far as the directions allow."""
    answers: Annotated[
        str | None,
        Option(
            "prompt: the words that stand for each class, such as 'negative=bad,awful positive=good,great' (the names "
            "of the classes, where they are words)",
            "CLASS=WORD,...",
            form="answers",
            part=Part.PROMPT,
        ),
    ] = None
    calibration: Annotated[
        str,
        Option(
            "prompt: what is taken off each answer: empty (what the template says of no text), balanced (besides, what "
            "it says of the training texts on average, labels unread: where classes are about equally frequent), none",
            "NAME",
            choices=("empty", "balanced", "none"),
            form="minus",
            part=Part.PROMPT,
        ),
    ] = "empty"
    """What is taken off each answer, without any label: one of `empty`, `balanced`, `none`."""
    teacher: Annotated[
        str | None,
        Option(
            "with --labels 0: the model that labels the training texts in place of people: prompt, prompt:mlm, or "
            "another that is asked; what it is surest of is learned",
            "MODEL",
        ),
    ] = None
    """Who labels the training texts in place of people; `prompt` is the model that has read no label of them."""
    branch: Annotated[
        str | None,
        Option(
            "begin where another run was: the start of its id, @, and the step of the checkpoint it keeps or best; "
            "`nlp-tui branch` writes it",
            "RUN@STEP|best",
            part=Part.NETWORK,
            flag="--from",
        ),
    ] = None
    """Where it begins: ID@STEP, the checkpoint that a run keeps, or ID@best, the best parameters of that run."""
    order_seed: Annotated[
        int | None,
        Option(
            "seed of the order of the texts and of dropout alone (that of everything else)", low=0, part=Part.NETWORK
        ),
    ] = None
    """Of the order of the texts and of dropout alone, so that which texts are trained on stays; None means `seed`."""
    encoding: Encoding = None
    no_header: NoHeader = False
    fold_labels: FoldLabels = False

    @classmethod
    def of(cls, era: str, **given: Any) -> TrainJob:
        """The era's recommended job, with what is given in place of its settings."""
        return cls(era, **{**recommended(era, given.get("asks", "")), **given})

    @property
    def title(self) -> str:
        """What a list of runs shows."""
        era = f"{self.era} from {PurePath(self.vectors).name}" if self.vectors else self.era
        if self.asks == MASKED:
            era = f"{era}:{MASKED}"
        if self.teacher:
            era = f"{era} taught by {self.teacher}"
        seed = self.seed if self.order_seed is None else self.order_seed
        start = f" · from {self.branch}" if self.branch else ""
        return f"{era} · {short(self.data)} · {name_budget(self.labels)} · seed {seed}{start}"


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


def parts(job: TrainJob) -> frozenset[Part]:
    """What the job's classifier is made of."""
    era = BY_ID[job.era]
    if era.reads is Reads.NGRAMS:
        return frozenset()
    if era.reads is Reads.WORDPIECES:
        return frozenset({Part.NETWORK, Part.PRETRAINED_NETWORK, Part.TRANSFORMER})
    if era.asked:
        asked = Part.TRANSFORMER if job.asks == MASKED else Part.LANGUAGE_MODELS
        return frozenset({Part.NETWORK, asked, Part.PROMPT})
    if era.fine_tuned:
        return frozenset({Part.NETWORK, Part.PRETRAINED_NETWORK, Part.LANGUAGE_MODELS})
    return frozenset({Part.NETWORK, Part.RNN, *([Part.LANGUAGE_MODELS] if era.reads_states else [])})


def unused(job: TrainJob) -> frozenset[str]:
    """The fields that mean nothing to the job: what a model is does not depend on them."""
    there = parts(job)
    if job.labels == 0 and not job.teacher:  # nothing is trained, so it does not matter how
        there -= {Part.NETWORK, Part.TRANSFORMER}
    idle = {name for name, each in options_of(TrainJob).items() if each.option.part and each.option.part not in there}
    if BY_ID[job.era].asked:  # it asks the transformer of `pretrain mlm`, as deep as that one is
        idle |= {"encoder", "dropped_layers"}
    # What every model did before there was an option is not in its key.
    if job.asks != MASKED:
        idle.add("asks")
    idle |= {name for name in ("branch", "order_seed") if getattr(job, name) is None}
    if not (job.whole_budget and job.labels):
        idle.add("whole_budget")
    return frozenset(idle)


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
    pretrained = era.fine_tuned or era.asked or era.reads is Reads.WORDPIECES
    most = MOST_FINE_TUNING if pretrained else MOST_EPOCHS
    epochs = job.epochs or min(most, max(FEWEST_EPOCHS, math.ceil(STEPS / steps)))
    return Schedule(epochs, job.patience or max(3, math.ceil(epochs / 3)))
