"""What a careful colleague would say of labelled data before anything is measured on it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from core.data.columns import fold_label

UNEVEN = 0.8
"""A largest class with more than this share makes accuracy say little."""
WIDE = 0.2
"""A 95 % interval wider than this tells hardly anything apart."""
FEWEST = 3
"""Examples that each class needs: one for training, one for validation, one for the test."""
MOST_NAMED = 50
_MEANS_NOTHING = frozenset({"nan", "none", "null", "n/a", "na", "nil", "-", "?", "unknown", "undefined", "#n/a"})
"""Names, folded, that programs write where there is no label. Somebody's class may be called so: they are kept."""
_Z = 1.959964


def cautions(counts: Mapping[str, int]) -> Iterator[str]:
    """What is suspicious about the classes, with their numbers of examples; a sentence each."""
    total = sum(counts.values())
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for name in counts:
        alike[fold_label(name)].append(name)
    for names in alike.values():
        if len(names) > 1:
            listed = ", ".join(f"{name!r} ({counts[name]:,})" for name in names)
            yield f"classes that differ only in how they are written: {listed}; --fold-labels makes them one"
    for name in counts:
        if fold_label(name) in _MEANS_NOTHING:
            yield f"a class is called {name!r} ({counts[name]:,}): if that means no label, empty it in the file"
    if total and (most := max(counts.values())) / total > UNEVEN:
        largest = max(counts, key=lambda name: counts[name])
        yield f"{most / total:.1%} of the examples are {largest!r}: always saying so is as accurate"
    if rare := name_rare(counts):
        yield f"classes with fewer than {FEWEST} examples: {list_some(rare)}"


def name_rare(counts: Mapping[str, int]) -> list[str]:
    """The classes that have too few examples for a training, a validation and a test split, each with its number."""
    return [f"{name!r} ({count:,})" for name, count in counts.items() if count < FEWEST]


def caution_of_test(texts: int) -> Iterator[str]:
    """What to say of a test split so small that accuracies on it are hardly known."""
    width = 2 * _Z * math.sqrt(0.25 / max(1, texts))
    if width > WIDE:
        yield (
            f"the test split has {texts:,} texts: an accuracy measured on it may be off by {50 * width:.0f} points "
            "either way"
        )


def list_some(names: Sequence[str]) -> str:
    """Names with commas between; of very many the first, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
