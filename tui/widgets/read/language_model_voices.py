"""Which language models read a sentence for a row of Read: its own, and where it has none those that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.catalog.language_models import DIRECTIONS, MASKED
from core.catalog.language_models import SPEC as LANGUAGE_MODEL
from tui import safetext
from tui.model_comparison import ComparedModel

if TYPE_CHECKING:
    from core.catalog.models import Catalog

BOTH_SIDES = "masked"
_ARROWS = {"forward": "→", "backward": "←", BOTH_SIDES: "↔"}
_GIVEN = {
    "forward": "each word, given the words before it",
    "backward": "each word, given the words after it",
    BOTH_SIDES: "each word, given all the others, itself masked",
}
NAME_CELLS = 24


@dataclass(frozen=True)
class Voice:
    """A language model in one direction: what the engine is asked for, and whether it is the row's own."""

    model: str
    direction: str
    own: bool = False

    @property
    def title(self) -> str:
        """Who reads, and which way."""
        return f"{safetext.fit(self.model, NAME_CELLS)} {_ARROWS[self.direction]} {self.direction}"

    @property
    def given(self) -> str:
        """What a word is guessed from."""
        return _GIVEN[self.direction]


def list_voices(compared: ComparedModel, catalog: Catalog) -> tuple[Voice, ...]:
    """The row's own voices first, then those of directions it has none for; empty where there is no language model."""
    own = [Voice(compared.key, model.direction, own=True) for model in compared.language_models]
    encoder = compared.entry.info.encoder if compared.entry else None
    if encoder is not None and encoder.name.partition(":")[0] == MASKED:
        own.append(Voice(compared.key, BOTH_SIDES, own=True))
    there = [Voice(LANGUAGE_MODEL, way) for way in DIRECTIONS if way in catalog.language_models()]
    if MASKED in catalog.transformers():
        there.append(Voice(MASKED, BOTH_SIDES))
    heard = {voice.direction for voice in own}
    return (*own, *(voice for voice in there if voice.direction not in heard))


def describe_absence(compared: ComparedModel, voice: Voice) -> str:
    """That the row has no language model of its own, or none in this direction; empty where it has."""
    if voice.own:
        return ""
    name = safetext.fit(compared.key, NAME_CELLS)
    way = " that reads both sides" if compared.language_models else ""
    who = "" if voice.direction == BOTH_SIDES else "pair "
    return f"{name} has no language model of its own{way}: the pretrained {who}{voice.model} reads."
