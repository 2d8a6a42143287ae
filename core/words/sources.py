"""What the questions about words are asked of."""

from __future__ import annotations

from core.catalog.models import Catalog
from core.words.known_senses import KnownCosines
from core.words.open_indexes import OpenIndexes
from core.words.stability import SeedComparison
from core.words.voices import Voices
from core.words.word_models import WordModels


class Sources:
    """The models, the indexes of their states, what other seeds made of their neighbours, and what reads and writes."""

    def __init__(self, word_models: WordModels, catalog: Catalog) -> None:
        self.word_models = word_models
        self.indexes = OpenIndexes(word_models.store)
        self.stability = SeedComparison(word_models, catalog)
        self.voices = Voices(word_models, catalog)
        self.known_senses: dict[tuple[str, ...], KnownCosines] = {}
        """By the keys of what the vectors come from, their layer and their kind: equal keys, equal cosines."""

    def forget(self) -> None:
        """Names may mean other models now, and there may be larger indexes."""
        self.word_models.forget()
        self.indexes.forget()
        self.voices.forget()
