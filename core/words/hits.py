"""What a search found, as an answer lists it: words by their own vectors, and places of an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from core import api
from core.words.centering import Matrix
from core.words.index import Index
from core.words.mentions import Mention
from core.words.ranking import Ranking
from core.words.word_models import WordModel

CONTEXT_WORDS = 12
SENTENCE = 5
"""Words from which on a sentence that stands in a passage is the one asked about, and not a turn of phrase."""


def list_nearest(
    word_model: WordModel, vector: Matrix, k: int, without: Sequence[int], centring: str = "mean"
) -> tuple[api.Neighbor, ...]:
    """The k words nearest to a vector, (d,), without some rows."""
    exclude = ~word_model.listed
    exclude[list(without)] = True
    centering = word_model.space.centering
    return tuple(
        api.Neighbor(
            rank,
            word_model.vocabulary.words[row],
            score,
            int(word_model.vocabulary.counts[row]),
            percentile=centering.percentile(score, centring),
        )
        for rank, (row, score) in enumerate(word_model.space.nearest(vector, k, exclude, centring), 1)
    )


class Hits:
    """The places of an index in their ranking: one a text, and never the very sentence asked about.

    `corpora`: only places of these; of all where none is named.
    """

    def __init__(
        self,
        index: Index,
        word_model: WordModel,
        ranking: Ranking,
        mention: Mention,
        centring: str,
        corpora: Sequence[str] = (),
    ) -> None:
        self._where = index.table.rows_from(corpora)
        self._index, self._word_model, self._mention, self._centring = index, word_model, mention, centring
        self._ranking = ranking

    def take(self, k: int, same: bool | None = None) -> tuple[api.Neighbor, ...]:
        """The k best: all, only the same word elsewhere, or only other words."""
        return tuple(self.describe(rank, row, score) for rank, (row, score) in enumerate(self.rows(k, same), 1))

    def rows(self, k: int, same: bool | None = None) -> list[tuple[int, float]]:
        """The rows of the k best, with their scores."""
        return list(islice(self._distinct(k, same), k))

    def rows_of_others(self, k: int) -> list[tuple[int, float]]:
        """The rows of the k best other words with their scores, each word where it is nearest."""
        nearest: dict[str, tuple[int, float]] = {}
        for row, score in self._distinct(k, same=False):
            nearest.setdefault(self._index.table.word(row), (row, score))
            if len(nearest) == k:
                break
        return list(nearest.values())

    def _distinct(self, k: int, same: bool | None) -> Iterator[tuple[int, float]]:
        table, word = self._index.table, self._mention.words[self._mention.position]
        own = None if same is None else table.rows_of(word)
        only, without = (own, None) if same else (None, own)
        if self._where is not None:
            only = self._where if only is None else np.intersect1d(only, self._where)
            only, without = np.setdiff1d(only, without) if without is not None else only, None
        seen: set[tuple[str, int]] = set()
        # A text may hold many of the best places: look further down until there are enough texts.
        looked = 0
        for depth in (4 * k, 32 * k, len(table)):
            for row, score in self._ranking.best(depth, only, without)[looked:]:
                document = table.document(row)
                if document in seen or self._is_asked(row):
                    continue
                seen.add(document)
                yield row, score
            looked = depth
            if depth >= len(table):
                return

    def _is_asked(self, row: int) -> bool:
        """Whether a row is the place asked about: its sentence is the passage, or stands in it at that very place."""
        table, asked = self._index.table, self._mention.words
        words = table.passages[table.passage[row]].words
        start = int(table.position[row]) - self._mention.position
        return words == asked or (len(asked) >= SENTENCE and start >= 0 and words[start : start + len(asked)] == asked)

    def describe(self, rank: int, row: int, score: float) -> api.Neighbor:
        """A row as an answer shows it."""
        table = self._index.table
        place = int(table.passage[row]), int(table.position[row])
        return describe_place(self._index, self._word_model, place, rank, score, self._centring)


def describe_place(
    index: Index, word_model: WordModel, place: tuple[int, int], rank: int, score: float, centring: str = "mean"
) -> api.Neighbor:
    """A (passage, position) of an index's table as an answer shows it."""
    passage, at = index.table.passages[place[0]], place[1]
    return api.Neighbor(
        rank=rank,
        neighbor=passage.words[at],
        score=score,
        count=word_model.count(passage.words[at]),
        left=" ".join(passage.words[max(0, at - CONTEXT_WORDS) : at]),
        right=" ".join(passage.words[at + 1 : at + 1 + CONTEXT_WORDS]),
        source=f"{passage.source}:{passage.title or passage.number}",
        label=passage.label,
        percentile=index.centering.percentile(score, centring),
    )
