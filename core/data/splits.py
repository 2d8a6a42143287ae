"""Which split a text belongs to is decided by its content alone, so it is the same on every machine.

Two texts that differ only in HTML tags, white space, letter case or typographic quotes are the same text: raw and
pre-tokenised copies of one review meet. That is cheaper than tokenizing and enough to find duplicates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from core.data.task import DataError, Split

_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
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
    keys: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, places: Sequence[int]) -> Labelled:
        """The examples at those places."""
        texts, labels, keys = self.texts, self.labels, self.keys
        return Labelled([texts[i] for i in places], [labels[i] for i in places], [keys[i] for i in places])

    @property
    def split(self) -> Split:
        """The same without the keys."""
        return Split(self.texts, self.labels)


def labelled(texts: Sequence[str], labels: Sequence[int]) -> Labelled:
    """The examples with their keys."""
    return Labelled(texts, labels, [content_key(text) for text in texts])


def distinct(examples: Labelled) -> Labelled:
    """The first copy of every text; a text whose copies disagree about the label is left out altogether."""
    seen: dict[bytes, int] = {}
    disputed: set[bytes] = set()
    for key, label in zip(examples.keys, examples.labels, strict=True):
        if seen.setdefault(key, label) != label:
            disputed.add(key)
    first: dict[bytes, int] = {}
    for place, key in enumerate(examples.keys):
        if key not in disputed:
            first.setdefault(key, place)
    return examples.at(list(first.values()))


def divide(examples: Labelled, names: Sequence[str]) -> tuple[Labelled, Labelled, Labelled]:
    """Train, validation and test: 80, 10 and 10 per cent by content.

    Where a class would be missing from a split, the example of that class whose hash is nearest to the split's
    range moves into it, so small files have every class everywhere. Raises DataError when a class has fewer than
    three examples.
    """
    shares = [share(key, "split") for key in examples.keys]
    places: tuple[list[int], list[int], list[int]] = ([], [], [])
    for label in range(len(names)):
        ranked = sorted((shares[i], i) for i, own in enumerate(examples.labels) if own == label)
        if len(ranked) < len(places):
            raise DataError(
                f"class {names[label]!r} has only {len(ranked)} different examples, but each class needs three",
                "one each goes to training, validation and test: add examples or leave that class out",
            )
        test = sum(share < 0.1 for share, _ in ranked)
        held = sum(share < 0.2 for share, _ in ranked)
        test = min(max(test, 1), len(ranked) - 2)
        held = min(max(held, test + 1), len(ranked) - 1)
        for target, part in zip(places, (ranked[held:], ranked[test:held], ranked[:test]), strict=True):
            target.extend(i for _, i in part)
    train, validation, test_part = (examples.at(sorted(part)) for part in places)
    return train, validation, test_part


def carve(examples: Labelled) -> tuple[Labelled, Labelled]:
    """Train and validation out of a published training split: 90 and 10 per cent by content, each class in both."""
    held: list[int] = []
    for label in set(examples.labels):
        ranked = sorted((share(examples.keys[i], "split"), i) for i, own in enumerate(examples.labels) if own == label)
        count = max(sum(share < 0.1 for share, _ in ranked), 1)
        held.extend(i for _, i in ranked[: min(count, len(ranked) - 1)])
    apart = set(held)
    return examples.at([i for i in range(len(examples)) if i not in apart]), examples.at(sorted(held))


def hold_out(texts: Iterable[tuple[bytes, str]]) -> tuple[list[str], list[str]]:
    """Texts with their keys in two: those to learn from, and the 2 per cent (by content) kept for perplexity."""
    learned: list[str] = []
    held_out: list[str] = []
    for key, text in texts:
        (held_out if share(key, "held out") < 0.02 else learned).append(text)
    return learned, held_out
