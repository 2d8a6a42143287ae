"""What the engine is asked of a prompted language model, and what it answers. Imports nothing heavy."""

from __future__ import annotations

from msgspec import Struct

from core.api.parts import AnyAnswer, AnyQuestion


class AskPrompt(AnyQuestion, frozen=True, tag="ask_prompt"):
    """How a model of the era `prompt` comes to its answer, template by template. Answered by one `Prompted`.

    `templates` and `answers` stand in place of the model's own where they are given, in the writing of
    `core.eras.prompts`; `likeliest`: how many of the words at each blank are told.
    """

    text: str
    model: str
    templates: tuple[str, ...] = ()
    answers: str = ""
    likeliest: int = 10


class BlankWord(Struct, frozen=True):
    """A word at a blank: its probability among all words there, and the class it counts for; empty for none."""

    word: str
    probability: float
    label: str = ""


class AskedTemplate(Struct, frozen=True):
    """What a language model puts into one template's blank.

    `direction`: how the template is read: `forward` or `backward` up to its blank, or `both` sides of it.
    `likeliest`: the likeliest words, whatever they are; `words`: all answer words, the likeliest of each class first.
    `sums`: by class, its words' probabilities added up; `nothing`: the same where there is no text at all;
    `probabilities`: what this template alone answers, calibration and the classes' bias counted in.
    """

    template: str
    direction: str
    likeliest: tuple[BlankWord, ...]
    words: tuple[BlankWord, ...]
    sums: dict[str, float]
    nothing: dict[str, float]
    probabilities: dict[str, float]
    unread: str = ""
    """What stands beyond the blank, which nothing reads."""


class Prompted(AnyAnswer, frozen=True):
    """A prompted model's answer, and how it came about.

    `probabilities`: the mean over the templates, and the answer; `calibrated`: whether what is said of no text is taken
    off; `answers`: the words of each class; `unknown`: words of the templates that the language model does not know.
    """

    model: str
    probabilities: dict[str, float]
    templates: tuple[AskedTemplate, ...]
    answers: dict[str, tuple[str, ...]]
    calibrated: bool
    tuned: bool
    labels: int | None = 0
    """How many labels it has learned from; None for all of its data."""
    unknown: tuple[str, ...] = ()
    milliseconds: float = 0.0
