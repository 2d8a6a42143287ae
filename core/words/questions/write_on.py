"""A sentence written on by a language model."""

from __future__ import annotations

import math

from core import api
from core.data.detokenize import written_after
from core.data.text import words
from core.words.sources import Sources
from core.words.word_models import WordError


def write_on(question: api.WriteOn, sources: Sources) -> api.Written:
    """The next words, each read before the one after it. Raises ModelError or WordError."""
    if not (math.isfinite(question.temperature) and question.temperature >= 0):
        raise WordError(f"{question.temperature:g} is no temperature.", "It is 0 (the likeliest word) or more.")
    writer = sources.voices.writer(question.model)
    typed = words(question.text)
    written = list(question.written)
    new = []
    for _ in range(question.words):
        word, bits = writer.write([*typed, *written], question.temperature, question.seed)
        written.append(word)
        new.append(api.WrittenWord(word, bits))
    return api.Written(question.model, tuple(new), written_after(question.text, written))
