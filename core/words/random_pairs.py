"""The mean of a model's states and what random pairs of them look like, from a small sample of sentences.

They depend on the model alone, so they are kept in the store under the keys of what the states come from; those of the
models that ship do, too (`python -P -m core.release moments`), and are found there.
"""

from __future__ import annotations

import numpy as np

from core.data.corpora import load_task
from core.data.text import words
from core.jobs import DEFAULT_DATA
from core.storage.store import Artifact, Json, Spec, Store
from core.words.centering import Centering
from core.words.target import LayerVectors

KIND, RECIPE = "moments", "moments.v1"
SENTENCES, LONGEST = 600, 60
EVERY = 4
"""Of a sentence's words each fourth is looked at."""


def measure_centering(vectors: LayerVectors, store: Store) -> Centering:
    """The mean and the random pairs of those vectors, read from the store or measured once. Raises DataError."""
    return Centering.load(build_moments(vectors, store).path)


def build_moments(vectors: LayerVectors, store: Store) -> Artifact:
    """The artifact of them, made where it is not there: in seconds, of the default task's sentences."""
    return store.get_or_build(moments_spec(vectors), lambda folder: sample_centering(vectors).save(folder))


def moments_spec(vectors: LayerVectors) -> Spec:
    """What the artifact is made from."""
    config: dict[str, Json] = {"layer": vectors.layer.name, "vectors": vectors.kind, "sentences": SENTENCES}
    return Spec(KIND, RECIPE, config, DEFAULT_DATA, vectors.parents)


def sample_centering(vectors: LayerVectors) -> Centering:
    """Measured anew over the sample. Raises DataError where its texts are not here."""
    texts = load_task(DEFAULT_DATA).train.texts
    rng = np.random.default_rng(0)
    some = [words(texts[n])[:LONGEST] for n in rng.choice(len(texts), min(SENTENCES, len(texts)), replace=False)]
    positions = [[n for n, word in enumerate(text) if any(map(str.isalnum, word))][::EVERY] for text in some]
    return Centering.of(vectors.states(some, positions))
