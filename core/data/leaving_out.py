"""Unlabelled text without the texts that a model will be judged by, wherever they stand in it: found by content.

A dump of a person's texts holds their labelled ones too. What has read a test text before it is asked about it, even
without its label, has an advantage that new texts do not give.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from core.data.corpora import join, load_task, unlabelled
from core.data.labelled_spec import split_spec
from core.data.splits import content_key
from core.data.tables.table import Reading
from core.data.task import Task, Unlabelled

FEW = 1_000
"""Up to so many labelled texts each is answered in turn when eras are compared: a tenth would tell little apart."""


@dataclass(frozen=True)
class Judged:
    """The texts of a labelled task that models are judged by: `keys` of their contents, and of the lines of long ones.

    `name` is the task's; `texts` how many they are.
    """

    name: str
    texts: int
    keys: frozenset[bytes]

    @cached_property
    def digest(self) -> str:
        """sha256 of the keys, whatever their order."""
        return hashlib.sha256(b"".join(sorted(self.keys))).hexdigest()


@dataclass(frozen=True)
class Found:
    """What was left out of a text: whole documents, and lines of documents that stayed."""

    documents: int = 0
    lines: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.documents + other.documents, self.lines + other.lines)


def judged_texts(task: Task) -> Judged:
    """A task's validation and test texts; of a small task all, because each is answered in turn when eras are compared.

    A text of several lines may stand in a file that has a document a line: each of its lines counts, too.
    """
    parts = [task.validation, task.test]
    if len(task.train) + sum(map(len, parts)) <= FEW:
        parts.append(task.train)
    keys = set[bytes]()
    for part in parts:
        for text in part.texts:
            keys.update(content_key(each) for each in (text, *_lines(text)))
    return Judged(task.name, sum(map(len, parts)), frozenset(keys))


def leave_out(text: Unlabelled, judged: Judged) -> tuple[Unlabelled, Found]:
    """The text without documents, and lines of documents, that are among the judged; and how many those were.

    Read once, document by document; of what stays only the changed documents are held in memory.
    """
    if text.parts:
        parts, found = zip(*(leave_out(part, judged) for part in text.parts), strict=True)
        return join(parts), sum(found, Found())
    texts, places, of_texts = _without(text.texts, judged.keys)
    held_out, _, of_held_out = _without(text.held_out, judged.keys)
    titles = [text.titles[place] for place in places.tolist()] if text.titles else ()
    return replace(text, texts=texts, held_out=held_out, titles=titles), of_texts + of_held_out


def _without(texts: Sequence[str], keys: frozenset[bytes]) -> tuple[Sequence[str], NDArray[np.int64], Found]:
    kept = array("q")
    changed: dict[int, str] = {}
    lines = 0
    for place, document in enumerate(texts):
        if content_key(document) in keys:
            continue
        own = _lines(document)
        stay = [line for line in own if content_key(line) not in keys]
        if len(stay) < len(own):
            if not stay:
                continue
            lines += len(own) - len(stay)
            changed[place] = "\n".join(stay)
        kept.append(place)
    places = np.frombuffer(kept, dtype=np.int64) if kept else np.zeros(0, np.int64)
    return _Left(texts, places, changed), places, Found(len(texts) - len(kept), lines)


def _lines(text: str) -> list[str]:
    """The lines of a text that has several; none of a text in one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines if len(lines) > 1 else []


class _Left(Sequence[str]):
    """The texts at `places`; those that lost lines are in `changed`, by their place."""

    def __init__(self, texts: Sequence[str], places: NDArray[np.int64], changed: Mapping[int, str]) -> None:
        self._texts, self._places, self._changed = texts, places, changed

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return _Left(self._texts, self._places[place], self._changed)
        return self._at(int(self._places[place]))

    def __iter__(self) -> Iterator[str]:
        return map(self._at, self._places.tolist())

    def _at(self, place: int) -> str:
        return self._changed[place] if place in self._changed else self._texts[place]


def load_judged(spec: str, offline: bool = False) -> Judged:
    """What is judged by the labelled data that `spec` names (`core.data.labelled_spec`). Raises UserError."""
    data, said = split_spec(spec)
    reading = Reading(said.get("encoding"), False if "no_header" in said else None, "fold_labels" in said)
    return judged_texts(load_task(data, said.get("text"), said.get("label"), offline, reading))


def unlabelled_without(
    spec: str, judged: str | None, text_column: str | None, offline: bool, reading: Reading | None
) -> Unlabelled:
    """As `unlabelled`, without what is judged by the labelled data that `judged` names, if it names any."""
    text = unlabelled(spec, text_column, offline, reading)
    return leave_out(text, load_judged(judged, offline))[0] if judged else text
