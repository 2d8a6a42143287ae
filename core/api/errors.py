"""What a model gets wrong of texts whose labels are known: what is asked, and what is answered. Imports nothing heavy.

A split of a model's own data is read whole, which takes seconds or minutes the first time; what was read is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from core.api.parts import AnyAnswer, AnyQuestion

VALIDATION, TEST = "validation", "test"
ERROR_SPLITS = (VALIDATION, TEST)
"""Validation first: it may be looked at while a recipe is being chosen."""
TEST_SPOILS = "Who looks at test errors and then changes the recipe has no test any more: the score is a choice then."


class ReadErrors(AnyQuestion, frozen=True, tag="read_errors"):
    """What a model gets wrong of a split of its own data. Answered by `SplitProgress`, several times, and `ErrorList`.

    `against`: a second model of the same data; then the texts that the two answer differently are listed. `filter`:
    only texts that hold it, letter case aside. `most`: how many texts are listed; 0 for all.
    """

    model: str
    against: str = ""
    split: str = VALIDATION
    filter: str = ""
    most: int = 200


class StopReading(AnyQuestion, frozen=True, tag="stop_reading"):
    """Nobody waits for `ReadErrors` any more. Answered by `Finished` alone."""


class SplitProgress(AnyAnswer, frozen=True, tag="split_progress"):
    """How far the reading of a split is: `read` of `total` texts, and the seconds that are left; None while unknown."""

    model: str
    read: int
    total: int
    eta: float | None = None


class ClassScore(Struct, frozen=True):
    """A class: `n` texts have it, `answered` were given it. What has no text to be measured on is None."""

    label: str
    n: int
    answered: int
    precision: float | None
    recall: float | None
    f1: float | None


class ReadAnswer(Struct, frozen=True):
    """What one model answers, and its probability, 0 to 1."""

    label: str
    probability: float
    right: bool


class JudgedText(Struct, frozen=True):
    """A text of a split at its `place`, from 0, with its true label, and what is answered.

    Of two models also the second's answer, and the `margin` between them, 0 to 1: how much more probability each gives
    to its own answer than the other does, on the mean of the two.
    """

    place: int
    text: str
    label: str
    answer: ReadAnswer
    other: ReadAnswer | None = None
    margin: float = 0.0


class ErrorList(AnyAnswer, frozen=True, tag="error_list"):
    """A split of `n` texts as a model answers it.

    `confusion`, (classes, classes): texts by true label, in rows, and answer, in columns. `texts`: what it gets wrong,
    the surest mistake first; of two models what they answer differently, the widest margin first: the first of all
    `found`, of which there are `matching` that hold the filter. `won`: of those the second gets wrong and the first
    right, and `lost` the other way. `note`: what the texts are to the model.
    """

    model: str
    against: str
    split: str
    data: str
    n: int
    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    classes: tuple[ClassScore, ...]
    texts: tuple[JudgedText, ...]
    found: int
    matching: int
    won: int = 0
    lost: int = 0
    note: str = ""

    @property
    def accuracy(self) -> float:
        """The share that is answered rightly, 0 to 1; 0 of no text."""
        return sum(row[place] for place, row in enumerate(self.confusion)) / self.n if self.n else 0.0


def list_confusions(labels: Sequence[str], confusion: Sequence[Sequence[int]]) -> list[tuple[str, str, int]]:
    """(true class, answer, how many texts) of the classes that are confused, the most frequent first.

    `confusion`: how many texts of each class, by row, were given each.
    """
    pairs = [
        (labels[true], labels[said], count)
        for true, row in enumerate(confusion)
        for said, count in enumerate(row)
        if true != said and count
    ]
    return sorted(pairs, key=lambda pair: -pair[2])


ErrorQuestion = ReadErrors | StopReading
ErrorAnswer = SplitProgress | ErrorList
