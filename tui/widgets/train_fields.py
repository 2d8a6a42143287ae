"""What a person typed into the form of a new run, and the job it asks for, or what is wrong with it in plain words."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from core.eras import BY_ID, ERAS
from core.jobs import Job, PretrainJob, TrainJob

PRETRAIN = "pretrain"
OWN_FILE = "own file"
HUB = "hub"
OTHER = "other"
ALL = "all"

KINDS: tuple[tuple[str, str], ...] = (*((era.id, era.title) for era in ERAS), (PRETRAIN, "word2vec vectors (pretrain)"))
ABSENT = frozenset(era.id for era in ERAS if not era.trainable)
BUDGETS = (20, 100, 500, 2_000)
CELLS = ("lstm", "gru", "rnn")
_FILE_TYPES = (".csv", ".tsv", ".jsonl", ".parquet")
_FEWEST_LABELS = 4

_TRAIN = TrainJob(era="scratch")
_VECTORS = PretrainJob()


@dataclass(frozen=True)
class Fields:
    """The form's fields as typed. `source` is where an own data set is: a path, or its name on the hub.

    No `epochs` means as many as the number of labels asks for.
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
    learning_rate: str = f"{_TRAIN.learning_rate:g}"
    dimension: str = str(_VECTORS.dimension)
    seed: str = str(_TRAIN.seed)
    cell: str = _TRAIN.cell

    @property
    def pretrains(self) -> bool:
        """Whether vectors are asked for, not a classifier."""
        return self.kind == PRETRAIN

    @property
    def own(self) -> bool:
        """Whether the data is the person's own, so that its place and columns are asked for."""
        return self.data in (OWN_FILE, HUB)

    def of_kind(self, kind: str) -> Fields:
        """The fields after another kind of run was chosen: what it names differently gets that kind's default."""
        after = replace(self, kind=kind)
        if after.pretrains == self.pretrains:
            return after
        epochs = str(_VECTORS.epochs) if after.pretrains else ""
        return replace(
            after, epochs=epochs, data=self.data if self.own else (_VECTORS if after.pretrains else _TRAIN).data
        )


def problems(fields: Fields) -> dict[str, str]:
    """What is wrong, by the name of the field, each in one plain sentence. Empty when the run can start."""
    found: dict[str, str] = {}
    if fields.kind in ABSENT:
        found["kind"] = f"{BY_ID[fields.kind].title} arrives later: choose scratch or word2vec"
    if fields.data == OWN_FILE and (wrong := _file_problem(fields.source)):
        found["source"] = wrong
    if fields.data == HUB and not fields.source.strip():
        found["source"] = "which data set of the hub? For example stanfordnlp/sst2"
    if (fields.pretrains or fields.epochs.strip()) and not _whole(fields.epochs, 1, 1_000):
        found["epochs"] = "epochs: a whole number from 1 to 1,000"
    if not _whole(fields.seed, 0, 2**31 - 1):
        found["seed"] = "seed: a whole number, 0 or more"
    if fields.pretrains:
        if not _whole(fields.dimension, 2, 1_024):
            found["dimension"] = "dimensions: a whole number from 2 to 1,024"
        return found
    if fields.labels == OTHER and not _whole(fields.budget, _FEWEST_LABELS, 10**9):
        found["budget"] = f"labels: a whole number, {_FEWEST_LABELS} or more"
    if not _rate(fields.learning_rate):
        found["learning_rate"] = "rate: a number above 0 and at most 1, such as 0.001"
    return found


def job(fields: Fields) -> Job:
    """The job the fields ask for. Raises ValueError when `problems` finds any."""
    if wrong := problems(fields):
        raise ValueError("; ".join(wrong.values()))
    text = (fields.text_column.strip() or None) if fields.own else None
    label = (fields.label_column.strip() or None) if fields.own else None
    if fields.pretrains:
        return PretrainJob(
            data=_data(fields),
            text_column=text,
            epochs=_number(fields.epochs),
            dimension=_number(fields.dimension),
            seed=_number(fields.seed),
        )
    budget = fields.budget if fields.labels == OTHER else fields.labels
    return TrainJob(
        era=fields.kind,
        data=_data(fields),
        text_column=text,
        label_column=label,
        labels=None if budget == ALL else _number(budget),
        epochs=_number(fields.epochs) if fields.epochs.strip() else None,
        learning_rate=float(fields.learning_rate),
        seed=_number(fields.seed),
        cell=fields.cell,
    )


def _data(fields: Fields) -> str:
    source = fields.source.strip()
    if fields.data == OWN_FILE:
        return str(Path(source).expanduser().absolute())
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
