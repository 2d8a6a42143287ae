"""The kinds of job there are, one a row: who does it, how it is called, what it says, what it shows and what it leaves.

A new kind of run is its dataclass, its runner and a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.eras.recipes import recommended
from core.jobs.measuring import IndexJob, LadderJob, ReportJob
from core.jobs.pretraining import (
    LANGUAGE_MODEL_PRESETS,
    MASKED_PRESETS,
    GloveJob,
    LanguageModelJob,
    MaskedJob,
    PretrainJob,
    going_on,
)
from core.jobs.training import TrainJob

Job = TrainJob | PretrainJob | GloveJob | LanguageModelJob | MaskedJob | IndexJob | LadderJob | ReportJob


class Group(StrEnum):
    """What comes out of a job."""

    TRAINING = "a classifier"
    PRETRAINING = "vectors or a language model"
    MEASURING = "something about models that are there"


class Keeps(StrEnum):
    """What is left of a run that is stopped."""

    NOTHING = "nothing"
    CHECKPOINT = "its checkpoint"
    MODEL = "the best model so far"
    MEASUREMENTS = "what is measured so far"

    @property
    def resumable(self) -> bool:
        """Whether it goes on from a checkpoint; else it starts again, with what is in the store already."""
        return self in (Keeps.CHECKPOINT, Keeps.MODEL)


class Draws(StrEnum):
    """What is shown of a run."""

    CURVES = "its loss and what it is measured by, over epochs"
    TABLE = "a table, at its end"
    NOTHING = "no more than how far it is"


def _nothing_recommended(_job: Any) -> Mapping[str, Any]:
    return {}


def _recommended_pretraining(job: Any) -> Mapping[str, Any]:
    return going_on(job.kind) if job.goes_on else {}


@dataclass(frozen=True)
class JobKind:
    """One kind of job."""

    job: type[Job]
    verb: tuple[str, ...]
    """The words after `nlp-tui`."""
    help: str
    """What it does, in a line of the command's help."""
    runner: str
    """Who does it, as module:function, looked up in the run's own process: `core.worker.Runner`."""
    group: Group
    keeps: Keeps
    phases: Mapping[str, str]
    """What its progress events call their phases, each in plain words."""
    draws: Draws = Draws.CURVES
    title: str = ""
    """How the form lists it."""
    idea: str = ""
    """What it is for, in a sentence of the form."""
    no_curves: str = ""
    """Said where the curves of others are, while it runs."""
    no_curves_when_done: str = ""
    what_next: str = ""
    """What can be done with what it made."""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Named settings, as what differs from the defaults."""
    recommended: Callable[[Any], Mapping[str, Any]] = _nothing_recommended
    """What a job of this kind is recommended to differ from the defaults in."""
    side_by_side: bool = False
    """Whether several that are asked for together run at the same time."""
    card: str = ""
    """The card, of what ships, that says how long such a job takes; formatted with `job`."""
    work: tuple[str, ...] = ()
    """The fields whose product says how much there is to do."""


_TEXT = {"data": "reading the data", "waiting": "waiting for a run that makes the same"}
_WORDS = {**_TEXT, "vocabulary": "counting words"}
_TUNED = {"train": "training", "score": "scoring"}

KINDS: tuple[JobKind, ...] = (
    JobKind(
        TrainJob,
        ("train",),
        "train the classifier of one or several eras",
        "core.finetuning.train:train",
        Group.TRAINING,
        Keeps.MODEL,
        {
            **_TEXT,
            "teacher": "the teacher labels the texts",
            "states": "reading every text as the model is, once",
            "head": "fitting W_o to what was read",
            "lower layers": "the frozen layers read the texts, once",
            **_TUNED,
        },
        recommended=lambda job: recommended(job.era, job.asks),
        card="{job.era}",
    ),
    JobKind(
        PretrainJob,
        ("pretrain", "word2vec"),
        "learn word vectors from text without labels",
        "core.pretraining.word2vec:pretrain",
        Group.PRETRAINING,
        Keeps.NOTHING,
        {**_WORDS, "word2vec": "learning word vectors"},
        title="word2vec vectors",
        idea="Learn word vectors from unlabelled text (imdb by default); later runs start from them.",
        card="word2vec-vectors",
        recommended=_recommended_pretraining,
        work=("epochs", "dimension"),
    ),
    JobKind(
        GloveJob,
        ("pretrain", "glove"),
        "fit word vectors to the co-occurrence counts of text without labels",
        "core.pretraining.glove:pretrain",
        Group.PRETRAINING,
        Keeps.NOTHING,
        {
            **_WORDS,
            "cooccurrence": "counting which words stand near each other",
            "glove": "fitting word vectors to the counts",
        },
        title="GloVe vectors",
        idea="Fit word vectors to the co-occurrence counts of unlabelled text (imdb by default); later runs start "
        "from them.",
        card="glove-vectors",
        recommended=_recommended_pretraining,
        work=("epochs", "dimension"),
    ),
    JobKind(
        LanguageModelJob,
        ("pretrain", "lm"),
        "learn an LSTM language model from text without labels",
        "core.pretraining.language_model:pretrain",
        Group.PRETRAINING,
        Keeps.CHECKPOINT,
        {**_WORDS, "processes": "waiting for the other processes", **_TUNED},
        title="language model",
        idea="Learn to guess the next word of unlabelled text (backward: the one before); elmo and ulmfit reuse it.",
        what_next="elmo and ulmfit start from the language models of both directions: n",
        presets=LANGUAGE_MODEL_PRESETS,
        side_by_side=True,
        card="lm-{job.direction}",
        recommended=_recommended_pretraining,
        work=("epochs", "hidden"),
    ),
    JobKind(
        MaskedJob,
        ("pretrain", "mlm"),
        "have a pretrained transformer read text without labels: it learns to guess masked words",
        "core.pretraining.masked_language_model:pretrain",
        Group.PRETRAINING,
        Keeps.CHECKPOINT,
        {**_TEXT, "pieces": "spelling words in pieces", **_TUNED},
        title="masked words",
        idea="MiniLM reads unlabelled text: its upper layers learn to guess masked words: for F3, Words.",
        what_next="F3 looks into it: the model mlm",
        presets=MASKED_PRESETS,
        card="mlm",
        recommended=_recommended_pretraining,
        work=("steps", "batch_size"),
    ),
    JobKind(
        IndexJob,
        ("index",),
        "index the text that contextual neighbors are found in",
        "core.service.indexing:build_index",
        Group.MEASURING,
        Keeps.NOTHING,
        {**_TEXT, "index": "indexing"},
        Draws.NOTHING,
        no_curves="An index has no curves.",
        no_curves_when_done="The index is there: F3 finds words in their sentences with it.",
    ),
    JobKind(
        LadderJob,
        ("ladder",),
        "measure the eras side by side: every one at every number of labels",
        "core.benchmark.runner:run_ladder",
        Group.MEASURING,
        Keeps.MEASUREMENTS,
        {**_TEXT, "ladder": "measuring", "intervals": "comparing"},
        Draws.TABLE,
        no_curves="A ladder has curves of its own: F5 shows them as they grow.",
        no_curves_when_done="A ladder has curves of its own: F5 shows them; `nlp-tui ladder --show` prints its table.",
    ),
    JobKind(
        ReportJob,
        ("report",),
        "measure every era on one's own labelled texts, and say which to use",
        "core.appraisal.report_run:run_report",
        Group.MEASURING,
        Keeps.MEASUREMENTS,
        {**_TEXT, "appraise": "measuring eras on these texts"},
        Draws.TABLE,
        no_curves="A report has no curves. Enter opens its table, which fills while it runs.",
        no_curves_when_done="The report is there: Enter opens it.",
    ),
)

_BY_NAME: dict[str, JobKind] = {kind.job.kind: kind for kind in KINDS}
PHASES: dict[str, str] = {name: words for kind in KINDS for name, words in kind.phases.items()}
"""The phases of all kinds: a name means the same in each."""


def kind_of(job: Job | type[Job]) -> JobKind:
    """The row of a job, or of a job's class."""
    return _BY_NAME[job.kind]


def kind_named(name: str) -> JobKind:
    """The row of a stored kind: `train`, `pretrain`, `glove`, `lm`, `mlm`, `index`, `ladder`, `report`.

    Raises KeyError.
    """
    return _BY_NAME[name]
