"""What of a model can be looked at."""

from __future__ import annotations

from core import api
from core.words.questions.drift import find_origin
from core.words.sources import Sources


def inspect_model(question: api.Inspect, sources: Sources) -> api.Inspected:
    """The layers, the words, and what can be asked. Raises ModelError."""
    word_model = sources.word_models.get(question.model)
    return api.Inspected(
        question.model,
        word_model.hidden.layers if word_model.hidden else (),
        int(word_model.listed.sum()),
        word_model.matrix.shape[1],
        seeds=sources.stability.seeds(word_model),
        drifts=find_origin(word_model, sources.word_models.store) is not None,
        note=word_model.note,
    )
