"""Two places beside each other: as words they may be the same, in their sentences they are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core import api
from core.data.corpora import load_task
from core.data.text import words
from core.jobs import DEFAULT_DATA
from core.storage.store import Json, Spec
from core.words import places
from core.words.centering import Centering, Matrix
from core.words.lookup import Lookup
from core.words.neighbors import VectorSpace
from core.words.places import Found
from core.words.word_models import WordModel, chosen

KIND, RECIPE = "moments", "moments.v1"
SENTENCES, LONGEST = 600, 60


def compare(question: api.Compare, lookup: Lookup, measure: bool = False) -> api.Compared:
    """How alike two places are. Raises ModelError or WordError.

    Where there is no index to take the mean and the baseline from, `measure` takes them from a
    small sample of sentences, in a few seconds and once.
    """
    subject = lookup.subjects.get(question.model)
    first, second = (
        places.find(place.word, place.sentence, place.position, place.occurrence, f"the {nth} sentence")
        for nth, place in (("first", question.first), ("second", question.second))
    )
    vectors = []
    for found in (first, second):
        vector, layer, kind = places.state(subject, found, question.layer, question.vectors)
        vectors.append(vector)
    index = lookup.index(subject, layer.name, kind)
    moments = index.moments if index else _measured(subject, lookup, layer.name, kind) if measure else None
    centred = None if moments is None else _cosine(*(moments.centred(v[None], "mean")[0] for v in vectors))
    return api.Compared(
        question.model,
        first.text,
        second.text,
        first.position,
        second.position,
        _static(subject, first, second),
        _cosine(*vectors),
        centred,
        None if moments is None or centred is None else moments.percentile(centred, "mean"),
        moments.baseline("mean") if moments else None,
        layer.name,
        kind,
        layer.note,
        "" if moments else "index",
    )


def _static(subject: WordModel, first: Found, second: Found) -> float | None:
    vectors = []
    for found in (first, second):
        lexicon, words = subject.vocabulary, [found.words[position] for position in found.positions]
        rows = [row for word in words if lexicon.reads(word) for row in lexicon.rows(word)]
        if not rows:
            return None
        vectors.append(subject.vector(rows))
    return _space_cosine(subject.space, *vectors)


def _space_cosine(space: VectorSpace, first: Matrix, second: Matrix) -> float:
    return min(1.0, space.cosine(first, second))


def _cosine(first: Matrix, second: Matrix) -> float:
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / lengths if lengths > 1e-12 else 0.0


def _measured(subject: WordModel, lookup: Lookup, layer: str, kind: str) -> Centering:
    """The moments of a layer over a sample of the default task's sentences, kept in the store."""
    layered, _, _ = chosen(subject, layer, kind)
    config: dict[str, Json] = {"layer": layer, "vectors": kind, "sentences": SENTENCES}

    def write(folder: Path) -> None:
        texts = load_task(DEFAULT_DATA).train.texts
        rng = np.random.default_rng(0)
        some = [words(texts[n])[:LONGEST] for n in rng.choice(len(texts), min(SENTENCES, len(texts)), replace=False)]
        spots = [[n for n, word in enumerate(text) if any(map(str.isalnum, word))] for text in some]
        Centering.of(layered.states(some, [each[::4] for each in spots], layer, kind)).save(folder)

    made = lookup.subjects.store.get_or_build(Spec(KIND, RECIPE, config, DEFAULT_DATA, layered.identity(layer)), write)
    return Centering.load(made.path)
