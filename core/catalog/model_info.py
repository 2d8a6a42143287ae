"""model.json, lm.json and mlm.json: what a model is, as it was written when it was trained. Reads JSON only.

Files of every version are read: a field that did not exist has the default that stands for it, what later versions add
is passed over. What is written is written in the order of the fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from core.catalog.calibration import Calibration

MODEL_FILE = "model.json"


class EncoderName(Struct, frozen=True):
    """A pretrained transformer: what it is asked for as, and its key."""

    name: str
    key: str


class TaughtBy(Struct, frozen=True):
    """A model whose labels it learned from, in place of people's.

    `labelled`: how many texts that one was asked about; `kept`: how many of those it was trained on; `labels`: how many
    labels of people that one has learned from, None for all of its data.
    """

    name: str
    key: str
    labelled: int
    kept: int
    labels: int | None = 0


class Mix(Struct, frozen=True):
    """What a task RNN reads of its language models: γ, and the share of each layer of each direction, 1 together."""

    shares: Mapping[str, tuple[float, ...]]
    gamma: float


class ModelInfo(Struct, frozen=True, kw_only=True):
    """A trained classifier."""

    era: str
    model: str = "rnn"
    """What kind of model it is; the first shipped models had only one kind, and did not name it."""
    labels: tuple[str, ...]
    """Label names, in the order of the logits."""
    config: Mapping[str, Any]
    """What its model is built from: the fields of that model's own configuration."""
    directions: tuple[str, ...] = ()
    """The directions of the language models it has reused."""
    parameters: Mapping[str, tuple[int, ...]]
    """Shape of C, W_e, W_h and W_o, by name."""
    size: int = 0
    """How many numbers it has learned or started from; 0 where it was not counted."""
    frozen: tuple[str, ...] = ()
    """The letters of the formula that stay as they started."""
    max_tokens: int
    data: str
    """The labelled data it was trained on."""
    data_digest: str = ""
    label_budget: int | None = None
    """How many labels of people it was given, validation included, or its teacher was; None for all."""
    teacher: TaughtBy | None = None
    sizes: Mapping[str, int] = {}
    """Texts by split."""
    vectors: str | None = None
    """The key of the vectors its C started from."""
    variant: str = ""
    """Which of the era's kinds it is, where it is not the usual one: its vectors (`stanford`, `cbow`), or what is asked
    (`forward`, `backward`, `mlm`)."""
    starts: Mapping[str, str] = {}
    """The key of what each C started from, by the name of its weight, where the model cannot do without it."""
    encoder: EncoderName | None = None
    language_models: Mapping[str, str] = {}
    """Their keys, by direction."""
    mix: Mix | None = None
    seed: int
    job: Mapping[str, Any] = {}
    """The fields of the job that trained it, as they were called then."""
    best: Mapping[str, int | float] = {}
    """Epoch and scores of the best evaluation on validation texts."""
    scores: Mapping[str, Mapping[str, int | float]] = {}
    """Loss, accuracy and n by split; without `test` where the run was stopped before its test was read."""
    calibration: Calibration | None = None
    """How far its sureness can be believed; None where its test was not read, and of models of earlier versions."""


T = TypeVar("T", bound=Struct)


def read_info(folder: Path) -> ModelInfo:
    """The model.json of a folder. Raises OSError, and ValueError where it is not one."""
    return read(folder / MODEL_FILE, ModelInfo)


def write_info(folder: Path, info: ModelInfo) -> None:
    """Write model.json. Raises OSError."""
    write(folder / MODEL_FILE, info)


def read(path: Path, kind: type[T]) -> T:
    """What a file of a model says of it. Raises OSError, and ValueError where it is none of that kind."""
    # Not msgspec's own JSON, which has no half of a surrogate pair: a label or a file's name may.
    return from_fields(json.loads(path.read_text(encoding="utf-8")), kind)


def from_fields(fields: Any, kind: type[T]) -> T:
    """What the object in a file says; a field that can be left out and does not fit is left out. Raises ValueError."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError:
        if not isinstance(fields, dict):
            raise
    kept = dict(fields)
    for field in msgspec.structs.fields(kind):
        if not field.required and field.name in kept:
            try:
                msgspec.convert(kept[field.name], field.type)
            except msgspec.ValidationError:
                del kept[field.name]
    return msgspec.convert(kept, kind)


def write(path: Path, info: Struct) -> None:
    """Write it. Raises OSError."""
    path.write_text(json.dumps(msgspec.to_builtins(info), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
