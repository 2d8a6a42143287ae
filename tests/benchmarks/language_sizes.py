"""What both language models of the benchmark read, and how large they are: words drawn by Zipf's law."""

from __future__ import annotations

from typing import Any

import numpy as np

VOCABULARY, DIMENSION, HIDDEN, BATCH, BPTT = 20_000, 128, 256, 64, 64
WORDS_A_DOCUMENT, DOCUMENTS = 280, 4_000

Ids = np.ndarray[Any, np.dtype[np.int32]]


def documents() -> list[Ids]:
    """The same text in every process: word n is drawn in proportion to 1/n; word 0 is left out."""
    words = np.arange(1, VOCABULARY)
    odds = (1 / words) / (1 / words).sum()
    drawn = np.random.default_rng(0).choice(words, size=(DOCUMENTS, WORDS_A_DOCUMENT), p=odds).astype(np.int32)
    return list(drawn)
