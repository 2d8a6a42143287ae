"""How often words stand near each other in a text: the counts that GloVe is fitted to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.data.vocabulary import Vocabulary
from core.pretraining.corpus import Corpus

CHUNK = 1 << 19
"""Words whose pairs are counted at once: what bounds the memory that counting takes."""


def cooccurrences(corpus: Corpus, window: int, report: Callable[[int, int], None]) -> sparse.csr_array:
    """X, (V, V) float64 and symmetric: every pair of words up to `window` apart counts 1 / distance, both ways.

    Words outside the vocabulary are taken out first, as in the authors' own program and in word2vec; documents do not
    cross. A word beside itself counts both ways too. `report(done, total)` is called with the words read so far and
    may raise to stop.
    """
    size = len(corpus.vocabulary)
    known = np.flatnonzero(corpus.ids > Vocabulary.UNKNOWN)
    ids = corpus.ids[known]
    documents = np.searchsorted(corpus.offsets, known, side="right").astype(np.int32)
    counts = sparse.csr_array((size, size), dtype=np.float64)
    for start in range(0, len(ids), CHUNK):
        report(start, len(ids))
        counts = counts + _pairs(ids, documents, start, window, size)
    report(len(ids), len(ids))
    return sparse.csr_array(counts + counts.T)


def subsampled(corpus: Corpus, sample: float, seed: int) -> Corpus:
    """The corpus with occurrences of frequent words left out at random before any distance is measured.

    As word2vec does it (Mikolov et al. 2013): of a word whose share of the text is s, sqrt(sample / s) + sample / s
    stay. Applied to counts too it is what Levy, Goldberg and Dagan (2015) call dirty subsampling: the window reaches
    further, to words that say more. A sample of 0 leaves everything.
    """
    if not sample:
        return corpus
    counts = np.bincount(corpus.ids, minlength=len(corpus.vocabulary)).astype(np.float64)
    counts[: Vocabulary.UNKNOWN + 1] = 0
    ratio = sample * counts.sum() / np.maximum(counts, 1)
    chance = np.minimum(1, np.sqrt(ratio) + ratio)
    kept = np.random.default_rng(seed).random(len(corpus.ids)) < chance[corpus.ids]
    offsets = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])[corpus.offsets]
    return Corpus(corpus.ids[kept], offsets, corpus.vocabulary, corpus.counts)


def _pairs(
    ids: NDArray[np.int32], documents: NDArray[np.int32], start: int, window: int, size: int
) -> sparse.csr_array:
    """The pairs whose first word is one of a chunk, (V, V), the smaller number first: half as many are kept apart."""
    smaller: list[NDArray[np.int32]] = []
    larger: list[NDArray[np.int32]] = []
    weights: list[NDArray[np.float64]] = []
    for distance in range(1, window + 1):
        end = min(start + CHUNK, len(ids) - distance)
        if end <= start:
            break
        here, there = slice(start, end), slice(start + distance, end + distance)
        same = documents[here] == documents[there]
        first, second = ids[here][same], ids[there][same]
        smaller.append(np.minimum(first, second))
        larger.append(np.maximum(first, second))
        weights.append(np.full(len(first), 1 / distance))
    if not weights:
        return sparse.csr_array((size, size), dtype=np.float64)
    pairs = (np.concatenate(weights), (np.concatenate(smaller), np.concatenate(larger)))
    return sparse.csr_array(sparse.coo_array(pairs, shape=(size, size)))
