"""Unlabelled text as word numbers: tokenised once, kept in the store, shared by every self-supervised objective."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from core.data.corpora import Unlabelled
from core.data.text import words
from core.data.vocabulary import Vocabulary
from core.storage.store import Artifact, Json, Spec, Store

KIND = "corpus"
MINIMUM_COUNT = 5
OWN_COUNTS = "counts.npy"
"""How often each word stands in a text whose vocabulary is another text's, too."""


@dataclass(frozen=True)
class Corpus:
    """`ids`: all documents' word numbers, one after the other; document n is ids[offsets[n]:offsets[n + 1]].

    `counts`: how often each word stands here, (V,). A vocabulary that was taken over counts its earlier text, too.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    vocabulary: Vocabulary
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def documents(self) -> Iterator[NDArray[np.int32]]:
        """Each document's word numbers."""
        for start, end in zip(self.offsets[:-1], self.offsets[1:], strict=True):
            yield self.ids[start:end]


def build(
    store: Store,
    text: Unlabelled,
    vocabulary: int,
    report: Callable[[str, int, int], None],
    waiting: Callable[[], None] | None = None,
    known: Vocabulary | None = None,
) -> Artifact:
    """Tokenise the text, keep its `vocabulary` most frequent words, and store both.

    The words of `known` keep their rows; those of the text that it lacks come after them. `report(phase, done, total)`
    is called after every document and may raise to stop.
    """
    config: dict[str, Json] = {"vocabulary": vocabulary, "minimum_count": MINIMUM_COUNT}
    if known is not None:
        config["known"] = known.digest
    spec = Spec(
        kind=KIND,
        recipe=f"corpus.v1+{text.tokenizer}",
        config=config,
        data=text.digest,
    )

    def write(folder: Path) -> None:
        counts: Counter[str] = Counter()
        total = 2 * len(text.texts)
        for number, document in enumerate(text.texts):
            counts.update(words(document))
            report("vocabulary", number + 1, total)
        if known is None:
            table = Vocabulary.from_counts(counts, size=vocabulary, min_count=MINIMUM_COUNT)
        else:
            table = known.grown(counts, vocabulary, MINIMUM_COUNT)
            np.save(folder / OWN_COUNTS, table.count(counts))
        # Every word has a number, so their count is known before: the file takes them as they come.
        ids = open_memmap(folder / "ids.npy", mode="w+", dtype=np.int32, shape=(counts.total(),))
        offsets = np.zeros(len(text.texts) + 1, dtype=np.int64)
        for number, document in enumerate(text.texts):
            found = table.encode(words(document))
            offsets[number + 1] = offsets[number] + len(found)
            ids[offsets[number] : offsets[number + 1]] = found
            report("vocabulary", len(text.texts) + number + 1, total)
        ids.flush()
        np.save(folder / "offsets.npy", offsets)
        table.save(folder)

    return store.get_or_build(spec, write, waiting)


def load(artifact: Artifact) -> Corpus:
    """The corpus, memory-mapped."""
    vocabulary, own = Vocabulary.load(artifact.path), artifact.path / OWN_COUNTS
    return Corpus(
        ids=np.load(artifact.path / "ids.npy", mmap_mode="r"),
        offsets=np.load(artifact.path / "offsets.npy"),
        vocabulary=vocabulary,
        counts=np.load(own) if own.exists() else vocabulary.counts,
    )
