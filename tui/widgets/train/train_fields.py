"""What a person typed into the form of a new run, and the job it asks for, or what is wrong with it in plain words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.eras.table import BY_ID, ERAS, Reads
from core.jobs import (
    LANGUAGE_MODEL_PRESETS,
    MASKED_PRESETS,
    GloveJob,
    Job,
    LanguageModelJob,
    MaskedJob,
    PretrainJob,
    TrainJob,
    VectorsJob,
)
from core.jobs import command as command_of
from core.machine.extras import BERT, absent
from tui.model_comparison import list_missing_directions

PRETRAIN = "pretrain"
GLOVE = "pretrain glove"
LANGUAGE_MODEL = "lm"
MASKED = "mlm"
OWN_FILE = "own file"
HUB = "hub"
OTHER = "other"
ALL = "all"
BOTH = "both"

KINDS: tuple[tuple[str, str], ...] = (
    *((era.id, era.title) for era in ERAS),
    (PRETRAIN, "word2vec vectors (pretrain)"),
    (GLOVE, "GloVe vectors (pretrain)"),
    (MASKED, "masked words (pretrain)"),
    (LANGUAGE_MODEL, "language model (pretrain)"),
)
REUSING = frozenset(era.id for era in ERAS if list_missing_directions(era, frozenset()))
"""The eras that start from language models."""
FINE_TUNING = frozenset(era.id for era in ERAS if era.fine_tuned or era.reads is Reads.WORDPIECES)
"""Those that have a pretrained model's own architecture: nothing of it is to be chosen."""
OF_VECTORS = {era.id: era.vectors for era in ERAS if era.vectors}
"""The eras whose C starts from word vectors, and from which."""
NAMED = {"word2vec": ("cbow", "word2vec-google-news-300"), "glove": ("stanford", "glove-wiki-gigaword-100")}
"""Names of vectors, by what kind of vectors they are."""
ARCHITECTURES = ("skipgram", "cbow")
BUDGETS = (20, 100, 500, 2_000)
CELLS = ("lstm", "gru", "rnn")
DIRECTIONS = (BOTH, "forward", "backward")
PRESETS = tuple(LANGUAGE_MODEL_PRESETS)
STARTS = ("word2vec", "random")
_FILE_TYPES = (".csv", ".tsv", ".jsonl", ".parquet")
_FEWEST_LABELS = 4
_VECTORS_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+|[0-9a-f]{4,64}")
"""A name of gensim's, or the beginning of a key."""

_TRAIN = TrainJob(era="scratch")
_VECTORS = PretrainJob()
VECTORS: dict[str, VectorsJob] = {PRETRAIN: _VECTORS, GLOVE: GloveJob()}
"""The kinds that make word vectors, each with its job of nothing but defaults."""


@dataclass(frozen=True)
class Fields:
    """The form's fields as typed. `source` is where an own data set is: a path, or its name on the hub.

    `epochs` are steps where masked words are guessed.

    No `epochs` means as many as the number of labels, or the preset, asks for; no `learning_rate` the era's own; no
    `vectors` those that were pretrained here.
    """

    kind: str = _TRAIN.era
    data: str = _TRAIN.data
    source: str = ""
    text_column: str = ""
    label_column: str = ""
    labels: str = "500"
    """Few enough for a first run of seconds, and where the eras differ most."""
    budget: str = ""
    epochs: str = ""
    learning_rate: str = ""
    dimension: str = str(_VECTORS.dimension)
    seed: str = str(_TRAIN.seed)
    cell: str = _TRAIN.cell
    direction: str = BOTH
    preset: str = PRESETS[0]
    start: str = STARTS[0]
    vectors: str = ""
    architecture: str = _VECTORS.architecture

    @property
    def pretrains(self) -> bool:
        """Whether something is learned from text without labels, not a classifier."""
        return self.kind in VECTORS or self.has_presets

    @property
    def has_presets(self) -> bool:
        """Whether it comes in a quick and a full size."""
        return self.kind in (LANGUAGE_MODEL, MASKED)

    @property
    def default_rate(self) -> float:
        """The learning rate of the era's recipe."""
        return TrainJob.of(self.kind).learning_rate

    @property
    def default_epochs(self) -> int | None:
        """The epochs of the kind where nothing is typed; None where the labels decide."""
        if self.kind in VECTORS:
            return VECTORS[self.kind].epochs
        if self.kind == LANGUAGE_MODEL:
            return LanguageModelJob(**LANGUAGE_MODEL_PRESETS[self.preset]).epochs
        if self.kind == MASKED:
            return MaskedJob(**MASKED_PRESETS[self.preset]).steps
        return TrainJob.of(self.kind).epochs

    @property
    def own(self) -> bool:
        """Whether the data is the person's own, so that its place and columns are asked for."""
        return self.data in (OWN_FILE, HUB)

    def of_kind(self, kind: str) -> Fields:
        """The fields after another kind of run was chosen: what it names differently gets that kind's default."""
        direction = TrainJob.of(kind).direction if kind in REUSING else BOTH
        after = replace(self, kind=kind, learning_rate="", direction=direction, vectors="")
        if after.pretrains or self.pretrains:  # one kind's epochs say nothing of another's
            after = replace(after, epochs="")
        if after.pretrains == self.pretrains or self.own:
            return after
        return replace(after, data=(_VECTORS if after.pretrains else _TRAIN).data)


def problems(fields: Fields, language_models: frozenset[str] | None = None) -> dict[str, str]:
    """What is wrong, by the name of the field, each in one plain sentence. Empty when the run can start.

    `language_models`: the directions there is one for; None while nobody has looked.
    """
    found: dict[str, str] = {}
    era = BY_ID.get("bert" if fields.kind == MASKED else fields.kind)
    if era and absent(era):
        found["kind"] = f"this needs {BERT}"
    if fields.kind in REUSING and language_models is not None:
        lacking = list_missing_directions(BY_ID[fields.kind], language_models, fields.direction)
        if lacking:
            named = "" if len(lacking) > 1 else f"{lacking[0]} "
            found["kind"] = f"there is no {named}language model yet: pretrain one first, it is the last of this list"
    if fields.data == OWN_FILE and (wrong := _file_problem(fields.source)):
        found["source"] = wrong
    if fields.data == HUB and not fields.source.strip():
        found["source"] = "which data set of the hub? For example stanfordnlp/sst2"
    name, most = ("steps", 1_000_000) if fields.kind == MASKED else ("epochs", 1_000)
    if fields.epochs.strip() and not _whole(fields.epochs, 1, most):
        found["epochs"] = f"{name}: a whole number from 1 to {most:,}"
    if not _whole(fields.seed, 0, 2**31 - 1):
        found["seed"] = "seed: a whole number, 0 or more"
    if fields.kind in VECTORS and not _whole(fields.dimension, 2, 1_024):
        found["dimension"] = "dimensions: a whole number from 2 to 1,024"
    if fields.pretrains:
        return found
    if fields.kind in OF_VECTORS and (wrong := _vectors_problem(fields.vectors.strip(), OF_VECTORS[fields.kind])):
        found["vectors"] = wrong
    if fields.labels == OTHER and not _whole(fields.budget, _FEWEST_LABELS, 10**9):
        found["budget"] = f"labels: a whole number, {_FEWEST_LABELS} or more"
    if fields.learning_rate.strip() and not _rate(fields.learning_rate):
        found["learning_rate"] = "rate: a number above 0 and at most 1, such as 0.001"
    return found


def command(fields: Fields) -> str:
    """The one command that starts the same runs. Raises ValueError when `problems` finds any."""
    return command_of(_job(fields, fields.direction))


def jobs_of(fields: Fields) -> tuple[Job, ...]:
    """The jobs the fields ask for: one, or one for each direction. Raises ValueError when `problems` finds any."""
    if fields.kind == LANGUAGE_MODEL and fields.direction == BOTH:
        return tuple(_job(fields, way) for way in DIRECTIONS if way != BOTH)
    return (_job(fields, fields.direction),)


def _job(fields: Fields, direction: str) -> Job:
    if wrong := problems(fields):
        raise ValueError("; ".join(wrong.values()))
    text = (fields.text_column.strip() or None) if fields.own else None
    label = (fields.label_column.strip() or None) if fields.own else None
    data, seed = _data(fields), _number(fields.seed)
    epochs = _number(fields.epochs) if fields.epochs.strip() else fields.default_epochs
    if fields.kind in VECTORS:
        assert epochs is not None
        size = _number(fields.dimension)
        asked = replace(VECTORS[fields.kind], data=data, text_column=text, epochs=epochs, dimension=size, seed=seed)
        return replace(asked, architecture=fields.architecture) if isinstance(asked, PretrainJob) else asked
    if fields.kind == LANGUAGE_MODEL:
        settings = {**LANGUAGE_MODEL_PRESETS[fields.preset], "epochs": epochs, "start": fields.start}
        return LanguageModelJob(direction=direction, data=data, text_column=text, seed=seed, **settings)
    if fields.kind == MASKED:
        assert epochs is not None
        return MaskedJob(data=data, text_column=text, seed=seed, steps=epochs)
    budget = fields.budget if fields.labels == OTHER else fields.labels
    chosen: dict[str, Any] = {}
    if fields.learning_rate.strip():
        chosen["learning_rate"] = float(fields.learning_rate)
    if fields.kind in REUSING:
        chosen["direction"] = direction
    if fields.kind not in FINE_TUNING:
        chosen["cell"] = fields.cell
    if fields.kind in OF_VECTORS and (named := fields.vectors.strip()):
        chosen["vectors"] = str(_path(named)) if _is_file(named) else named
    return TrainJob.of(
        fields.kind,
        data=data,
        text_column=text,
        label_column=label,
        labels=None if budget == ALL else _number(budget),
        epochs=epochs,
        seed=seed,
        **chosen,
    )


def _data(fields: Fields) -> str:
    source = fields.source.strip()
    if fields.data == OWN_FILE:
        return str(_path(source))
    if fields.data == HUB:
        return source if source.startswith("hf:") else f"hf:{source}"
    return fields.data


def _file_problem(source: str) -> str:
    if not source.strip():
        return "which file? A path to a CSV, TSV, JSONL or Parquet file"
    try:
        path = Path(source.strip()).expanduser()
        if path.is_dir():
            return "that is a folder: name the file in it"
        if not path.is_file():
            return "there is no file at this path"
    except (OSError, RuntimeError, ValueError):
        return "this cannot be a path on this computer"
    if path.suffix.lower() not in _FILE_TYPES:
        return "the file's name should end in .csv, .tsv, .jsonl or .parquet"
    return ""


def _vectors_problem(named: str, objective: str) -> str:
    """What is wrong with the vectors that were typed; what a run alone can find out, its failure says."""
    if not named or named in NAMED[objective] or _is_file(named):
        return ""
    for other, names in NAMED.items():
        if named in names and other != objective:
            return f"those are {other} vectors: choose {other} above"
    if "/" in named or "\\" in named or "\0" in named or named.startswith("~"):
        return "there is no file of vectors at this path"
    if _VECTORS_NAME.fullmatch(named):
        return ""
    return f"vectors: {NAMED[objective][0]}, a name of gensim's such as {NAMED[objective][1]}, or a file"


def _is_file(text: str) -> bool:
    try:
        return _path(text).is_file()
    except (OSError, RuntimeError, ValueError):
        return False


def _path(text: str) -> Path:
    """A path as a run can use it, which works in a folder of its own."""
    return Path(text).expanduser().absolute()


def _number(text: str) -> int:
    return int(text.replace(",", "").replace("_", "").strip())


def _whole(text: str, least: int, most: int) -> bool:
    try:
        return least <= _number(text) <= most
    except ValueError:
        return False


def _rate(text: str) -> bool:
    try:
        return math.isfinite(rate := float(text)) and 0 < rate <= 1
    except ValueError:
        return False
