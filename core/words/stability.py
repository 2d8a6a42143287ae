"""Which static neighbours come back with another seed: those that do not say more about luck than about the word.

Nearest neighbours of word embeddings change from one training to the next (Wendlandt et al. 2018). For the shipped
models that was measured once and ships with them (core.words.reseeded); for others it is measured here over the
models of one era that are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from core.catalog.models import Catalog
from core.jobs import TrainJob, from_json
from core.words.reseeded import FOLDER, NEAREST, Reseeded, shipped
from core.words.word_models import WordModel, WordModels


@dataclass(frozen=True)
class Stable:
    """`overlap`: the mean share of the ten nearest that two models have in common, over the pairs of `seeds` models.

    `counts`: in how many models' ten nearest each word is.
    """

    overlap: float
    seeds: int
    counts: Counter[str]


class Stability:
    """Compares a classifier with those of its era that differ only in the seed."""

    def __init__(self, subjects: WordModels, catalog: Catalog, folder: Path = FOLDER) -> None:
        self._subjects, self._catalog, self._folder = subjects, catalog, folder

    def seeds(self, subject: WordModel) -> int:
        """How many models the stability of the subject's neighbours is measured over; 1 where it is not."""
        known = self._known(subject)
        return 1 + len(known.seeds) if known else len(self.models(subject))

    def models(self, subject: WordModel) -> tuple[str, ...]:
        """The specs of the models alike but for their seeds, the subject's own among them."""
        entry = subject.entry
        if entry is None or entry.source == "path":
            return (subject.spec,)
        own = _but_seed(entry.info.job)
        alike = {
            other.seed: other.spec
            for other in self._catalog.entries()
            if other.era == entry.era and other.source == entry.source and _but_seed(other.info.job) == own
        }
        alike[entry.seed] = subject.spec
        return tuple(alike[seed] for seed in sorted(alike))

    def of(self, subject: WordModel, word: str) -> Stable | None:
        """How stable a word's neighbours are; None where there is one model, or not all know the word."""
        if word not in subject.vocabulary:
            return None
        if (known := self._known(subject)) is not None:
            row = subject.vocabulary.index(word)
            nearest = self._nearest(subject, row)
            counts = Counter({each: 1 + known.of(row, n) for n, each in enumerate(nearest)})
            back = sum(counts.values()) - len(nearest)
            return Stable(back / (NEAREST * len(known.seeds)), 1 + len(known.seeds), counts)
        specs = self.models(subject)
        if len(specs) < 2:
            return None
        found: list[set[str]] = []
        for spec in specs:
            other = self._subjects.get(spec)
            if word not in other.vocabulary:
                return None
            found.append(set(self._nearest(other, other.vocabulary.index(word))))
        pairs = list(combinations(found, 2))
        overlap = sum(len(a & b) for a, b in pairs) / (NEAREST * len(pairs))
        return Stable(overlap, len(found), Counter(each for some in found for each in some))

    def _known(self, subject: WordModel) -> Reseeded | None:
        """What ships about the very model; None for one that was trained here."""
        return shipped(self._folder).get(subject.key)

    @staticmethod
    def _nearest(subject: WordModel, row: int) -> list[str]:
        exclude = ~subject.listed
        exclude[row] = True
        return [
            subject.vocabulary.words[hit] for hit, _ in subject.space.nearest(subject.matrix[row], NEAREST, exclude)
        ]


def _but_seed(job: Mapping[str, object]) -> object:
    try:
        # Models of earlier versions have options that are gone: two are alike if their jobs are.
        return from_json({"kind": TrainJob.kind, **job, "seed": 0})
    except ValueError:
        return {name: value for name, value in job.items() if name != "seed"}
