"""Whose places are shown where a model's are not indexed, or not worth it: the language models'.

Of them a small index is built by itself, in seconds; the full one is a key away.
"""

from __future__ import annotations

from core import api
from core.jobs import IndexJob
from tui import safetext
from tui.word_query import WordQuery

STAND_IN = "lm"
SMALL = 8_000
"""Places of the index that builds itself: nine seconds and 8 MB."""

PlaceAnswer = api.NeighborList | api.SenseList | api.MapPoints | api.Compared


def small_job() -> IndexJob:
    """The index that builds itself."""
    return IndexJob(model=STAND_IN, occurrences=SMALL)


def lacks_places(question: api.Question, answer: api.Answer | None, query: WordQuery) -> bool:
    """Whether another model's places are to be shown in the place of the model's own."""
    if isinstance(answer, api.Failed):
        of_places = isinstance(question, api.Senses) or getattr(question, "lens", "") == "contextual"
        return of_places and not query.reads_sentences
    return isinstance(answer, PlaceAnswer) and answer.missing == "index" and query.model != STAND_IN


def describe_lack(query: WordQuery) -> str:
    """Why the places are the language models'."""
    model = safetext.visible(query.model)
    if query.reads_sentences:
        return f"{model} has no index yet: b builds it, once. Until then these are the language models' places."
    return f"{model} has no states worth searching: they know only the labels. These are the language models' places."


def choose_job(answer: PlaceAnswer, query: WordQuery) -> IndexJob | None:
    """What the key builds beside places that are shown: the model's own index, or the full one for the small."""
    own = IndexJob(model=query.model, layer=query.layer, vectors=query.vectors)
    if answer.model != query.model and query.reads_sentences:
        return own
    if isinstance(answer, api.NeighborList) and answer.searched <= SMALL and not query.corpus:
        return own if answer.model == query.model else IndexJob(model=answer.model)
    return None


def describe_more(answer: api.NeighborList, job: IndexJob | None) -> str:
    """Which key builds more of the places that are shown, where there are few."""
    return "" if job is None or job.model != answer.model else f"b: {job.occurrences:,}"
