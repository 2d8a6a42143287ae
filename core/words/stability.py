"""Which static neighbours come back with another seed: those that do not say more about luck than about the word.

Nearest neighbours of word embeddings change from one training to the next (Wendlandt et al. 2018). For the shipped
models that was measured once and ships with them (core.words.returning_neighbors); for others it is measured here
over the models of one era that are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from core.catalog.models import Catalog
from core.jobs import TrainJob, from_json
from core.words.returning_neighbors import FOLDER, NEAREST, ReturningNeighbors, load_shipped
from core.words.word_models import WordModel, WordModels


@dataclass(frozen=True)
class NeighborStability:
    """`overlap`: the mean share of the ten nearest that two models have in common, over the pairs of `seeds` models.

    `counts`: in how many models' ten nearest each word is.
    """

    overlap: float
    seeds: int
    counts: Counter[str]


class SeedComparison:
    """Compares a classifier with those of its era that differ only in the seed."""

    def __init__(self, word_models: WordModels, catalog: Catalog, folder: Path = FOLDER) -> None:
        self._word_models, self._catalog, self._folder = word_models, catalog, folder

    def seeds(self, word_model: WordModel) -> int:
        """How many models the stability of the model's neighbours is measured over; 1 where it is not."""
        known = self._known(word_model)
        return 1 + len(known.seeds) if known else len(self.models(word_model))

    def models(self, word_model: WordModel) -> tuple[str, ...]:
        """The specs of the models alike but for their seeds, the model's own among them."""
        entry = word_model.entry
        if entry is None or entry.source == "path":
            return (word_model.spec,)
        own = _but_seed(entry.info.job)
        alike = {
            other.seed: other.spec
            for other in self._catalog.entries()
            if other.era == entry.era and other.source == entry.source and _but_seed(other.info.job) == own
        }
        alike[entry.seed] = word_model.spec
        return tuple(alike[seed] for seed in sorted(alike))

    def of(self, word_model: WordModel, word: str) -> NeighborStability | None:
        """How stable a word's neighbours are; None where there is one model, or not all know the word."""
        if word not in word_model.vocabulary:
            return None
        if (known := self._known(word_model)) is not None:
            row = word_model.vocabulary.index(word)
            nearest = self._nearest(word_model, row)
            counts = Counter({each: 1 + known.count_models(row, n) for n, each in enumerate(nearest)})
            back = sum(counts.values()) - len(nearest)
            return NeighborStability(back / (NEAREST * len(known.seeds)), 1 + len(known.seeds), counts)
        specs = self.models(word_model)
        if len(specs) < 2:
            return None
        found: list[set[str]] = []
        for spec in specs:
            other = self._word_models.get(spec)
            if word not in other.vocabulary:
                return None
            found.append(set(self._nearest(other, other.vocabulary.index(word))))
        pairs = list(combinations(found, 2))
        overlap = sum(len(a & b) for a, b in pairs) / (NEAREST * len(pairs))
        return NeighborStability(overlap, len(found), Counter(each for some in found for each in some))

    def _known(self, word_model: WordModel) -> ReturningNeighbors | None:
        """What ships about the very model; None for one that was trained here."""
        return load_shipped(self._folder).get(word_model.key)

    @staticmethod
    def _nearest(word_model: WordModel, row: int) -> list[str]:
        exclude = ~word_model.listed
        exclude[row] = True
        return [
            word_model.vocabulary.words[hit]
            for hit, _ in word_model.space.nearest(word_model.matrix[row], NEAREST, exclude)
        ]


def _but_seed(job: Mapping[str, object]) -> object:
    try:
        # Models of earlier versions have options that are gone: two are alike if their jobs are.
        return from_json({"kind": TrainJob.kind, **job, "seed": 0})
    except ValueError:
        return {name: value for name, value in job.items() if name != "seed"}
