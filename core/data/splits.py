"""Which split a text belongs to is decided by its content alone, so it is the same on every machine.

Two texts that differ only in HTML tags, white space, letter case or typographic quotes are the same text: raw and
pre-tokenised copies of one review meet. That is cheaper than tokenizing and enough to find duplicates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from core.data.cautions import FEWEST, list_some
from core.data.content_keys import ContentKeys
from core.data.tags import TAG
from core.data.task import DataError, Split
from core.data.texts import take

Places = NDArray[np.int64]

_TAG = re.compile(TAG, re.IGNORECASE)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"'})


def content_key(text: str) -> bytes:
    """sha256 of the text without tags and white space, case-folded, with straight quotes."""
    if not text.isascii():
        text = normalize("NFKC", text.translate(_QUOTES))
    bare = "".join(_TAG.sub("", text).casefold().split())
    return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).digest()


def share(key: bytes, purpose: str) -> float:
    """A number in [0, 1) that depends on the content and the purpose only; other purposes draw independently."""
    return int.from_bytes(hashlib.sha256(purpose.encode() + key).digest()[:8]) / 2**64


@dataclass(frozen=True)
class Labelled:
    """Examples before they are split, with the keys of their contents."""

    texts: Sequence[str]
    labels: Sequence[int]
    keys: ContentKeys

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, places: Sequence[int] | Places) -> Labelled:
        """The examples at those places."""
        return Labelled(take(self.texts, places), [self.labels[i] for i in places], self.keys.at(places))

    @property
    def split(self) -> Split:
        """The same without the keys."""
        return Split(self.texts, self.labels)


def labelled(texts: Sequence[str], labels: Sequence[int]) -> Labelled:
    """The examples with their keys."""
    return Labelled(texts, labels, ContentKeys.of(map(content_key, texts)))


def find_copies(examples: Labelled) -> tuple[set[int], set[int]]:
    """The places of examples that repeat an earlier text; and of all texts whose copies disagree about the label."""
    first: dict[bytes, int] = {}
    repeated: set[int] = set()
    contradicted: set[bytes] = set()
    alike = examples.keys.find_alike()
    for place in alike:
        key = examples.keys[place]
        if (before := first.setdefault(key, place)) != place:
            repeated.add(place)
            if examples.labels[before] != examples.labels[place]:
                contradicted.add(key)
    disputed = {place for place in alike if examples.keys[place] in contradicted}
    return repeated - disputed, disputed


def distinct(examples: Labelled) -> Labelled:
    """The first copy of every text; a text whose copies disagree about the label is left out altogether."""
    repeated, disputed = find_copies(examples)
    apart = repeated | disputed
    return examples.at([place for place in range(len(examples)) if place not in apart])


def divide(examples: Labelled, names: Sequence[str]) -> tuple[Labelled, Labelled, Labelled]:
    """Train, validation and test: 80, 10 and 10 per cent by content.

    Where a class would be missing from a split, the example of that class whose hash is nearest to the split's
    range moves into it, so small files have every class everywhere. Raises DataError when a class has fewer than
    three examples.
    """
    _refuse_rare(examples, names)
    shares = np.fromiter((share(key, "split") for key in examples.keys), np.float64, len(examples))
    labels = np.fromiter(examples.labels, np.int32, len(examples))
    places: tuple[list[Places], list[Places], list[Places]] = ([], [], [])
    for label in range(len(names)):
        own = np.flatnonzero(labels == label)
        ranked = own[np.argsort(shares[own], kind="stable")]
        test = min(max(int((shares[own] < 0.1).sum()), 1), len(ranked) - 2)
        held = min(max(int((shares[own] < 0.2).sum()), test + 1), len(ranked) - 1)
        for target, part in zip(places, (ranked[held:], ranked[test:held], ranked[:test]), strict=True):
            target.append(part)
    train, validation, test_part = (examples.at(np.sort(np.concatenate(part))) for part in places)
    return train, validation, test_part


def _refuse_rare(examples: Labelled, names: Sequence[str]) -> None:
    counts = dict.fromkeys(range(len(names)), 0)
    for label in examples.labels:
        counts[label] += 1
    if rare := [f"{names[label]!r} has {count}" for label, count in counts.items() if count < FEWEST]:
        raise DataError(
            f"too few different examples: {list_some(rare)}, but each class needs three",
            "one each goes to training, validation and test: add examples or leave these classes out",
        )


def carve(examples: Labelled) -> tuple[Labelled, Labelled]:
    """Train and validation out of a published training split: 90 and 10 per cent by content, each class in both."""
    held: list[int] = []
    for label in sorted(set(examples.labels)):
        ranked = sorted((share(examples.keys[i], "split"), i) for i, own in enumerate(examples.labels) if own == label)
        count = max(sum(share < 0.1 for share, _ in ranked), 1)
        held.extend(i for _, i in ranked[: min(count, len(ranked) - 1)])
    apart = set(held)
    return examples.at([i for i in range(len(examples)) if i not in apart]), examples.at(sorted(held))


T = TypeVar("T")


def hold_out(texts: Iterable[tuple[bytes, T]]) -> tuple[list[T], list[T]]:
    """Texts (or their places) with their keys in two: those to learn from, and 2 % by content, kept for perplexity."""
    learned: list[T] = []
    held_out: list[T] = []
    for key, text in texts:
        (held_out if share(key, "held out") < 0.02 else learned).append(text)
    return learned, held_out
