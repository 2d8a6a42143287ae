"""Neighbours of words and of places, and what of a model can be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from core import api
from core.api.questions import CENTRINGS
from core.catalog.models import Catalog
from core.storage.store import Artifact
from core.words import index as indexes
from core.words import places
from core.words.centering import Matrix
from core.words.drift import origin
from core.words.index import Index
from core.words.places import Found
from core.words.ranking import Ranking
from core.words.stability import Stability
from core.words.word_models import WordError, WordModel, WordModels, chosen, phrase

CONTEXT_WORDS = 12
MOST_PLACES = 240
"""Places of one word that are looked into at once."""
SENTENCE = 5
"""Words from which on a sentence that stands in a passage is the one asked about, and not a turn of phrase."""
REMEMBERED = 16
RESIDENT_BYTES = 300 << 20
"""How much of the indexes may be in memory at once; the one asked last always is."""


class Lookup:
    """Answers what is nearest, over the subjects; keeps the indexes that were asked for."""

    def __init__(self, subjects: WordModels, catalog: Catalog) -> None:
        self.subjects = subjects
        self._stability = Stability(subjects, catalog)
        self._indexes: dict[str, Index] = {}
        self._found: dict[tuple[str, ...], Artifact] = {}
        self._everywhere: dict[tuple[str, str, str], tuple[list[tuple[int, int]], Matrix]] = {}

    def forget(self) -> None:
        """Names may mean other models now, and there may be larger indexes."""
        self.subjects.forget()
        self._found.clear()

    def inspect(self, question: api.Inspect) -> api.Inspected:
        """What of a model can be looked at. Raises ModelError."""
        subject = self.subjects.get(question.model)
        return api.Inspected(
            question.model,
            subject.layered.layers if subject.layered else (),
            int(subject.listed.sum()),
            subject.matrix.shape[1],
            seeds=self._stability.seeds(subject),
            drifts=origin(subject, self.subjects.store) is not None,
            note=subject.note,
        )

    def neighbors(self, question: api.Neighbors) -> api.NeighborList:
        """Static or contextual neighbours. Raises ModelError or WordError."""
        if question.centring not in CENTRINGS:
            raise WordError(f"There is no centring {question.centring!r}.", f"It is one of {', '.join(CENTRINGS)}.")
        subject = self.subjects.get(question.model)
        if question.lens == "static":
            return self._static(subject, question)
        if question.lens == "contextual":
            return self._contextual(subject, question)
        raise WordError(f"There is no lens called {question.lens!r}.", "It is static or contextual.")

    def index(self, subject: WordModel, layer: str, kind: str) -> Index | None:
        """The index of the subject's states, None where none is built. Raises WordError."""
        layered, found, kind = chosen(subject, layer, kind)
        place = (*layered.identity(found.name), found.name, kind)
        if place not in self._found:
            artifact = indexes.find(self.subjects.store, layered, found.name, kind)
            if artifact is None:
                return None
            # The store is searched once: it may hold thousands of artifacts. What is not there is looked for again.
            self._found[place] = artifact
        artifact = self._found[place]
        index = self._indexes.pop(artifact.key, None) or indexes.load(self.subjects.store, artifact)
        self._indexes[artifact.key] = index
        room = RESIDENT_BYTES
        for other in reversed(self._indexes.values()):
            room -= 2 * other.states.nbytes
            if room < 0 and other is not index:
                other.rest()
        return index

    def everywhere(
        self, subject: WordModel, index: Index, word: str, layer: str, kind: str
    ) -> tuple[list[tuple[int, int]], Matrix]:
        """Places of a word in all the passages of the index's table, up to `MOST_PLACES`, and its states there."""
        key = index.key, word, kind
        if key not in self._everywhere:
            layered, _, _ = chosen(subject, layer, kind)
            places = index.table.everywhere(word, MOST_PLACES)
            texts = [index.table.passages[passage].words for passage, _ in places]
            states = layered.states(texts, [[position] for _, position in places], layer, kind)
            if len(self._everywhere) >= REMEMBERED:
                self._everywhere.pop(next(iter(self._everywhere)))
            self._everywhere[key] = places, states
        return self._everywhere[key]

    def nearest_words(
        self, subject: WordModel, vector: Matrix, k: int, without: Sequence[int], centring: str = "mean"
    ) -> tuple[api.Neighbor, ...]:
        """The k words nearest to a vector, (d,), without some rows."""
        exclude = ~subject.listed
        exclude[list(without)] = True
        moments = subject.space.moments
        return tuple(
            api.Neighbor(
                rank,
                subject.vocabulary.words[row],
                score,
                int(subject.vocabulary.counts[row]),
                percentile=moments.percentile(score, centring),
            )
            for rank, (row, score) in enumerate(subject.space.nearest(vector, k, exclude, centring), 1)
        )

    def _static(self, subject: WordModel, question: api.Neighbors) -> api.NeighborList:
        asked = phrase(question.word)
        try:
            _, rows = subject.rows(question.word)
        except WordError:
            near = subject.spellings(max(asked, key=len))
            return api.NeighborList(
                " ".join(asked), question.model, "static", (), known=False, suggestions=near, note=subject.note
            )
        found = self.nearest_words(subject, subject.vector(rows), question.k, rows, question.centring)
        stability = self._stability.of(subject, asked[0]) if len(asked) == 1 else None
        if stability is not None:
            found = tuple(replace(each, seeds=stability.counts.get(each.neighbor, 0)) for each in found)
        return api.NeighborList(
            " ".join(asked),
            question.model,
            "static",
            found,
            count=min(int(subject.vocabulary.counts[row]) for row in rows),
            note=subject.note,
            remark=places.averaged(asked, sum(map(subject.vocabulary.reads, asked))),
            centring=question.centring,
            baseline=subject.space.moments.baseline(question.centring),
            searched=int(subject.listed.sum()),
            overlap=stability.overlap if stability else None,
            seeds=stability.seeds if stability else 1,
        )

    def _contextual(self, subject: WordModel, question: api.Neighbors) -> api.NeighborList:
        found = places.find(question.word, question.sentence, question.position, question.occurrence)
        _, layer, kind = chosen(subject, question.layer, question.vectors)
        index = self.index(subject, layer.name, kind)
        words = [found.words[position] for position in found.positions]
        answer = api.NeighborList(
            found.text,
            question.model,
            "contextual",
            (),
            known=any(subject.vocabulary.reads(word) for word in words),
            count=min(subject.count(word) for word in words),
            missing="" if index else "index",
            note=layer.note,
            remark=found.remark,
            position=found.position,
            layer=layer.name,
            vectors=kind,
            centring=question.centring,
        )
        if index is None:
            return answer
        vector, _, _ = places.state(subject, found, layer.name, kind)
        hits = Hits(index, subject, index.ranking(vector, question.centring), found, question.centring)
        return replace(
            answer,
            neighbors=hits.take(question.k),
            same=hits.take(question.k, same=True),
            others=hits.take(question.k, same=False),
            baseline=index.moments.baseline(question.centring),
            searched=len(index.table),
        )


class Hits:
    """The places of an index in their ranking: one a text, and never the very sentence asked about."""

    def __init__(self, index: Index, subject: WordModel, ranking: Ranking, found: Found, centring: str) -> None:
        self._index, self._subject, self._found, self._centring = index, subject, found, centring
        self._ranking = ranking

    def take(self, k: int, same: bool | None = None) -> tuple[api.Neighbor, ...]:
        """The k best: all, only the same word elsewhere, or only other words."""
        return tuple(self.shown(rank, row, score) for rank, (row, score) in enumerate(self.rows(k, same), 1))

    def rows(self, k: int, same: bool | None = None) -> list[tuple[int, float]]:
        """The rows of the k best, with their scores."""
        return list(islice(self._distinct(k, same), k))

    def _distinct(self, k: int, same: bool | None) -> Iterator[tuple[int, float]]:
        table, word = self._index.table, self._found.words[self._found.position]
        own = None if same is None else table.rows_of(word)
        only, without = (own, None) if same else (None, own)
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
        table, asked = self._index.table, self._found.words
        words = table.passages[table.passage[row]].words
        start = int(table.position[row]) - self._found.position
        return words == asked or (len(asked) >= SENTENCE and start >= 0 and words[start : start + len(asked)] == asked)

    def shown(self, rank: int, row: int, score: float) -> api.Neighbor:
        """A row as an answer shows it."""
        table = self._index.table
        place = int(table.passage[row]), int(table.position[row])
        return shown(self._index, self._subject, place, rank, score, self._centring)


def shown(
    index: Index, subject: WordModel, place: tuple[int, int], rank: int, score: float, centring: str = "mean"
) -> api.Neighbor:
    """A (passage, position) of an index's table as an answer shows it."""
    passage, at = index.table.passages[place[0]], place[1]
    return api.Neighbor(
        rank=rank,
        neighbor=passage.words[at],
        score=score,
        count=subject.count(passage.words[at]),
        left=" ".join(passage.words[max(0, at - CONTEXT_WORDS) : at]),
        right=" ".join(passage.words[at + 1 : at + 1 + CONTEXT_WORDS]),
        source=f"{passage.source}:{passage.number}",
        label=passage.label,
        percentile=index.moments.percentile(score, centring),
    )
