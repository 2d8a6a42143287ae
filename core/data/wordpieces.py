"""The lexicon of a pretrained transformer: every word is spelled with one or more wordpieces (Wu et al. 2016).

The words are those of the one tokenizer (core.data.text). It splits contractions as treebanks do (`do n't`), which a
transformer never saw: they are spelled as they were written (`don`, `'t`), each piece still inside its own word.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PREFIX = "##"
"""What the pieces begin with that go on with a word."""
_NEGATION = "n't"
LARGEST_CACHE = 200_000


class WordPieces:
    """Rows of C are wordpieces; row 0 is the padding. `limit`: how many pieces of a text the transformer can read."""

    def __init__(self, tokenizer: Tokenizer, limit: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.limit = limit
        self._tokenizer = tokenizer
        self._spelled: dict[str, tuple[int, ...]] = {}
        rows = {row: piece for piece, row in tokenizer.get_vocab(with_added_tokens=True).items()}
        self.words: tuple[str, ...] = tuple(rows.get(row, "") for row in range(max(rows) + 1))
        self._index = {word: row for row, word in enumerate(self.words)}
        self._special = frozenset(tokenizer.get_added_tokens_decoder())
        self._unknown = self._index[str(json.loads(tokenizer.to_str())["model"]["unk_token"])]

    @classmethod
    def load(cls, folder: Path, limit: int) -> WordPieces:
        """Read `tokenizer.json`. Raises OSError if it is not there and ValueError if it is not one of wordpieces."""
        from tokenizers import Tokenizer

        text = (folder / "tokenizer.json").read_text(encoding="utf-8")
        try:
            kind = json.loads(text)["model"]["type"]
        except (KeyError, TypeError) as error:
            raise ValueError("tokenizer.json is not a tokenizer's") from error
        if kind != "WordPiece":
            raise ValueError(f"its tokenizer is {kind}, and only WordPiece is read")
        try:
            tokenizer = Tokenizer.from_str(text)
        except Exception as error:  # the library raises nothing narrower
            raise ValueError(f"tokenizer.json is damaged: {error}") from error
        return cls(tokenizer, limit)

    def boundaries(self) -> tuple[int, int]:
        """The rows that a text begins and ends with: `[CLS]` and `[SEP]`."""
        first, last = self._tokenizer.encode("").ids
        return int(first), int(last)

    @property
    def mask(self) -> int | None:
        """The row of `[MASK]`, which stands where a word is to be guessed; None where the pieces have none."""
        return self._index.get("[MASK]")

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Zeros, (rows,): nobody published how often each piece was seen."""
        return np.zeros(len(self.words), dtype=np.int64)

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Which rows are words by themselves, (rows,): no continuation, no special or unused entry."""
        return np.array(
            [
                bool(word) and row not in self._special and not word.startswith((PREFIX, "[unused"))
                for row, word in enumerate(self.words)
            ]
        )

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Whether the word is a wordpiece by itself."""
        return isinstance(word, str) and self.index(word) != self._unknown

    def index(self, word: str) -> int:
        """The word's own row, that of `[UNK]` if it has none."""
        row = self._index.get(word, self._unknown)
        return row if self.whole[row] else self._unknown

    def rows(self, word: str) -> list[int]:
        """The rows of the word's pieces."""
        return list(self._spell(word))

    def reads(self, word: str) -> bool:
        """Whether any part of the word can be spelled."""
        return any(row != self._unknown for row in self._spell(word))

    def spell(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """The rows of each word's pieces, at least one: a word that nothing is left of (a lone accent) is unknown."""
        found = []
        for place, word in enumerate(words):
            if place + 1 < len(words) and words[place + 1] == _NEGATION:
                word += "n"
            elif word == _NEGATION and place:
                word = "'t"
            found.append(self._spell(word))
        return found

    def fits(self, words: Sequence[str]) -> int:
        """How many of the words, from the first on, are spelled with at most `limit` pieces."""
        return len(self.parts(words)[0])

    def encode(self, words: Sequence[str]) -> list[int]:
        """The rows of the words' pieces, as far as whole words fit into `limit`."""
        return [row for word in self.parts(words)[0] for row in word]

    def prefixes(self, words: Sequence[str]) -> list[list[int]]:
        """The rows of a text up to each word that fits: each spelled anew, for the next word can change a spelling."""
        return [self.encode(words[: end + 1]) for end in range(self.fits(words))]

    def parts(self, words: Sequence[str]) -> list[list[tuple[int, ...]]]:
        """The spelled words, cut between words into parts of at most `limit` pieces; at least one part."""
        parts: list[list[tuple[int, ...]]] = [[]]
        room = self.limit
        for word in self.spell(words):
            if len(word) > room:
                parts.append([])
                room = self.limit
            parts[-1].append(word)
            room -= len(word)
        return parts

    def save(self, folder: Path) -> None:
        """Nothing: the pieces are the transformer's, which every model that is tuned from it needs anyway."""

    def _spell(self, word: str) -> tuple[int, ...]:
        if word not in self._spelled:
            if len(self._spelled) >= LARGEST_CACHE:
                self._spelled.clear()
            rows = tuple(self._tokenizer.encode(word, add_special_tokens=False).ids[: self.limit])
            self._spelled[word] = rows or (self._unknown,)
        return self._spelled[word]
