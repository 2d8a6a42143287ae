"""The table of occurrences: words at their places in passages of text, one table for all models.

Passages of the labelled texts and of the unlabelled ones, or of named corpora, are drawn until the table is full. A
word type is held to its quota, so that rare words keep theirs and "the" does not fill it, and passages that would bring
little new are passed over while there are better ones: nearly every word that is read is one that is kept.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.corpora import DataError, Task, Unlabelled, load_task, unlabelled
from core.data.text import words
from core.jobs import NO_DATA, IndexJob
from core.jobs.reading import reading_of
from core.storage.store import Artifact, Spec, Store

KIND = "occurrences"
RECIPE = "passages.v1"
PER_WORD = 40
"""Occurrences kept of one word."""
LONGEST = 60
"""Words of a passage: whole sentences up to so many."""
TEXTS_PER_OCCURRENCE = 0.16
JOINED = "+"
"""Stands between the digests of texts in a key."""
BARS = (0.6, 0.4, 0.2, 0.0)
"""The share of a passage's words that must be new to be taken, pass by pass."""
ENDS = frozenset((".", "!", "?", "..."))


@dataclass(frozen=True)
class Passage:
    """`words` of text `number` of the data set `source`; `label` is empty where labels are unread.

    `title`: what the text is called, where it has a name.
    """

    words: list[str]
    source: str
    number: int
    label: str
    title: str = ""


COMMON, EVERYWHERE = 4e-4, 2e-3
"""Shares of all words: above the second a word says little; above the first, if it does not keep to some texts."""
CLUMPED = 0.2
"""Bits of residual IDF from which on a common word keeps to some texts, as words do that texts are about."""


@dataclass(frozen=True)
class Usual:
    """How words stand in all of a text: `counts`, how many documents hold each, `lengths` in words."""

    counts: Counter[str]
    held: Counter[str]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, documents: Iterable[Sequence[str]]) -> Usual:
        """Counted over documents."""
        counts, held, lengths = Counter[str](), Counter[str](), []
        for document in documents:
            counts.update(document)
            held.update(set(document))
            lengths.append(len(document))
        return cls(counts, held, np.array(lengths, np.int64))

    def probability(self, word: str) -> float:
        """The share of all words that are this one, smoothed: above 0 and below 1 for any word."""
        return (self.counts[word] + 0.5) / (int(self.lengths.sum()) + 1)

    def tells(self, word: str) -> bool:
        """Whether the word says anything of the places it stands at: not if it is common and stands wherever it may.

        Words that texts are about clump: they are in fewer documents than so many words thrown at random would be.
        How many fewer, in bits, is the residual IDF (Church and Gale 1995), here with the documents' own lengths.
        """
        share = self.probability(word)
        if share <= COMMON or not self.held[word]:
            return True
        expected = float((1 - np.exp(-share * self.lengths)).sum())
        return share <= EVERYWHERE and math.log2(expected / self.held[word]) >= CLUMPED


@dataclass(frozen=True)
class Occurrences:
    """Row r is word `position[r]` of `passages[passage[r]]`; rows stand passage by passage.

    Passages without a row are at the end: what was drawn and not needed, but is there when one word is looked into.
    """

    passages: list[Passage]
    passage: NDArray[np.int32]
    position: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.passage)

    def word(self, row: int) -> str:
        """The word of a row."""
        return str(self.passages[self.passage[row]].words[self.position[row]])

    def document(self, row: int) -> tuple[str, int]:
        """Data set and number of the text that a row is from."""
        passage = self.passages[self.passage[row]]
        return passage.source, passage.number

    @cached_property
    def usual(self) -> Usual:
        """How words stand in all the passages that were drawn, text by text."""
        texts: dict[tuple[str, int], list[str]] = {}
        for passage in self.passages:
            texts.setdefault((passage.source, passage.number), []).extend(passage.words)
        return Usual.of(texts.values())

    @cached_property
    def _rows(self) -> dict[str, NDArray[np.int64]]:
        found: dict[str, list[int]] = {}
        for row in range(len(self)):
            found.setdefault(self.word(row), []).append(row)
        return {word: np.array(rows) for word, rows in found.items()}

    def rows_of(self, word: str) -> NDArray[np.int64]:
        """The rows of a word."""
        return self._rows.get(word, np.zeros(0, np.int64))

    @cached_property
    def sources(self) -> dict[str, NDArray[np.int64]]:
        """The rows of each data set that has any."""
        found: dict[str, list[int]] = {}
        for row, passage in enumerate(self.passage.tolist()):
            found.setdefault(self.passages[passage].source, []).append(row)
        return {source: np.array(rows) for source, rows in sorted(found.items())}

    def searched(self, corpora: Sequence[str]) -> dict[str, int]:
        """How many rows there are of each of these data sets; of all, where none is named."""
        return {name: len(rows) for name, rows in self.sources.items() if not corpora or name in corpora}

    def rows_from(self, corpora: Sequence[str]) -> NDArray[np.int64] | None:
        """The rows of some data sets, in order; None, for all rows, where none is named."""
        rows = [self.sources[name] for name in corpora if name in self.sources]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *rows])) if corpora else None

    def places(self) -> list[list[int]]:
        """The positions of each passage's rows, without the passages that have none."""
        found: list[list[int]] = [[] for _ in range(int(self.passage[-1]) + 1)]
        for passage, position in zip(self.passage.tolist(), self.position.tolist(), strict=True):
            found[passage].append(position)
        return found

    def everywhere(self, word: str, most: int, corpora: Sequence[str] = ()) -> list[tuple[int, int]]:
        """(passage, position) of the word in all the passages that were drawn, one a passage, a sample of `most`.

        `corpora`: only in passages of these data sets.
        """
        looked = ((n, p) for n, p in enumerate(self.passages) if not corpora or p.source in corpora)
        there = [(n, p.words.index(word)) for n, p in looked if word in p.words]
        if len(there) <= most:
            return there
        chosen = np.sort(np.random.default_rng(0).choice(len(there), most, replace=False))
        return [there[place] for place in chosen]


@dataclass(frozen=True)
class _Drawn:
    """Texts that passages are drawn from, and what is known of each: its label, its title; empty where unknown."""

    name: str
    texts: Sequence[str]
    describe: Callable[[int], tuple[str, str]]
    digest: str
    tokenizer: str

    @classmethod
    def labelled(cls, task: Task) -> _Drawn:
        """The texts of a task's training split."""

        def describe(number: int) -> tuple[str, str]:
            return task.labels[task.train.labels[number]], ""

        return cls(task.name, task.train.texts, describe, task.digest, task.tokenizer)

    @classmethod
    def unlabelled(cls, text: Unlabelled) -> _Drawn:
        """The texts that may be learned from."""

        def describe(number: int) -> tuple[str, str]:
            return "", text.titles[number] if text.titles else ""

        return cls(text.name, text.texts, describe, text.digest, text.tokenizer)


def _list_texts(job: IndexJob) -> list[_Drawn]:
    """What the job's passages are drawn from. Raises DataError."""
    found = []
    if job.data is not None:
        task = load_task(job.data, job.text_column, job.label_column, job.offline, reading_of(job))
        found.append(_Drawn.labelled(task))
    if job.corpus:
        text = unlabelled(job.corpus, job.text_column, job.offline, reading_of(job))
    elif job.unlabelled != NO_DATA:
        text = unlabelled(job.unlabelled, offline=job.offline)
    else:
        return found
    return [*found, *map(_Drawn.unlabelled, text.parts or (text,))]


def build(job: IndexJob, store: Store, waiting: Callable[[], None]) -> Artifact:
    """The table of a job that names labelled text or a corpus. Raises DataError, and what `waiting` raises to stop."""
    sources = _list_texts(job)
    texts = job.documents or max(2_000, round(TEXTS_PER_OCCURRENCE * job.occurrences))
    config = {"occurrences": job.occurrences, "documents": texts, "per_word": PER_WORD, "longest": LONGEST}
    digest = JOINED.join(source.digest for source in sources)

    def write(folder: Path) -> None:
        passages = list(_passages(sources, texts, waiting))
        kept, places = _drawn(passages, job.occurrences)
        if not kept:
            raise DataError("there is no word in the text to be indexed", "name other data")
        np.save(folder / "places.npy", np.array(places, dtype=np.int32).reshape(-1, 2))
        indexed = set(map(id, kept))
        rest = [passage for passage in passages if id(passage) not in indexed]
        lines = (json.dumps(_fields(passage), ensure_ascii=False) for passage in [*kept, *rest])
        (folder / "passages.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    recipe = f"{RECIPE}+{max(source.tokenizer for source in sources)}"
    return store.get_or_build(Spec(KIND, recipe, config, digest), write, waiting)


def _fields(passage: Passage) -> list[object]:
    title = [passage.title] if passage.title else []
    return [passage.words, passage.source, passage.number, passage.label, *title]


def load(artifact: Artifact) -> Occurrences:
    """Read a table into memory."""
    places = np.load(artifact.path / "places.npy")
    lines = (artifact.path / "passages.jsonl").read_text(encoding="utf-8").split("\n")
    return Occurrences([Passage(*json.loads(line)) for line in lines if line], places[:, 0], places[:, 1])


def _passages(sources: Sequence[_Drawn], texts: int, waiting: Callable[[], None]) -> Iterator[Passage]:
    """Passages of a sample of each, equally many texts of each as far as there are any, in random order."""
    rng = np.random.default_rng(0)
    each = texts // len(sources)
    counts = [each] * (len(sources) - 1) + [texts - each * (len(sources) - 1)]
    # Never the first ones: data often comes sorted by label, and all neighbours would bear the same one.
    found: list[Passage] = []
    for source, count in zip(sources, counts, strict=True):
        for number in _sample(rng, len(source.texts), count):
            waiting()
            about = source.describe(number)
            found += (Passage(part, source.name, number, *about) for part in cut(words(source.texts[number])))
    yield from (found[place] for place in rng.permutation(len(found)))


def _sample(rng: np.random.Generator, n: int, count: int) -> list[int]:
    chosen: list[int] = np.sort(rng.choice(n, min(n, count), replace=False)).tolist()
    return chosen


def cut(text: Sequence[str]) -> Iterator[list[str]]:
    """Whole sentences up to `LONGEST` words together; a longer sentence is cut where it must be."""
    passage: list[str] = []
    sentence: list[str] = []
    for place, word in enumerate(text, 1):
        sentence.append(word)
        if word in ENDS or len(sentence) == LONGEST or place == len(text):
            if passage and len(passage) + len(sentence) > LONGEST:
                yield passage
                passage = []
            passage += sentence
            sentence = []
    if passage:
        yield passage


def _drawn(passages: Sequence[Passage], occurrences: int) -> tuple[list[Passage], list[tuple[int, int]]]:
    """Passages and (passage, position) places, `occurrences` of them if there are as many within the quotas."""
    counts: Counter[str] = Counter()
    kept: list[Passage] = []
    places: list[tuple[int, int]] = []
    left = list(passages)
    for bar in BARS:
        over: list[Passage] = []
        for passage in left:
            if len(places) >= occurrences:
                return kept, places
            new = _new(passage.words, counts)
            if not new or len(new) < bar * len(passage.words):
                over.append(passage)
                continue
            new = new[: occurrences - len(places)]
            counts.update(passage.words[position] for position in new)
            places += ((len(kept), position) for position in new)
            kept.append(passage)
        left = over
    return kept, places


def _new(text: Sequence[str], counts: Counter[str]) -> list[int]:
    """The places of words whose type has not filled its quota yet; marks and numbers of marks are no words."""
    found: list[int] = []
    here: Counter[str] = Counter()
    for position, word in enumerate(text):
        if counts[word] + here[word] < PER_WORD and any(map(str.isalnum, word)):
            here[word] += 1
            found.append(position)
    return found
