"""Analogies: `king - man + woman`, by 3CosAdd and 3CosMul (Levy and Goldberg 2014)."""

from __future__ import annotations

from collections import Counter

import numpy as np
import regex

from core import api
from core.words.centering import Matrix
from core.words.sources import Sources
from core.words.vector_space import top
from core.words.word_models import WordError, split_phrase

METHODS = ("add", "mul")
EPSILON = 1e-3
HINT = "Write it like `king - man + woman`, with spaces around the signs."
_SIGN = regex.compile(r"(?:^|(?<=\s))([+\-−–])(?=\s|\p{L}|$)")


def parse(expression: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words added and the words taken away. Raises WordError where it is no such expression.

    A sign stands at the beginning or after a space, so that words with a hyphen stay whole.
    """
    parts = _SIGN.split(expression)
    plus: list[str] = []
    minus: list[str] = []
    if parts[0].strip():
        plus += _term(parts[0])
    elif len(parts) == 1:
        raise WordError("There is no word in that.", HINT)
    for sign, term in zip(parts[1::2], parts[2::2], strict=True):
        if not term.strip():
            raise WordError(f"A word is missing after {sign!r}.", HINT)
        (plus if sign == "+" else minus).extend(_term(term))
    if not plus:
        raise WordError("Nothing is added: there are only words that are taken away.", HINT)
    if len(plus) + len(minus) < 2:
        raise WordError("One word alone is no analogy.", f"{HINT} `nlp-tui neighbors` looks one word up.")
    return tuple(plus), tuple(minus)


def solve_analogy(question: api.Analogy, sources: Sources) -> api.AnalogyList:
    """The words nearest to the sum; its own are left out. Raises ModelError or WordError."""
    if question.method not in METHODS:
        raise WordError(f"There is no method {question.method!r}.", f"It is one of {', '.join(METHODS)}.")
    plus, minus = parse(question.expression)
    if Counter(plus) == Counter(minus):
        raise WordError("Nothing is left: the same words are added and taken away.", HINT)
    word_model = sources.word_models.get(question.model)
    rows = {word: word_model.rows(word)[1] for word in (*plus, *minus)}

    def queries(words: tuple[str, ...]) -> Matrix:
        # A word of several pieces is their mean, as wherever a word is looked up.
        found = [word_model.space.query(word_model.vector(rows[word])) for word in words]
        return np.array(found, np.float32).reshape(len(words), word_model.matrix.shape[1])

    scores = score_rows(word_model.space.unit, queries(plus), queries(minus), question.method)
    scores[~word_model.listed] = -np.inf
    scores[[row for some in rows.values() for row in some]] = -np.inf
    found = tuple(
        api.Neighbor(rank, word_model.vocabulary.words[row], score, int(word_model.vocabulary.counts[row]))
        for rank, (row, score) in enumerate(top(scores, question.k), 1)
    )
    left_out = ", ".join(rows)
    note = f"{word_model.note}; the words of the expression themselves are left out: {left_out}"
    return api.AnalogyList(question.expression, question.model, question.method, plus, minus, found, note)


def score_rows(unit: Matrix, plus: Matrix, minus: Matrix, method: str) -> Matrix:
    """(V,) scores of all rows, (V, d), for the words added, (p, d), and taken away, (m, d), all of length one.

    `add`: the sum of cosines with the words added less those with the words taken away, divided by how many they are.
    `mul`: the product of (1 + cosine)/2 with the ones over that with the others.
    """
    added, taken = unit @ plus.T, unit @ minus.T
    if method == "add":
        scores: Matrix = (added.sum(axis=1) - taken.sum(axis=1)) / (len(plus) + len(minus))
        return scores
    product: Matrix = ((1 + added) / 2).prod(axis=1) / ((1 + taken) / 2 + EPSILON).prod(axis=1)
    return product


def _term(text: str) -> tuple[str, ...]:
    found = split_phrase(text)
    if len(found) > 1:
        raise WordError(f"{' '.join(found)!r} is more than one word.", HINT)
    return found
