"""Places whose sense is known, and what a model says of them: only beside that does a cosine mean something."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.api.eras_compared import Reference
from core.storage.paths import ASSETS
from core.words.centering import Centering, Matrix, scaled
from core.words.mentions import find_mention
from core.words.target import LayerVectors


@dataclass(frozen=True)
class KnownPlace:
    """A word in a sentence, and which of its senses it has there."""

    word: str
    sentence: str
    sense: int


@cache
def known_places() -> tuple[KnownPlace, ...]:
    """The places of assets/senses.json: words of two senses, four sentences of each."""
    found = json.loads((ASSETS / "senses.json").read_text("utf-8"))["words"]
    return tuple(
        KnownPlace(word, sentence, sense)
        for word, senses in found.items()
        for sense, sentences in enumerate(senses)
        for sentence in sentences
    )


@dataclass(frozen=True)
class KnownCosines:
    """Centred cosines of all known places with each other, (places, places), in the order of `known_places`."""

    cosines: Matrix

    @classmethod
    def of(cls, vectors: LayerVectors, centering: Centering) -> KnownCosines:
        """What those vectors say of the places."""
        mentions = [find_mention(place.word, place.sentence) for place in known_places()]
        states = vectors.states([each.words for each in mentions], [[each.position] for each in mentions])
        unit, _ = scaled(centering.centred(states, "mean"))
        return cls(unit @ unit.T)

    def reference(self, word: str) -> Reference:
        """Of the places of that word, or, where it is not among them, of all words."""
        places = known_places()
        words = np.array([place.word for place in places])
        senses = np.array([place.sense for place in places])
        asked = words == word
        own = bool(asked.any())
        rows = asked if own else np.ones(len(places), bool)
        of_word, of_sense = words[:, None] == words, senses[:, None] == senses
        pairs = rows[:, None] & ~np.eye(len(places), dtype=bool)
        same, apart = pairs & of_word & of_sense, pairs & of_word & ~of_sense
        nearest = np.where(of_word & ~np.eye(len(places), dtype=bool), self.cosines, -np.inf).argmax(axis=1)
        return Reference(
            word if own else "",
            self._mean(same),
            self._mean(apart),
            self._mean(pairs & ~of_word),
            int((senses[nearest] == senses)[rows].sum()),
            int(rows.sum()),
            float(same.sum() / (same | apart).sum() * rows.sum()),
        )

    def _mean(self, pairs: NDArray[np.bool_]) -> float:
        return float(self.cosines[pairs].mean())
