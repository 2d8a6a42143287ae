"""The engine's questions and answers: plain dataclasses, JSON lines. Imports nothing heavy.

A question travels as `{"id": n, "kind": "predict", ...fields}`; each of its answers carries the same id, and the
last one is `{"id": n, "kind": "finished"}` or `{"id": n, "kind": "failed", ...}`. Before any question the engine
says `{"id": 0, "kind": "ready", ...}`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


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
class Run:
    """The running probabilities: the head applied to every prefix (first 64 tokens). Answered like `Predict`."""

    kind: ClassVar[str] = "run"
    text: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class Neighbors:
    """Nearest neighbours of a word (`static`) or of the occurrence at token `position` of `sentence` (`contextual`).

    Answered by one `NeighborList`.
    """

    kind: ClassVar[str] = "neighbors"
    word: str
    model: str
    lens: str = "static"
    sentence: str | None = None
    position: int | None = None
    k: int = 12


@dataclass(frozen=True)
class Rescan:
    """Look again at what models there are (a run has finished). Answered by `Finished` alone."""

    kind: ClassVar[str] = "rescan"


Question = Predict | Run | Neighbors | Rescan

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
    (in the order of `probabilities`' keys) after each of the first tokens, and is empty unless `Run` was asked.
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
class Neighbor:
    """One neighbour. `count` is the word's count in the unlabelled text; the rest is for contextual neighbours only.

    `left`, `right`: the words around it in its sentence; `source`: data set and number of the document;
    `label`: the document's label name.
    """

    rank: int
    neighbor: str
    score: float
    count: int
    left: str = ""
    right: str = ""
    source: str = ""
    label: str = ""


@dataclass(frozen=True)
class NeighborList:
    """Neighbours of one word in one model.

    `known` is false for a word the model has no vector for; then `suggestions` holds nearest spellings.
    `missing` is `index` when contextual neighbours were asked and the model's index is not built yet.
    `note` says in one sentence what the vectors are.
    """

    kind: ClassVar[str] = "neighborlist"
    word: str
    model: str
    lens: str
    neighbors: tuple[Neighbor, ...]
    known: bool = True
    count: int = 0
    suggestions: tuple[str, ...] = ()
    missing: str = ""
    note: str = ""


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


Answer = Ready | Predicted | NeighborList | Finished | Failed

QUESTIONS: dict[str, type[Question]] = {t.kind: t for t in (Predict, Run, Neighbors, Rescan)}
ANSWERS: dict[str, type[Answer]] = {t.kind: t for t in (Ready, Predicted, NeighborList, Finished, Failed)}

_NESTED: dict[str, dict[str, type[Any]]] = {
    "predicted": {"tokens": Token},
    "neighborlist": {"neighbors": Neighbor},
}


def encode(number: int, message: Question | Answer) -> str:
    """One JSON line (without the newline) for a question or an answer."""
    return json.dumps({"id": number, "kind": message.kind, **asdict(message)}, ensure_ascii=True)


def decode_question(line: str) -> tuple[int, Question]:
    """The question in a line, with its number. Raises ValueError on anything that is not one."""
    number, message = _decode(line, QUESTIONS)
    return number, message


def decode_answer(line: str) -> tuple[int, Answer]:
    """The answer in a line, with its question's number. Raises ValueError on anything that is not one."""
    number, message = _decode(line, ANSWERS)
    return number, message


def _decode(line: str, kinds: dict[str, type[Any]]) -> tuple[int, Any]:
    try:
        fields = json.loads(line)
        number, kind = int(fields.pop("id")), fields.pop("kind")
        nested = _NESTED.get(kind, {})
        for name, value in fields.items():
            if name in nested:
                fields[name] = tuple(nested[name](**item) for item in value)
            elif isinstance(value, list):
                fields[name] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
        return number, kinds[kind](**fields)
    except (TypeError, KeyError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a message of this protocol: {line[:200]!r}") from error
