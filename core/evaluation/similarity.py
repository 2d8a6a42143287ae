"""Do the vectors' cosines order pairs of words as people do? Spearman's rank correlation, with coverage.

WordSim-353 (Finkelstein et al. 2002) and SimLex-999 (Hill et al. 2015) come with gensim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.lexicon import Lexicon
from core.words.centering import scaled
from core.words.vector_space import VectorSpace

SETS = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}


@dataclass(frozen=True)
class Similarity:
    """Spearman's rho over the `covered` of `pairs` pairs whose words both have vectors; None where it is undefined.

    `without_top`: the same once the largest principal components are taken off as well.
    """

    spearman: float | None
    covered: int
    pairs: int
    without_top: float | None = None


def evaluate(matrix: NDArray[np.float32], vocabulary: Lexicon) -> dict[str, Similarity]:
    """Each set's correlation, with mean-centred cosines. matrix: (V, d)."""
    from gensim.test.utils import datapath

    space = VectorSpace(matrix)
    units = space.unit, scaled(space.centering.centred(matrix, "top"))[0]
    results: dict[str, Similarity] = {}
    for name, file in SETS.items():
        pairs = list(_pairs(Path(datapath(file))))
        known = [(a, b, s) for a, b, s in pairs if a in vocabulary and b in vocabulary]
        rows = [(vocabulary.index(a), vocabulary.index(b)) for a, b, _ in known]
        judged = [score for *_, score in known]
        plain, bare = (_spearman([float(unit[a] @ unit[b]) for a, b in rows], judged) for unit in units)
        results[name] = Similarity(plain, len(known), len(pairs), bare)
    return results


def _pairs(path: Path) -> Iterator[tuple[str, str, float]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            first, second, value = line.lower().split("\t")[:3]
            yield first, second, float(value)


def _spearman(a: list[float], b: list[float]) -> float | None:
    from scipy.stats import spearmanr

    if len(set(a)) < 2 or len(set(b)) < 2:
        return None
    return float(spearmanr(a, b).statistic)
