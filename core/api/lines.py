"""Questions and answers as lines: JSON, in ASCII, each with the number of its question.

A question travels as `{"id": n, "kind": "predict", ...fields}`; each of its answers carries the same id, and the
last one is `{"id": n, "kind": "finished"}` or `{"id": n, "kind": "failed", ...}`. Before any question the engine
says `{"id": 0, "kind": "ready", ...}`.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from core.api.errors import ErrorAnswer, ErrorQuestion
from core.api.explanations import ExplainAnswer, ExplainQuestion
from core.api.files import FileFault, FileLook, LookAtFile
from core.api.pictures import PictureAnswer, PictureQuestion
from core.api.prompts import AskPrompt, Prompted
from core.api.texts import Failed, Finished, Predict, Predicted, PredictPrefixes, PredictTwin, Ready, Rescan
from core.api.words import WordAnswer, WordQuestion

Question = (
    Predict
    | PredictTwin
    | PredictPrefixes
    | AskPrompt
    | ExplainQuestion
    | WordQuestion
    | PictureQuestion
    | ErrorQuestion
    | Rescan
)
Answer = Ready | Predicted | Prompted | ExplainAnswer | WordAnswer | PictureAnswer | ErrorAnswer | Finished | Failed


def encode(number: int, message: Question | Answer | LookAtFile | FileLook | FileFault) -> str:
    """One line (without the newline) for a question or an answer."""
    # Not msgspec's own JSON: what a person types may hold half a surrogate pair, and a line must be ASCII.
    told: dict[str, Any] = msgspec.to_builtins(message, enc_hook=float)
    return json.dumps({"id": number, **told}, ensure_ascii=True)


def fields(message: msgspec.Struct) -> dict[str, Any]:
    """What a message, or a part of one, holds: plain objects and lists, without its kind."""
    held: dict[str, Any] = msgspec.to_builtins(message, enc_hook=float)
    held.pop("kind", None)
    return held


def decode_question(line: str) -> tuple[int, Question]:
    """The question in a line, with its number. Raises ValueError on anything that is not one."""
    number, message = _decode(line, Question)
    return number, message


def decode_answer(line: str) -> tuple[int, Answer]:
    """The answer in a line, with its question's number. Raises ValueError on anything that is not one."""
    number, message = _decode(line, Answer)
    return number, message


def decode_look(line: str) -> tuple[int, LookAtFile]:
    """The question about a file in a line, with its number. Raises ValueError on anything that is not one."""
    number, message = _decode(line, LookAtFile)
    return number, message


def decode_looked(line: str) -> FileLook | FileFault:
    """The answer about a file in a line. Raises ValueError on anything that is not one."""
    _, message = _decode(line, FileLook | FileFault)
    assert isinstance(message, FileLook | FileFault)
    return message


def _decode(line: str, kinds: Any) -> tuple[int, Any]:
    try:
        fields = json.loads(line)
        return int(fields["id"]), msgspec.convert(fields, kinds)
    except (TypeError, KeyError, ValueError, RecursionError) as error:
        raise ValueError(f"not a message of this protocol: {line[:200]!r}") from error
