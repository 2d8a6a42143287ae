"""What a person should see of a labelled file before anything starts: splits, label budgets, a few examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.data.cautions import caution_of_test
from core.data.files import FirstLook
from core.data.splits import divide
from core.data.task import DataError

FEWEST_A_CLASS = 2
"""A draw of labels needs one of each class to train on and one to validate on."""
EXAMPLES, CLASSES = 5, 10
"""How many texts of a class are shown, and of how many classes."""


@dataclass(frozen=True)
class Prospect:
    """What can be trained on a file: the sizes of its splits, and the fewest and most labels that can be drawn.

    `fault` says why nothing can; `fewest` is 0 where a class has too few training examples for any draw but all.
    `cautions` are about the test split. `learned` are the texts to train on, `answered` those of the test.
    """

    splits: dict[str, int]
    fewest: int = 0
    most: int = 0
    fault: DataError | None = None
    cautions: tuple[str, ...] = ()
    learned: Sequence[str] = ()
    answered: Sequence[str] = ()


def foresee(found: FirstLook) -> Prospect:
    """Split the file as a training would."""
    try:
        parts = divide(found.examples, found.classes)
    except DataError as error:
        return Prospect({}, fault=error)
    splits = dict(zip(("train", "validation", "test"), map(len, parts), strict=True))
    sides = tuple(caution_of_test(splits["test"])), parts[0].texts, parts[2].texts
    train = Counter(parts[0].labels)
    if min(train[label] for label in range(len(found.classes))) < FEWEST_A_CLASS:
        return Prospect(splits, 0, 0, None, *sides)
    return Prospect(splits, FEWEST_A_CLASS * len(found.classes), splits["train"], None, *sides)


def pick_examples(found: FirstLook) -> Iterator[tuple[str, str]]:
    """Texts with their labels: the first of each class, in the order of the classes, of the first classes only."""
    places: dict[int, list[int]] = {label: [] for label in range(min(len(found.classes), CLASSES))}
    lacking = len(places)
    for place, label in enumerate(found.examples.labels):
        if label in places and len(places[label]) < EXAMPLES:
            places[label].append(place)
            lacking -= len(places[label]) == EXAMPLES
            if not lacking:
                break
    for label, firsts in places.items():
        for place in firsts:
            yield found.examples.texts[place], found.classes[label]


def describe_reading(found: FirstLook) -> str:
    """Dialect, encoding and header, in words."""
    header = {True: "the first row names the columns", False: "no header", None: ""}[found.understood.header]
    return " · ".join(filter(None, (found.understood.dialect, found.understood.encoding, header)))
