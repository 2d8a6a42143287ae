"""How surprised a language model is by each word of a text: -log2 of the probability that it gave the word, in bits.

A recurrent model has read what stands on one side (Shannon 1951; of surprisal as what reading costs: Hale 2001, Levy
2008). A masked one has read all the rest, which says how well a word fits and is no probability of the text (Salazar
et al. 2020); a word of several wordpieces is guessed from left to right with the rest of it masked (Kauf and Ivanova
2023).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from core.api.language import Likely
from core.data.batches import pad
from core.data.lexicon import Lexicon
from core.data.wordpieces import WordPieces
from core.models.frozen_language_model import FrozenLanguageModel, batches
from core.models.masked import MaskedLanguageModel

CHUNK = 256
"""Places whose whole softmax is held at once."""
REACH = 64
"""Wordpieces on each side of a masked word that are read: a pass costs the same in a long text."""
MOST_PASSES = 8
"""Passes over a word of many wordpieces; of one with more, several are guessed at a time."""
POSITIONS = 4_096
"""Wordpieces of a padded batch."""


@dataclass(frozen=True)
class Expected:
    """What a model expects of a place: its likeliest words, and of the word that stands there bits and rank."""

    likeliest: tuple[Likely, ...]
    bits: float = math.nan
    rank: int | None = None


class Reader(Protocol):
    """A language model in one direction."""

    @property
    def lexicon(self) -> Lexicon:
        """The words it knows."""

    @property
    def given(self) -> str:
        """What it guesses a word from, in words."""

    def expect(self, words: Sequence[str], k: int, first: int) -> list[Expected]:
        """What it expects of the first words of a text, and last of where the text is open.

        `k`: how many of the likeliest words of each place. All of the text is read.
        """


class RecurrentReader:
    """A language model that has read the words on one side."""

    def __init__(self, model: FrozenLanguageModel) -> None:
        self.lexicon = model.vocabulary
        self.given = "the words after it" if model.backward else "the words before it"
        self._model = model

    @torch.inference_mode()
    def expect(self, words: Sequence[str], k: int, first: int) -> list[Expected]:
        """What any reader expects; `<unk>`, all words without a row, may be among the likeliest."""
        ids: list[int | None] = [*self.lexicon.encode(words)]
        places = [*range(min(first, len(ids))), len(ids)]
        ids.append(None)
        queries = self._model.queries(self.lexicon.encode(words))[places]
        found = []
        for start in range(0, len(places), CHUNK):
            logs = self._model.model.log_probabilities(queries[start : start + CHUNK])
            for place, row in zip(places[start : start + CHUNK], logs, strict=True):
                found.append(_expected(row, row, ids[place], self.lexicon.words, k))
        return found


@dataclass(frozen=True)
class Guess:
    """The surroundings of a place with `[MASK]` from piece `start` on; `pieces` are what stands there.

    `alone`: whether a single `[MASK]` stands for the word, so that whole words can be guessed.
    """

    place: int
    ids: tuple[int, ...]
    start: int
    pieces: tuple[int, ...] = ()
    alone: bool = True

    @property
    def wanted(self) -> range:
        """The places in `ids` that are guessed: those of `pieces`; without any, the one mask."""
        return range(self.start, self.start + max(1, len(self.pieces)))


class MaskedReader:
    """A transformer that has read all the other words."""

    given = f"all the others (of a long text {REACH} wordpieces on each side), itself masked"

    def __init__(self, model: MaskedLanguageModel, lexicon: WordPieces) -> None:
        assert lexicon.mask is not None
        self.lexicon = lexicon
        self._model, self._mask = model, lexicon.mask
        self._whole = torch.from_numpy(lexicon.whole)

    @torch.inference_mode()
    def expect(self, words: Sequence[str], k: int, first: int) -> list[Expected]:
        """What any reader expects; only whole words are among the likeliest."""
        spelled = self.lexicon.spell(words)
        places = [*range(min(first, len(words))), len(words)]
        found, bits = dict[int, Expected](), dict.fromkeys(places, 0.0)
        for guess, logs in self._guessed([guess for place in places for guess in self._guesses(spelled, place)]):
            if guess.alone:
                row, piece = logs[0], guess.pieces[0] if guess.pieces else None
                shown = row.masked_fill(~self._whole, -torch.inf)
                found[guess.place] = _expected(shown, row, piece, self.lexicon.words, k)
            bits[guess.place] += sum(map(_bits, logs, guess.pieces))
        return [replace(found[place], bits=bits[place]) for place in places]

    def _guesses(self, spelled: Sequence[tuple[int, ...]], place: int) -> Iterator[Guess]:
        """The passes that a place takes: one, and for a word of several pieces one for each of them besides."""
        pieces = spelled[place] if place < len(spelled) else ()
        reach = min(REACH, (self.lexicon.limit - max(1, len(pieces))) // 2)
        left = [piece for word in spelled[max(0, place - reach) : place] for piece in word]
        right = [piece for word in spelled[place + 1 : place + 1 + reach] for piece in word][:reach]
        left = left[max(0, len(left) - reach) :]
        one = (*left, self._mask, *right)
        if len(pieces) <= 1:
            yield Guess(place, one, len(left), pieces)
            return
        yield Guess(place, one, len(left))
        step = math.ceil(len(pieces) / MOST_PASSES)
        for done in range(0, len(pieces), step):
            ids = (*left, *pieces[:done], *[self._mask] * (len(pieces) - done), *right)
            yield Guess(place, ids, len(left) + done, pieces[done : done + step], alone=False)

    def _guessed(self, guesses: Sequence[Guess]) -> Iterator[tuple[Guess, Tensor]]:
        """Each pass with the log probabilities of all pieces, (places guessed, V)."""
        for numbers in batches([len(guess.ids) for guess in guesses], POSITIONS):
            some = [guesses[number] for number in numbers]
            ids, lengths = pad([guess.ids for guess in some])
            wanted = torch.zeros_like(ids, dtype=torch.bool)
            for lane, guess in enumerate(some):
                wanted[lane, guess.wanted.start : guess.wanted.stop] = True
            logs = self._model.logits(ids, lengths, wanted).log_softmax(dim=1)
            yield from zip(some, torch.split(logs, [len(guess.wanted) for guess in some]), strict=True)


def _expected(shown: Tensor, logs: Tensor, row: int | None, words: Sequence[str], k: int) -> Expected:
    """From log probabilities, (V,): the likeliest of those `shown`, and bits and rank of the row that stands there."""
    best = shown.topk(min(k, len(shown)))
    likeliest = tuple(
        Likely(words[place], math.exp(log))
        for place, log in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        if log > -math.inf
    )
    if row is None:
        return Expected(likeliest)
    return Expected(likeliest, _bits(logs, row), int((logs > logs[row]).sum()) + 1)


def _bits(logs: Tensor, row: int) -> float:
    """The surprisal of a row in bits."""
    return -float(logs[row]) / math.log(2)
