"""A model's answers to all texts of a split: read once, and kept in the store under the model's key and the data's.

Logits are kept, not probabilities: what is made of them later needs no text to be read again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.batches import Encoded, in_order
from core.data.corpora import Split
from core.data.text import words
from core.pretrained.classifier import Classifier
from core.storage.store import Spec, Store

KIND = "answers"
RECIPE = "answers.v1"
FILE = "logits.npy"
BATCH = 32

Logits = NDArray[np.float32]
Told = Callable[[int, int, float | None], None]
"""Told of texts read, texts in all, and the seconds that are left, None while unknown. What it raises ends it."""


def store_spec(key: str, digest: str, split: str) -> Spec:
    """What a model's answers to a split are made from: the model's key, the data's digest."""
    return Spec(KIND, RECIPE, {"split": split}, digest, (key,))


def read_split(classifier: Classifier, texts: Split, told: Told) -> Logits:
    """(n, classes): the logits of each text, in the order of the split."""
    data = Encoded([classifier.encode(words(text)) for text in texts.texts], list(texts.labels))
    logits = np.zeros((len(data), len(classifier.labels)), np.float32)
    began, total = time.monotonic(), max(1, data.tokens())
    read = done = 0
    told(0, len(data), None)
    for rows in in_order(data, BATCH):
        logits[rows] = classifier.logits([list(data.ids[row]) for row in rows]).numpy()
        read, done = read + sum(len(data.ids[row]) for row in rows), done + len(rows)
        seconds = time.monotonic() - began
        told(done, len(data), seconds * (total - read) / read if read else None)
    return logits


def read_split_once(
    classifier: Classifier, key: str, digest: str, split: str, texts: Split, store: Store, told: Told
) -> Logits:
    """The same of the model with that key, found in the store if it was read before.

    Raises StoreError where it cannot be kept.
    """

    def build(folder: Path) -> None:
        np.save(folder / FILE, read_split(classifier, texts, told), allow_pickle=False)

    kept = store.get_or_build(store_spec(key, digest, split), build)
    logits: Logits = np.load(kept.path / FILE, allow_pickle=False)
    return logits


def to_probabilities(classifier: Classifier, logits: Logits) -> NDArray[np.float32]:
    """(n, classes): what the model's answers are shown as."""
    probabilities: NDArray[np.float32] = classifier.soften(torch.from_numpy(logits)).numpy()
    return probabilities
