"""Minimal pairs: two sentences that differ in one thing, and what is asserted of the answers to them.

The tests are those of CheckList (Ribeiro et al. 2020): a minimum functionality test (MFT) says which answers are right,
a directional expectation (DIR) which way a probability must not go, an invariance (INV) that nothing changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.storage.paths import ASSETS

FILE = ASSETS / "behaviour.json"


class Expectation(StrEnum):
    """What is asserted."""

    MFT = "MFT"
    """Both answers are right."""
    DIR = "DIR"
    """The right class is no less probable in the second, by more than the tolerance."""
    INV = "INV"
    """Both answers are the same, and the probability moves by no more than the tolerance."""


@dataclass(frozen=True)
class Pair:
    """Two sentences, with the right class of each."""

    first: str
    second: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Ability:
    """What a model should be able to do, with the pairs that test it. `asserts` says in words what is asserted."""

    name: str
    test: Expectation
    asserts: str
    tolerance: float
    pairs: tuple[Pair, ...]

    def holds(self, pair: Pair, first: Mapping[str, float], second: Mapping[str, float]) -> bool:
        """Whether the probabilities of both sentences' classes, 0 to 1, are as asserted."""
        one, other = pair.labels
        answers = max(first, key=first.__getitem__), max(second, key=second.__getitem__)
        match self.test:
            case Expectation.MFT:
                return answers == (one, other)
            case Expectation.DIR:
                return second[other] >= first[one] - self.tolerance
            case Expectation.INV:
                moved = abs(second[answers[0]] - first[answers[0]])
                return answers[0] == answers[1] and moved <= self.tolerance


@dataclass(frozen=True)
class Suite:
    """All abilities; `labels` are the classes that their pairs have."""

    labels: tuple[str, ...]
    note: str
    abilities: tuple[Ability, ...]


def load_suite(path: Path = FILE) -> Suite:
    """The suite of a file. Raises OSError, ValueError or KeyError for one that holds none."""
    found = json.loads(path.read_text(encoding="utf-8"))
    abilities = tuple(
        Ability(
            each["name"],
            Expectation(each["test"]),
            each["asserts"],
            each["tolerance"],
            tuple(Pair(pair["first"], pair["second"], tuple(pair["labels"])) for pair in each["pairs"]),
        )
        for each in found["abilities"]
    )
    return Suite(tuple(found["labels"]), found["note"], abilities)
