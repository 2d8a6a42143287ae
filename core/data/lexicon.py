"""How a model numbers words: one row of C for each (`Vocabulary`), or as many as it is spelled with (`WordPieces`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Lexicon(Protocol):
    """Rows of C and the words they stand for; `counts` of the text C was learned from, 0 where nobody counted."""

    @property
    def words(self) -> tuple[str, ...]:
        """What each row stands for, (rows,)."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """How often each row's word was seen, (rows,)."""

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which rows stand for a whole word that a person may be shown, (rows,)."""

    def __len__(self) -> int: ...

    def __contains__(self, word: object) -> bool:
        """Whether the word has a row of its own."""

    def index(self, word: str) -> int:
        """The word's own row, that of unknown words if it has none."""

    def rows(self, word: str) -> list[int]:
        """The rows that the word is read as, wherever it stands: one, or one for each of its pieces."""

    def reads(self, word: str) -> bool:
        """Whether a model is told anything about the word."""

    def encode(self, words: Sequence[str]) -> list[int]:
        """The rows that a model reads of a text, in order."""

    def prefixes(self, words: Sequence[str]) -> list[list[int]]:
        """What `encode` gives of a text up to each word that it can turn into rows."""

    def parts(self, words: Sequence[str]) -> list[list[tuple[int, ...]]]:
        """The rows of each word, cut between words into parts that a model can read at once; at least one part."""

    def fits(self, words: Sequence[str]) -> int:
        """How many of the words, from the first on, `encode` can turn into rows."""

    def save(self, folder: Path) -> None:
        """Write what `load` of the same class reads."""
