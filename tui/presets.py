"""The sentences offered to try, each with its true label and its lesson, and words in two sentences each.

They are in assets/presets.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from core.eras.table import ERAS
from core.storage.paths import ASSETS


@dataclass(frozen=True)
class Preset:
    """One sentence, its true label, and what it teaches.

    `right`: the eras whose shipped model answers it rightly; all others do not. The tests hold the models to it.
    """

    name: str
    text: str
    label: str
    right: tuple[str, ...]
    lesson: str

    @property
    def turn(self) -> str:
        """From which era on it is answered rightly, in a few words."""
        order = [era.id for era in ERAS]
        if not self.right:
            return "no era is right"
        if len(self.right) == len(order):
            return "every era is right"
        first, wrong = min(map(order.index, self.right)), [era for era in order if era not in self.right]
        later = [era for era in wrong if order.index(era) > first]
        if first == 0:
            return f"wrong: {', '.join(wrong)}"
        return f"turns at {order[first]}" + (f", not {', '.join(later)}" if later else "")


@dataclass(frozen=True)
class Pair:
    """One word in two sentences."""

    word: str
    first: str
    second: str


@cache
def presets() -> tuple[Preset, ...]:
    """The presets, in the order they are offered."""
    found = json.loads((ASSETS / "presets.json").read_text("utf-8"))["presets"]
    return tuple(Preset(**{**item, "right": tuple(item["right"])}) for item in found)


def find_preset(text: str) -> Preset | None:
    """The preset of exactly that sentence."""
    return next((preset for preset in presets() if preset.text == text), None)


@cache
def pairs() -> tuple[Pair, ...]:
    """The words in two sentences, in the order they are offered."""
    found = json.loads((ASSETS / "presets.json").read_text("utf-8"))["pairs"]
    return tuple(Pair(item["word"], item["first"], item["second"]) for item in found)
