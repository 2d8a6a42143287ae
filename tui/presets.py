"""The sentences offered to try, and words in two sentences each, from assets/presets.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from core.storage.paths import ASSETS


@dataclass(frozen=True)
class Preset:
    """One sentence, and what it is an example of."""

    name: str
    text: str


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
    return tuple(Preset(item["name"], item["text"]) for item in found)


@cache
def pairs() -> tuple[Pair, ...]:
    """The words in two sentences, in the order they are offered."""
    found = json.loads((ASSETS / "presets.json").read_text("utf-8"))["pairs"]
    return tuple(Pair(item["word"], item["first"], item["second"]) for item in found)
