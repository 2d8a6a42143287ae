"""What the engine is asked of whole texts, and what it answers to anything. Imports nothing heavy."""

from __future__ import annotations

from core.api.parts import AnyAnswer, AnyQuestion, Token


class Predict(AnyQuestion, frozen=True):
    """Classify one text with some models; answered by one `Predicted` a model, in the order asked."""

    text: str
    models: tuple[str, ...]


class PredictPrefixes(AnyQuestion, frozen=True, tag="predict_prefixes"):
    """The running probabilities: the head applied to every prefix (first 64 tokens). Answered like `Predict`."""

    text: str
    models: tuple[str, ...]


class PredictTwin(AnyQuestion, frozen=True, tag="predict_twin"):
    """As `Predict`, of a text beside the one that is read: neither takes the other's place."""

    text: str
    models: tuple[str, ...]


class Predicted(AnyAnswer, frozen=True):
    """One model's answer to one text.

    `probabilities` maps label name to probability and sums to one; `running` holds one such list of probabilities
    (in the order of `probabilities`' keys) after each of the first tokens, empty unless `PredictPrefixes` was asked.
    `read` counts the tokens the model read: fewer than `tokens` when the text is longer than it was trained to read.
    """

    model: str
    label: str
    probabilities: dict[str, float]
    tokens: tuple[Token, ...]
    running: tuple[tuple[float, ...], ...] = ()
    read: int = 0
    milliseconds: float = 0.0


class Rescan(AnyQuestion, frozen=True):
    """Look again at what models there are (a run has finished). Answered by `Finished` alone."""


class Ready(AnyAnswer, frozen=True):
    """The engine is up and can be asked."""

    torch: str
    device: str


class Finished(AnyAnswer, frozen=True):
    """Nothing more comes for this question; `superseded` when a later question of its kind took its place."""

    superseded: bool = False


class Failed(AnyAnswer, frozen=True):
    """The question could not be answered: what happened, and what to do, in plain words.

    `model` names the model that failed where one did; the other models are still answered.
    """

    message: str
    hint: str = ""
    model: str = ""
