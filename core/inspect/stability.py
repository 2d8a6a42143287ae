"""Which static neighbours come back with another seed: those that do not say more about luck than about the word.

Nearest neighbours of word embeddings change from one training to the next (Wendlandt et al. 2018); how much is
measured here over the models of one era that are there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from core.catalog import Catalog
from core.inspect.subjects import Subject, Subjects

NEAREST = 10


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

    def __init__(self, subjects: Subjects, catalog: Catalog) -> None:
        self._subjects, self._catalog = subjects, catalog

    def models(self, subject: Subject) -> tuple[str, ...]:
        """The specs of the models alike but for their seeds, the subject's own among them."""
        entry = subject.entry
        if entry is None or entry.source == "path":
            return (subject.spec,)
        own = _but_seed(entry.info["job"])
        alike = {
            other.seed: other.spec
            for other in self._catalog.entries()
            if other.era == entry.era and other.source == entry.source and _but_seed(other.info["job"]) == own
        }
        alike[entry.seed] = subject.spec
        return tuple(alike[seed] for seed in sorted(alike))

    def of(self, subject: Subject, word: str) -> Stable | None:
        """How stable a word's neighbours are; None where there is one model, or not all know the word."""
        specs = self.models(subject)
        if len(specs) < 2:
            return None
        found: list[set[str]] = []
        for spec in specs:
            other = self._subjects.get(spec)
            if word not in other.vocabulary:
                return None
            row = other.vocabulary.index(word)
            exclude = ~other.listed
            exclude[row] = True
            nearest = other.space.nearest(other.matrix[row], NEAREST, exclude)
            found.append({other.vocabulary.words[hit] for hit, _ in nearest})
        pairs = list(combinations(found, 2))
        overlap = sum(len(a & b) for a, b in pairs) / (NEAREST * len(pairs))
        return Stable(overlap, len(found), Counter(each for some in found for each in some))


def _but_seed(job: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in job.items() if name != "seed"}
