"""The pretrained models that are asked about words, and which for what."""

from __future__ import annotations

from core.catalog.language_models import MASKED
from core.catalog.language_models import SPEC as LANGUAGE_MODEL

VECTORS = "vectors:word2vec"
PRETRAINED = {
    LANGUAGE_MODEL: "the pretrained language models, forward and backward",
    MASKED: "the transformer that guessed masked words of the reviews",
    VECTORS: "word vectors as they were pretrained",
}
TO_SEARCH, TO_ADD = (LANGUAGE_MODEL,), (VECTORS,)
TO_COMPARE = (MASKED, LANGUAGE_MODEL)
"""Whose vectors tell two places apart: the transformer's better, 75 to 68 of 80 words (assets/LAB.md)."""
