"""The questions about words, one a file, and the table of who answers which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core import api
from core.api.words import WordAnswer, WordQuestion
from core.words.questions.analogy import solve_analogy
from core.words.questions.compare import compare_places
from core.words.questions.compare_era import compare_era
from core.words.questions.drift import measure_drift
from core.words.questions.export import export_vectors
from core.words.questions.inspect import inspect_model
from core.words.questions.map import lay_out
from core.words.questions.neighbors import find_neighbors
from core.words.questions.senses import group_senses
from core.words.questions.surprisal import read_closely
from core.words.questions.write_on import write_on
from core.words.sources import Sources

ANSWERS: dict[type[WordQuestion], Callable[[Any, Sources], WordAnswer]] = {
    api.Inspect: inspect_model,
    api.Neighbors: find_neighbors,
    api.Compare: compare_places,
    api.CompareEra: compare_era,
    api.Senses: group_senses,
    api.Map: lay_out,
    api.Analogy: solve_analogy,
    api.Drift: measure_drift,
    api.Export: export_vectors,
    api.Surprisal: read_closely,
    api.WriteOn: write_on,
}


def answer(question: WordQuestion, sources: Sources) -> WordAnswer:
    """The answer to a question about words. Raises ModelError, WordError or ExportError."""
    return ANSWERS[type(question)](question, sources)
