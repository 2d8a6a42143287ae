"""The pseudoword test: whether vectors that never saw a word tell which of two words stood there.

Two words of one part of speech and about one frequency are merged into a made-up word of two senses (Gale, Church and
Yarowsky 1992; Schütze 1992), and each of its places is asked for its nearest places: are they of the same original
word? A static vector is the same at all places, so it is at chance by construction.

The part of speech is judged by distribution: two words are of one when the most frequent words stand on their left and
right in like proportions (Schütze 1995). No list of words is needed, and any text will do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.words.centering import Matrix, scaled
from core.words.layers import HiddenLayers

PAIRS = 50
FRAMES = 60
"""The most frequent words, whose company tells a part of speech; they are in no pair themselves."""
ALIKE = 0.7
FREQUENCY = 0.2
FEWEST, MOST = 40, 60
"""Places of each word of a pair, as many of one as of the other."""
NEAREST = 5


@dataclass(frozen=True)
class Purity:
    """The share of nearest places that are of the same word, 0 to 1: mean and standard deviation over `pairs`."""

    mean: float
    sd: float
    chance: float
    pairs: int


def draw(texts: Sequence[Sequence[str]], seed: int = 0, pairs: int = PAIRS) -> list[tuple[str, str]]:
    """Pairs of words of one part of speech within 20 % in frequency, no word in two pairs."""
    counts = Counter(word for text in texts for word in text)
    common = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    frames = common[:FRAMES]
    words = [word for word in common[FRAMES:] if counts[word] >= FEWEST and word.isalpha()]
    unit, _ = scaled(_company(texts, words, frames))
    alike = unit @ unit.T
    rng = np.random.default_rng(seed)
    found: list[tuple[str, str]] = []
    used: set[int] = set()
    for first in rng.permutation(len(words)).tolist():
        if first in used or len(found) == pairs:
            continue
        near = [
            second
            for second in np.flatnonzero(alike[first] >= ALIKE).tolist()
            if second != first and second not in used and _near(counts[words[first]], counts[words[second]])
        ]
        if near:
            second = near[int(rng.integers(len(near)))]
            used |= {first, second}
            found.append((words[first], words[second]))
    return found


def purity(
    texts: Sequence[Sequence[str]], pairs: Sequence[tuple[str, str]], hidden: HiddenLayers, layer: str, kind: str
) -> Purity:
    """How pure the nearest places are, by cosine of vectors centred on the pair's mean."""
    wanted = {word for pair in pairs for word in pair}
    places: dict[str, list[tuple[int, int]]] = {word: [] for word in wanted}
    for number, text in enumerate(texts):
        for position, word in enumerate(text):
            if word in wanted and len(places[word]) < MOST:
                places[word].append((number, position))
    read = sorted({number for some in places.values() for number, _ in some})
    asked: list[list[int]] = [sorted({p for w in wanted for n, p in places[w] if n == number}) for number in read]
    rows = hidden.states([texts[number] for number in read], asked, layer, kind)
    keys = [(number, position) for number, some in zip(read, asked, strict=True) for position in some]
    row = {key: place for place, key in enumerate(keys)}
    scores, chances = [], []
    for first, second in pairs:
        n = min(len(places[first]), len(places[second]))
        spots = places[first][:n] + places[second][:n]
        scores.append(_pure(rows[[row[spot] for spot in spots]], np.repeat([0, 1], n), spots))
        chances.append((n - 1) / (2 * n - 1))
    return Purity(float(np.mean(scores)), float(np.std(scores, ddof=1)), float(np.mean(chances)), len(pairs))


def _pure(rows: Matrix, words: NDArray[np.int64], spots: Sequence[tuple[int, int]]) -> float:
    unit, _ = scaled(rows - rows.mean(axis=0))
    scores = unit @ unit.T
    # Two places of one passage have read the same words: that would be no search.
    passages = np.array([passage for passage, _ in spots])
    scores[passages[:, None] == passages[None, :]] = -np.inf
    nearest = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
    return float((words[nearest] == words[:, None]).mean())


def _company(texts: Sequence[Sequence[str]], words: Sequence[str], frames: Sequence[str]) -> Matrix:
    """(words, 2·frames): the square roots of how often each frame stands left and right of each word."""
    row = {word: n for n, word in enumerate(words)}
    column = {word: n for n, word in enumerate(frames)}
    counts = np.zeros((len(words), 2 * len(frames)), np.float32)
    for left, word in _neighbours(texts):
        if word in row and left in column:
            counts[row[word], column[left]] += 1
        if left in row and word in column:
            counts[row[left], len(frames) + column[word]] += 1
    return np.sqrt(counts)


def _neighbours(texts: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for text in texts:
        yield from pairwise(text)


def _near(a: int, b: int) -> bool:
    return abs(a - b) <= FREQUENCY * max(a, b)
