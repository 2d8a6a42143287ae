"""What random pairs of shipped models' states look like: it ships, so that the first comparison waits for nothing."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.api import SIDE_BY_SIDE
from core.catalog.models import ModelError
from core.release.cards import MODELS
from core.release.verify import open_session
from core.storage.store import Store
from core.words.centering import Centering
from core.words.questions.compare_era import reads_sentences
from core.words.random_pairs import KIND, build_moments, moments_spec, sample_centering
from core.words.target import LayerVectors, resolve_vectors

TOLERANCE = 0.005
"""How far the mean cosine of random pairs may be from what ships: processors round differently."""


def ship_moments(models: Path = MODELS) -> Iterator[str]:
    """Measure them anew for each model of sentences that Compare puts beside the others; yields the folders.

    Raises ModelError where a model is not there, DataError where the sample's texts are not.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for model in SIDE_BY_SIDE:
            vectors = _vectors(model, models)
            if vectors is not None:
                target = models / f"{KIND}-{model}"
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(build_moments(vectors, store).path, target)
                yield target.name


def verify_moments(models: Path = MODELS) -> Iterator[tuple[str, float, float, bool]]:
    """Measured anew beside what ships: yields (what, shipped, measured, whether they agree)."""
    store = Store(models.parent / "none", models)
    for model in SIDE_BY_SIDE:
        try:
            vectors = _vectors(model, models)
        except ModelError as error:
            yield f"random pairs {model}: {error.message} {error.hint}", math.nan, math.nan, False
            continue
        if vectors is None:
            continue
        shipped = store.find(moments_spec(vectors).key)
        claimed = math.nan if shipped is None else float(Centering.load(shipped.path).means[0])
        measured = float(sample_centering(vectors).means[0])
        yield f"random pairs {model}: mean cosine", claimed, measured, abs(claimed - measured) <= TOLERANCE


def _vectors(model: str, models: Path) -> LayerVectors | None:
    """What Compare looks at of a shipped model; None where that is a vector a word."""
    word_model = open_session(models, models.parent / "none").word_models.get(model)
    return resolve_vectors(word_model, "", "") if reads_sentences(word_model) else None
