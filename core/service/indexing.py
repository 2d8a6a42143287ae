"""The run that builds an index: a session finds the model, whatever it is named by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.data.corpora import unlabelled
from core.jobs import IndexJob
from core.jobs.reading import reading_of
from core.models.perplexity import held_out
from core.pretraining.language_model_scores import first_words, kept
from core.runs.events import Done
from core.runs.logger import RunLogger
from core.service.session import Session
from core.storage.store import Store
from core.words import index
from core.words.layers import LanguageModelLayers
from core.words.word_models import WordModels

WORDS = 10_000
"""Held-out words of each text that language models are scored on."""


def build_index(job: IndexJob, _run: Path, store: Store, logger: RunLogger) -> Done:
    """Build the index, or find it already built. Raises Stopped, ModelError, DataError."""
    word_models = Session().word_models
    made = index.build(job, store, logger, word_models)
    return Done(artifact=made.key, scores=measure_perplexity(job, word_models))


def measure_perplexity(job: IndexJob, word_models: WordModels) -> dict[str, dict[str, Any]]:
    """How well language models know each text of a job's corpus, by its held-out words; nothing of other models.

    What a model makes of text that it finds improbable is worth less: that should be seen beside its places.
    """
    layers = word_models.get(job.model).hidden
    if not job.corpus or not isinstance(layers, LanguageModelLayers):
        return {}
    text = unlabelled(job.corpus, job.text_column, job.offline, reading_of(job))
    scores = {}
    for part in text.parts or (text,):
        for direction, each in layers.models.items():
            if documents := first_words(kept(part.held_out, each.vocabulary), WORDS):
                scores[f"{part.name} {direction}"] = held_out(each.model, documents, each.backward).fields()
    return scores
