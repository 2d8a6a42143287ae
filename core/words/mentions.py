"""Places in sentences: which token of a sentence is meant."""

from __future__ import annotations

from dataclasses import dataclass

from core.data.text import tokenize
from core.words.word_models import WordError, split_phrase


@dataclass(frozen=True)
class Mention:
    """A sentence's words and the places meant in it, one, or those of a phrase. `remark`: what was made of it."""

    words: list[str]
    positions: tuple[int, ...]
    remark: str = ""

    @property
    def position(self) -> int:
        """The first place."""
        return self.positions[0]

    @property
    def text(self) -> str:
        """The words at the places."""
        return " ".join(self.words[position] for position in self.positions)


def find_mention(
    word: str, sentence: str | None, position: int | None = None, occurrence: int = 1, named: str = "the sentence"
) -> Mention:
    """Token `position` of the sentence, or the word's `occurrence`-th place, from 1; a phrase where it stands whole.

    Without a sentence the word itself is one; `named` is what it is called. Raises WordError where there is no such
    place.
    """
    words = [token.text for token in tokenize(sentence if sentence is not None else word)]
    if position is not None:
        if not 0 <= position < len(words):
            raise WordError(f"{named.capitalize()} has no token number {position}.", f"It has {len(words)}.")
        return Mention(words, (position,))
    asked = list(split_phrase(word))
    starts = [n for n in range(len(words) - len(asked) + 1) if words[n : n + len(asked)] == asked]
    text = " ".join(asked)
    what = "word" if len(asked) == 1 else "phrase"
    if not starts:
        raise WordError(f"The {what} {text!r} is not in {named}.", f"Name a word of {named}.")
    if not 1 <= occurrence <= len(starts):
        times = "once" if len(starts) == 1 else f"{len(starts)} times"
        raise WordError(f"The {what} {text!r} stands in {named} only {times}.", "Name one of those.")
    start = starts[occurrence - 1]
    places = tuple(range(start, start + len(asked)))
    return Mention(words, places, describe_phrase(tuple(asked), len(asked), "states") if len(asked) > 1 else "")


def describe_phrase(words: tuple[str, ...], known: int, what: str = "vectors") -> str:
    """How a phrase was taken, in a sentence; nothing for a word alone."""
    if len(words) == 1:
        return ""
    text = f"{' '.join(words)!r} is a phrase: the mean of the {what} of its {len(words)} words"
    return f"{text}." if known == len(words) else f"{text}, {known} of which are known."
