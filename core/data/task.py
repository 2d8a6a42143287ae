"""What data is, wherever it came from: a labelled task with three splits, or unlabelled text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from core.data.text import tokenizer_of
from core.errors import UserError


class DataError(UserError):
    """Data cannot be used: what is wrong, and what to do, in plain words."""


@dataclass(frozen=True)
class Split:
    """Texts and, for each, the number of its label."""

    texts: Sequence[str]
    labels: Sequence[int]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class Task:
    """A labelled task. `labels` names the classes; `notes` says what was left out and why, a sentence each."""

    name: str
    labels: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    notes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """sha256 of the content alone: label names, and every split's texts and labels in order."""
        content = hashlib.sha256(repr(self.labels).encode())
        for split in (self.train, self.validation, self.test):
            content.update(_digest(split.texts))
            content.update(repr(list(split.labels)).encode())
        return content.hexdigest()

    @cached_property
    def tokenizer(self) -> str:
        """The recipe by which the texts are tokenised."""
        return tokenizer_of(chain(self.train.texts, self.validation.texts, self.test.texts))


@dataclass(frozen=True)
class Unlabelled:
    """Text to learn from without labels. `held_out` is kept aside for perplexity and is in none of `texts`.

    `titles`: what each of `texts` is called, where it has a name. `parts`: what it was joined from, if it was.
    """

    name: str
    texts: Sequence[str]
    held_out: Sequence[str]
    notes: tuple[str, ...] = ()
    titles: Sequence[str] = ()
    parts: tuple[Unlabelled, ...] = ()

    @cached_property
    def digest(self) -> str:
        """sha256 of the texts in order."""
        return hashlib.sha256(_digest(self.texts) + _digest(self.held_out)).hexdigest()

    @cached_property
    def tokenizer(self) -> str:
        """The recipe by which the texts are tokenised."""
        return tokenizer_of(chain(self.texts, self.held_out))


def _digest(texts: Iterable[str]) -> bytes:
    content = hashlib.sha256()
    for text in texts:
        raw = text.encode("utf-8", "surrogatepass")
        content.update(len(raw).to_bytes(8, "little"))
        content.update(raw)
    return content.digest()
