"""Which words, or places in the indexed text, are nearest."""

from __future__ import annotations

from msgspec.structs import replace

from core import api
from core.api.parts import CENTRINGS
from core.data.corpus_list import name_corpora
from core.words.hits import Hits, list_nearest
from core.words.mentions import describe_phrase
from core.words.sources import Sources
from core.words.target import resolve
from core.words.word_models import WordError, WordModel, split_phrase


def find_neighbors(question: api.Neighbors, sources: Sources) -> api.NeighborList:
    """Static or contextual neighbours. Raises ModelError or WordError."""
    if question.centring not in CENTRINGS:
        raise WordError(f"There is no centring {question.centring!r}.", f"It is one of {', '.join(CENTRINGS)}.")
    word_model = sources.word_models.get(question.model)
    if question.lens == "static":
        return _find_words(word_model, question, sources)
    if question.lens == "contextual":
        return _find_places(word_model, question, sources)
    raise WordError(f"There is no lens called {question.lens!r}.", "It is static or contextual.")


def _find_words(word_model: WordModel, question: api.Neighbors, sources: Sources) -> api.NeighborList:
    asked = split_phrase(question.word)
    try:
        _, rows = word_model.rows(question.word)
    except WordError:
        near = word_model.spellings(max(asked, key=len))
        return api.NeighborList(
            " ".join(asked), question.model, "static", (), known=False, suggestions=near, note=word_model.note
        )
    found = list_nearest(word_model, word_model.vector(rows), question.k, rows, question.centring)
    stability = sources.stability.of(word_model, asked[0]) if len(asked) == 1 else None
    if stability is not None:
        found = tuple(replace(each, seeds=stability.counts.get(each.neighbor, 0)) for each in found)
    return api.NeighborList(
        " ".join(asked),
        question.model,
        "static",
        found,
        count=min(int(word_model.vocabulary.counts[row]) for row in rows),
        note=word_model.note,
        remark=describe_phrase(asked, sum(map(word_model.vocabulary.reads, asked))),
        centring=question.centring,
        baseline=word_model.space.centering.baseline(question.centring),
        searched=int(word_model.listed.sum()),
        overlap=stability.overlap if stability else None,
        seeds=stability.seeds if stability else 1,
    )


def _find_places(word_model: WordModel, question: api.Neighbors, sources: Sources) -> api.NeighborList:
    target = resolve(question, word_model)
    found, vectors = target.mention, target.vectors
    corpora = name_corpora(question.corpus)
    layer, index = vectors.layer, sources.indexes.get(vectors, corpora)
    words = [found.words[position] for position in found.positions]
    answer = api.NeighborList(
        found.text,
        question.model,
        "contextual",
        (),
        known=any(word_model.vocabulary.reads(word) for word in words),
        count=min(word_model.count(word) for word in words),
        missing="" if index else "index",
        note=layer.note,
        remark=found.remark,
        position=found.position,
        layer=layer.name,
        vectors=vectors.kind,
        centring=question.centring,
    )
    if index is None:
        return answer
    ranking = index.ranking(target.state(), question.centring)
    hits = Hits(index, word_model, ranking, found, question.centring, corpora)
    searched = index.table.searched(corpora)
    return replace(
        answer,
        neighbors=hits.take(question.k),
        same=hits.take(question.k, same=True),
        others=hits.take(question.k, same=False),
        baseline=index.centering.baseline(question.centring),
        searched=sum(searched.values()),
        corpora=tuple(searched),
    )
