"""Two places of a word in the eyes of one era, beside places whose sense is known. Imports nothing heavy."""

from __future__ import annotations

from msgspec import Struct

from core.api.parts import AnyAnswer, AnyQuestion, Baseline, Place

SIDE_BY_SIDE = ("scratch", "word2vec", "glove", "lm", "ulmfit", "bert", "mlm")
"""The models that are put beside one another, in the order of their years; `lm` is what elmo and prompt read with."""


class CompareEra(AnyQuestion, frozen=True):
    """What one model makes of two places. Answered by one `EraCompared`.

    No index is needed. The mean and the random pairs ship with the models that ship; of another they are measured once,
    in seconds.
    """

    model: str
    first: Place
    second: Place


class Reference(Struct, frozen=True):
    """What the same model says of places whose sense is known (assets/senses.json): mean centred cosines, -1 to 1.

    `same`: of two places of one word in one sense; `apart`: of one word in two senses; `other`: of two words.
    `right` of `places` places have a place of their own sense nearest; `chance` would be by luck.
    `word`: whose places they are; empty where the word is not among them, and all words are.
    """

    word: str
    same: float
    apart: float
    other: float
    right: int
    places: int
    chance: float


class EraCompared(AnyAnswer, frozen=True):
    """Two places in the eyes of one era, with a verdict in words.

    `static`: the cosine of the two words' rows of C, 1 for the same word; None where a word has no row. `centred`: of
    their states; None for an era that has one vector a word, and where nothing could be measured (`missing` says why).
    `percentile`: the share, 0 to 100, of random pairs of places whose cosine is lower.
    """

    model: str
    first: str
    second: str
    static: float | None
    verdict: str
    centred: float | None = None
    percentile: float | None = None
    baseline: Baseline | None = None
    reference: Reference | None = None
    layer: str = ""
    vectors: str = ""
    missing: str = ""

    @property
    def cosine(self) -> float | None:
        """What the era has to say: of the states, else of the rows of C."""
        return self.static if self.centred is None and not self.layer else self.centred
