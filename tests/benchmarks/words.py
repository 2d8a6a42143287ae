"""Word queries against what they are made of: the bare matrix product and top-k, and gensim's `most_similar`."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import torch

from core.words.centering import Centering
from core.words.vector_space import VectorSpace

PLACES, WIDTH = 200_000, 512
WORDS, DIMENSION = 20_000, 128
K, ROUNDS, QUERIES = 12, 7, 20


def contextual() -> tuple[float, float]:
    """Median seconds of a query over 200,000 places of 512 numbers: (ours, a bare product and top-k)."""
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((PLACES, WIDTH), dtype=np.float32)
    space = VectorSpace(rows, Centering.of(rows))
    queries = rng.standard_normal((QUERIES, WIDTH), dtype=np.float32)

    def bare(query: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
        scores = space.unit @ query
        np.argpartition(scores, PLACES - K)

    return _side_by_side(lambda n: space.nearest(queries[n], K), lambda n: bare(queries[n]))


def static() -> tuple[float, float]:
    """Median seconds of a word's neighbours among 20,000: (ours, gensim's on the same vectors)."""
    from gensim.models import KeyedVectors

    rng = np.random.default_rng(0)
    rows = rng.standard_normal((WORDS, DIMENSION), dtype=np.float32)
    names = [f"w{n}" for n in range(WORDS)]
    theirs = KeyedVectors(DIMENSION)
    theirs.add_vectors(names, rows)
    theirs.fill_norms()
    space = VectorSpace(rows)

    def ours(n: int) -> None:
        exclude = np.zeros(WORDS, np.bool_)
        exclude[n] = True
        space.nearest(rows[n], K, exclude)

    return _side_by_side(ours, lambda n: theirs.most_similar(names[n], topn=K))


def _side_by_side(ours: Callable[[int], object], theirs: Callable[[int], object]) -> tuple[float, float]:
    """The medians of both, taken by turns: what else runs slows both alike."""
    torch.set_num_threads(1)
    seconds: tuple[list[float], list[float]] = [], []
    for round_ in range(ROUNDS + 1):
        for n in range(QUERIES):
            for kept, ask in zip(seconds, (ours, theirs), strict=True):
                begun = time.perf_counter()
                ask(n)
                if round_:  # the first warms up
                    kept.append(time.perf_counter() - begun)
    return median(seconds[0]), median(seconds[1])
