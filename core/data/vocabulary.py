"""The words a model knows: a word is the number of its row in C."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.storage.atomic import write_text

PAD = 0
UNKNOWN = 1
SPECIALS = ("<pad>", "<unk>")
FILE = "vocabulary.tsv"


class Vocabulary:
    """Words in the order of their rows, each with its count in the text it was made from.

    Rows 0 and 1 are `<pad>` and `<unk>`, which the tokenizer can never produce. `counts` is int64 of shape (V,): 0
    for `<pad>`, and for `<unk>` the number of tokens that no row covers.
    """

    PAD = PAD
    UNKNOWN = UNKNOWN

    def __init__(self, words: Sequence[str], counts: Iterable[int]) -> None:
        self.words: tuple[str, ...] = tuple(words)
        self.counts: npt.NDArray[np.int64] = np.fromiter(counts, dtype=np.int64)
        self._index = {word: row for row, word in enumerate(self.words)}
        if self.words[:2] != SPECIALS or not len(self.words) == len(self._index) == len(self.counts):
            raise ValueError(
                "a vocabulary starts with <pad> and <unk> and has one count for each of its distinct words"
            )

    @classmethod
    def from_counts(cls, counts: Counter[str], size: int | None = None, min_count: int = 1) -> Vocabulary:
        """The `size` most frequent words, the two specials included, that occur at least `min_count` times.

        Equally frequent words are taken in alphabetical order, so the same counts always give the same rows.
        """
        ranked = sorted((-count, word) for word, count in counts.items() if count >= min_count)
        if size is not None:
            ranked = ranked[: max(0, size - len(SPECIALS))]
        kept = [-negative for negative, _ in ranked]
        unknown = counts.total() - sum(kept)
        return cls([*SPECIALS, *(word for _, word in ranked)], [0, unknown, *kept])

    def extended(self, counts: Counter[str], size: int) -> Vocabulary:
        """These rows, then the words of `counts` that have none, most frequent first, up to `size` rows in all."""
        new = sorted((-count, word) for word, count in counts.items() if word not in self)
        new = new[: max(0, size - len(self))]
        return Vocabulary([*self.words, *(word for _, word in new)], [*self.counts.tolist(), *(-n for n, _ in new)])

    def grown(self, counts: Counter[str], size: int, min_count: int) -> Vocabulary:
        """These rows, then a row for each word of another text that has none; of each word what is counted in both.

        New are those of the other text's `size` most frequent words, specials included, that occur `min_count` times.
        """
        theirs = Vocabulary.from_counts(counts, size, min_count)
        new = [word for word in theirs.words[len(SPECIALS) :] if word not in self]
        whole = Vocabulary([*self.words, *new], [0] * (len(self) + len(new)))
        whole.counts[: len(self)] = self.counts
        whole.counts[:] += whole.count(counts)
        return whole

    def count(self, counts: Counter[str]) -> npt.NDArray[np.int64]:
        """How often each row is met in a text of these words, (V,); at `<unk>` the words that have no row."""
        found = np.array([counts[word] for word in self.words], dtype=np.int64)
        found[PAD] = 0
        found[UNKNOWN] = counts.total() - int(found[len(SPECIALS) :].sum())
        return found

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Whether the word has a row of its own; the two specials are not words."""
        return self._index.get(word, PAD) > UNKNOWN if isinstance(word, str) else False

    def index(self, word: str) -> int:
        """The word's row, `UNKNOWN` if it has none."""
        row = self._index.get(word, UNKNOWN)
        return row if row > UNKNOWN else UNKNOWN

    @cached_property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Which rows are words, (V,): all but the two specials."""
        rows = np.ones(len(self.words), dtype=np.bool_)
        rows[: len(SPECIALS)] = False
        return rows

    def rows(self, word: str) -> list[int]:
        """The word's row, as a list."""
        return [self.index(word)]

    def reads(self, word: str) -> bool:
        """Whether a model is told anything about the word: it has a row."""
        return word in self

    def fits(self, words: Sequence[str]) -> int:
        """How many of the words can be encoded: all."""
        return len(words)

    def encode(self, words: Iterable[str]) -> list[int]:
        """The words' rows, in order."""
        return [self.index(word) for word in words]

    def prefixes(self, words: Sequence[str]) -> list[list[int]]:
        """The rows of a text up to each of its words."""
        rows = self.encode(words)
        return [rows[:end] for end in range(1, len(rows) + 1)]

    def parts(self, words: Sequence[str]) -> list[list[tuple[int, ...]]]:
        """The row of each word, all in one part."""
        return [[(row,) for row in self.encode(words)]]

    @cached_property
    def digest(self) -> str:
        """sha256 of words and counts."""
        return hashlib.sha256(self._table().encode()).hexdigest()

    def save(self, folder: Path) -> None:
        """Writes `vocabulary.tsv`: one word, tab, count a line, in the order of the rows."""
        write_text(folder / FILE, self._table())

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Reads what `save` wrote. Raises OSError if it is not there and ValueError if it is not such a table."""
        lines = (folder / FILE).read_text(encoding="utf-8").removesuffix("\n").split("\n")
        rows = [line.rpartition("\t") for line in lines]
        return cls([word for word, _, _ in rows], [int(count) for _, _, count in rows])

    def _table(self) -> str:
        return "".join(f"{word}\t{count}\n" for word, count in zip(self.words, self.counts.tolist(), strict=True))
