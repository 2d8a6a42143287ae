"""What a run said of itself beside its scores: pinned sentences, the letters of the formula, what is forgotten."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeVar

from core.runs.events import Forgotten, Judged, LetterMove, Moved, Pinned, PinnedAnswer, Progress
from core.runs.thinning import MOST, Series

PINS = 8
"""Sentences that a run takes."""
LETTERS = 8
"""Letters that are told apart: four, in two directions."""
_CLOSE = 1e-9

T = TypeVar("T")
Timed = Series[T]
"""(epochs, what was said then), in order; of very many, only some are kept."""


@dataclass
class Watched:
    """What was measured at which epoch. What lies beyond the point that a run goes on from is forgotten."""

    pins: tuple[str, ...] = ()
    """The sentences that are pinned now."""
    answers: dict[str, Timed[tuple[float, ...]]] = field(default_factory=dict)
    """Sentence to its probabilities, in the order of the labels."""
    readings: dict[str, Timed[PinnedAnswer]] = field(default_factory=dict)
    """Sentence to what it was when it was read token by token."""
    letters: Timed[tuple[LetterMove, ...]] = field(default_factory=Series)
    perplexity: Timed[float] = field(default_factory=Series)
    """Of the language model that is fine-tuned, on text that it never learned from."""
    gradient: Timed[float] = field(default_factory=Series)
    speed: Timed[float] = field(default_factory=Series)
    judged: Judged | None = None
    """What the finished model takes for what."""
    most: int = MOST
    """Of what was said very often, so much is kept."""

    def __post_init__(self) -> None:
        """Keep as much of each."""
        for some in (self.letters, self.perplexity, self.gradient, self.speed):
            some.most = self.most

    def keep_until(self, end: float) -> None:
        """Forget what was said after an epoch."""
        for answers in self.answers.values():
            answers.cut(end)
        for readings in self.readings.values():
            readings.cut(end)
        for numbers in (self.perplexity, self.gradient, self.speed):
            numbers.cut(end)
        self.letters.cut(end)
        self.judged = None

    def follow_answers(self, sentence: str) -> list[tuple[float, float]]:
        """(epochs, share) of a pinned sentence: of two classes the second, as in Read, else what it is answered now."""
        told = self.answers.get(sentence) or Series[tuple[float, ...]]()
        latest_shares = told[-1][1] if told else ()
        two = len(latest_shares) == 2
        place = 1 if two else max(range(len(latest_shares)), key=latest_shares.__getitem__, default=0)
        return [(x, shares[place] if place < len(shares) else 0.0) for x, shares in told]

    def follow_letters(self) -> dict[str, list[tuple[float, float]]]:
        """Letter, and what reads with it, to (epochs, how far it has moved as a share of its norm at the start)."""
        moves: dict[str, list[tuple[float, float]]] = {}
        for x, letters in self.letters:
            for letter in letters:
                if letter.change is not None:
                    moves.setdefault(f"{letter.symbol} {letter.reader}".rstrip(), []).append((x, letter.change))
        return moves

    def apply(self, x: float, event: Pinned | Moved | Forgotten | Progress) -> None:
        """Take in what was said at an epoch."""
        match event:
            case Pinned():
                self._pinned(x, event)
            case Moved():
                _say(self.letters, x, tuple(event.letters or ())[:LETTERS])
            case Forgotten(perplexity=float(value)):
                _say(self.perplexity, x, value)
            case Progress():
                if event.gradient is not None:
                    _say(self.gradient, x, event.gradient)
                if isinstance(event.speed, float):
                    _say(self.speed, x, event.speed)

    def _pinned(self, x: float, event: Pinned) -> None:
        told = (event.sentences or [])[:PINS]
        self.pins = tuple(each.text for each in told)
        for gone in self.answers.keys() - set(self.pins):
            del self.answers[gone]
            self.readings.pop(gone, None)
        for each in told:
            _say(self.answers.setdefault(each.text, Series(most=self.most)), x, tuple(each.probabilities))
            if each.tokens is not None:
                _say(self.readings.setdefault(each.text, Series(most=self.most)), x, each)


def latest(some: Timed[T], until: float | None = None) -> T | None:
    """What was said last, of those until an epoch; None before the first."""
    place = len(some) if until is None else bisect_right(some, until + _CLOSE, key=lambda each: each[0])
    return some[place - 1][1] if place else None


def _say(some: Timed[T], x: float, value: T) -> None:
    """Note it; a run that goes on says again what it said where it was interrupted."""
    if some and some[-1][0] >= x - _CLOSE:
        some[-1] = x, value
    else:
        some.add(x, value)
