"""The engine's questions and answers: plain dataclasses, JSON lines. Imports nothing heavy.

A question travels as `{"id": n, "kind": "predict", ...fields}`; each of its answers carries the same id, and the
last one is `{"id": n, "kind": "finished"}` or `{"id": n, "kind": "failed", ...}`. Before any question the engine
says `{"id": 0, "kind": "ready", ...}`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, is_dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, get_args, get_type_hints

if TYPE_CHECKING:
    from core.api.answers import (
        AnalogyList,
        Baseline,
        Compared,
        Course,
        DriftList,
        Exported,
        Inspected,
        Layer,
        MapPoints,
        Moved,
        Neighbor,
        NeighborList,
        Pair,
        Point,
        Sense,
        SenseList,
        WordAnswer,
    )
    from core.api.questions import Analogy, Compare, Drift, Export, Inspect, Map, Neighbors, Place, Senses, WordQuestion
else:

    def __getattr__(name: str) -> Any:
        """What is about words, imported when it is first wanted: the first frame of the app needs none of it."""
        for module in map(import_module, ("core.api.questions", "core.api.answers")):
            if name in vars(module):
                return vars(module)[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Analogy",
    "AnalogyList",
    "Answer",
    "Baseline",
    "Compare",
    "Compared",
    "Course",
    "Drift",
    "DriftList",
    "Export",
    "Exported",
    "Failed",
    "Finished",
    "Inspect",
    "Inspected",
    "Layer",
    "Map",
    "MapPoints",
    "Moved",
    "Neighbor",
    "NeighborList",
    "Neighbors",
    "Pair",
    "Place",
    "Point",
    "Predict",
    "PredictPrefixes",
    "Predicted",
    "Question",
    "Ready",
    "Rescan",
    "Sense",
    "SenseList",
    "Senses",
    "Token",
    "decode_answer",
    "decode_question",
    "encode",
]


@dataclass(frozen=True)
class Token:
    """One token of a person's text: its normalised form and where it stands in the text as typed."""

    text: str
    start: int
    end: int
    known: bool = True


# ---------------------------------------------------------------- questions


@dataclass(frozen=True)
class Predict:
    """Classify one text with some models; answered by one `Predicted` a model, in the order asked."""

    kind: ClassVar[str] = "predict"
    text: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class PredictPrefixes:
    """The running probabilities: the head applied to every prefix (first 64 tokens). Answered like `Predict`."""

    kind: ClassVar[str] = "predict_prefixes"
    text: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class Rescan:
    """Look again at what models there are (a run has finished). Answered by `Finished` alone."""

    kind: ClassVar[str] = "rescan"


# ---------------------------------------------------------------- answers


@dataclass(frozen=True)
class Ready:
    """The engine is up and can be asked."""

    kind: ClassVar[str] = "ready"
    torch: str
    device: str


@dataclass(frozen=True)
class Predicted:
    """One model's answer to one text.

    `probabilities` maps label name to probability and sums to one; `running` holds one such list of probabilities
    (in the order of `probabilities`' keys) after each of the first tokens, empty unless `PredictPrefixes` was asked.
    `read` counts the tokens the model read: fewer than `tokens` when the text is longer than it was trained to read.
    """

    kind: ClassVar[str] = "predicted"
    model: str
    label: str
    probabilities: dict[str, float]
    tokens: tuple[Token, ...]
    running: tuple[tuple[float, ...], ...] = ()
    read: int = 0
    milliseconds: float = 0.0


@dataclass(frozen=True)
class Finished:
    """Nothing more comes for this question; `superseded` when a later question of its kind took its place."""

    kind: ClassVar[str] = "finished"
    superseded: bool = False


@dataclass(frozen=True)
class Failed:
    """The question could not be answered: what happened, and what to do, in plain words.

    `model` names the model that failed where one did; the other models are still answered.
    """

    kind: ClassVar[str] = "failed"
    message: str
    hint: str = ""
    model: str = ""


if TYPE_CHECKING:
    Question = Predict | PredictPrefixes | WordQuestion | Rescan
    Answer = Ready | Predicted | WordAnswer | Finished | Failed


@cache
def question_kinds() -> dict[str, type[Question]]:
    """Every kind of question, by what it is called in a line."""
    from core.api.questions import WordQuestion

    return {t.kind: t for t in (Predict, PredictPrefixes, *get_args(WordQuestion), Rescan)}


@cache
def answer_kinds() -> dict[str, type[Answer]]:
    """Every kind of answer, by what it is called in a line."""
    from core.api.answers import WordAnswer

    return {t.kind: t for t in (Ready, Predicted, *get_args(WordAnswer), Finished, Failed)}


def encode(number: int, message: Question | Answer) -> str:
    """One JSON line (without the newline) for a question or an answer."""
    return json.dumps({"id": number, "kind": message.kind, **asdict(message)}, ensure_ascii=True)


def decode_question(line: str) -> tuple[int, Question]:
    """The question in a line, with its number. Raises ValueError on anything that is not one."""
    number, message = _decode(line, question_kinds())
    return number, message


def decode_answer(line: str) -> tuple[int, Answer]:
    """The answer in a line, with its question's number. Raises ValueError on anything that is not one."""
    number, message = _decode(line, answer_kinds())
    return number, message


def _decode(line: str, kinds: dict[str, type[Any]]) -> tuple[int, Any]:
    try:
        fields = json.loads(line)
        number, kind = int(fields.pop("id")), fields.pop("kind")
        return number, _read(fields, kinds[kind])
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a message of this protocol: {line[:200]!r}") from error


def _read(fields: dict[str, Any], kind: type[Any]) -> Any:
    """An object of a dataclass out of JSON, those inside it too; lists become tuples. Raises TypeError."""
    inner = _inner(kind)
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name in inner and isinstance(value, dict):
            values[name] = _read(value, inner[name])
        elif name in inner and isinstance(value, list):
            values[name] = tuple(_read(item, inner[name]) for item in value)
        elif isinstance(value, list):
            values[name] = tuple(tuple(item) if isinstance(item, list) else item for item in value)
        else:
            values[name] = value
    return kind(**values)


def _inner(kind: type[Any]) -> dict[str, type[Any]]:
    """The fields of a dataclass that hold another one, alone, or None, or in a tuple: which one."""
    if kind not in _INNER:
        found = {}
        for name, hint in get_type_hints(kind).items():
            dataclasses = [t for t in (hint, *get_args(hint)) if isinstance(t, type) and is_dataclass(t)]
            if dataclasses:
                found[name] = dataclasses[0]
        _INNER[kind] = found
    return _INNER[kind]


_INNER: dict[type[Any], dict[str, type[Any]]] = {}
