"""Words and pairs of neighbouring words, as numbers: what the linear control reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.data.vocabulary import Vocabulary


def ngrams(words: Iterable[str]) -> Iterator[str]:
    """Each word, and from the second on its pair with the one before: `not`, `good`, `not good`, ...

    A word holds no space, so a pair is never mistaken for one. After w words there are 2w - 1.
    """
    before = ""
    for word in words:
        yield word
        if before:
            yield f"{before} {word}"
        before = word


class Ngrams(Vocabulary):
    """A vocabulary whose rows are words and pairs of words."""

    def encode(self, words: Iterable[str]) -> list[int]:
        """The rows of the words and of their pairs, in the order of `ngrams`."""
        return super().encode(ngrams(words))

    def prefixes(self, words: Sequence[str]) -> list[list[int]]:
        """The rows of a text up to each of its words: from the second on a word brings two."""
        return super().prefixes(words)[::2]
