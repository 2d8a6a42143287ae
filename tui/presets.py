"""The sentences offered to try, from assets/presets.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from core.paths import ASSETS


@dataclass(frozen=True)
class Preset:
    """One sentence, and what it is an example of."""

    name: str
    text: str


@cache
def presets() -> tuple[Preset, ...]:
    """The presets, in the order they are offered."""
    found = json.loads((ASSETS / "presets.json").read_text("utf-8"))["presets"]
    return tuple(Preset(item["name"], item["text"]) for item in found)
