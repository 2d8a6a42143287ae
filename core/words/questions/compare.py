"""Two places beside each other: as words they may be the same, in their sentences they are not."""

from __future__ import annotations

import numpy as np

from core import api
from core.words.centering import Centering, Matrix
from core.words.mentions import Mention, find_mention
from core.words.random_pairs import measure_centering
from core.words.sources import Sources
from core.words.target import LayerVectors, Target, resolve_vectors
from core.words.word_models import WordModel


def compare_places(question: api.Compare, sources: Sources, measure: bool = False) -> api.Compared:
    """How alike two places are. Raises ModelError or WordError.

    Where there is no index to take the mean and the baseline from, `measure` takes them from a small sample of
    sentences: at once for models that ship with it, else once, in seconds.
    """
    word_model = sources.word_models.get(question.model)
    first, second = (
        find_mention(place.word, place.sentence, place.position, place.occurrence, f"the {nth} sentence")
        for nth, place in (("first", question.first), ("second", question.second))
    )
    vectors = resolve_vectors(word_model, question.layer, question.vectors)
    states = [Target(vectors, mention).state() for mention in (first, second)]
    centering = find_centering(vectors, sources, measure)
    centred = None if centering is None else measure_cosine(*(centering.centred(v[None], "mean")[0] for v in states))
    return api.Compared(
        question.model,
        first.text,
        second.text,
        first.position,
        second.position,
        compare_rows(word_model, first, second),
        measure_cosine(*states),
        centred,
        None if centering is None or centred is None else centering.percentile(centred, "mean"),
        centering.baseline("mean") if centering else None,
        vectors.layer.name,
        vectors.kind,
        vectors.layer.note,
        "" if centering else "index",
    )


def find_centering(vectors: LayerVectors, sources: Sources, measure: bool) -> Centering | None:
    """The mean and the random pairs of those vectors: the index's, else with `measure` a small sample's."""
    index = sources.indexes.get(vectors)
    if index is not None:
        return index.centering
    return measure_centering(vectors, sources.word_models.store) if measure else None


def compare_rows(word_model: WordModel, first: Mention, second: Mention) -> float | None:
    """The centred cosine of the two words' rows of C; None where one of them has none."""
    vectors = []
    for found in (first, second):
        lexicon, words = word_model.vocabulary, [found.words[position] for position in found.positions]
        rows = [row for word in words if lexicon.reads(word) for row in lexicon.rows(word)]
        if not rows:
            return None
        vectors.append(word_model.vector(rows))
    return min(1.0, measure_cosine(*(vector - word_model.mean for vector in vectors)))


def measure_cosine(first: Matrix, second: Matrix) -> float:
    """Of two vectors, (d,); 0 where one is nothing."""
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / lengths if lengths > 1e-12 else 0.0
