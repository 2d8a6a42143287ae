"""Where text comes from: the one door to labelled tasks and unlabelled text, whatever they are kept in."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from pathlib import Path

from core.data import embedded, wiki
from core.data.corpus_list import HUB, split_corpora
from core.data.splits import content_key, share
from core.data.tables.table import Reading
from core.data.task import DataError, Split, Task, Unlabelled
from core.data.texts import Chained, take

__all__ = ["DataError", "Split", "Task", "Unlabelled", "draw", "load_task", "unlabelled"]


def load_task(
    spec: str,
    text_column: str | None = None,
    label_column: str | None = None,
    offline: bool = False,
    reading: Reading | None = None,
) -> Task:
    """The task `spec` names: `rotten_tomatoes`, `imdb`, `wiki_topics`, a path to a table, or `hf:NAME[:CONFIG]`.

    The columns are for tables and hub data and are guessed when None; `reading` is for files. Raises DataError in plain
    words.
    """
    if spec in embedded.TASKS:
        return embedded.load(spec)
    if spec == wiki.TASK:
        return wiki.load_topics()
    if spec == wiki.NAME:
        raise DataError(f"{wiki.NAME} is text without labels", f"the same articles with their topics are {wiki.TASK}")
    if spec.startswith(HUB):
        from core.data import hub

        return hub.load(spec.removeprefix(HUB), text_column, label_column, offline)
    from core.data import files

    return files.load(Path(spec).expanduser(), text_column, label_column, reading)


def unlabelled(
    spec: str = "imdb", text_column: str | None = None, offline: bool = False, reading: Reading | None = None
) -> Unlabelled:
    """The text of `spec` without labels and without anything of its test split. Raises DataError in plain words.

    `spec` is `imdb`, `wiki`, a labelled task, a path to a table or to a text file with a document a line, or
    `hf:NAME[:CONFIG]`; several with a comma between are one text, whose `parts` they are. `text_column` is for files.
    """
    parts = [_unlabelled(each, text_column, offline, reading) for each in split_corpora(spec)]
    if not parts:
        raise DataError("no text is named", "name one, such as imdb, or several with a comma between")
    return parts[0] if len(parts) == 1 else join(parts)


def join(parts: Sequence[Unlabelled]) -> Unlabelled:
    """Several texts as one. What is held out of each is mixed: a glance at the first ones sees all of them."""
    return Unlabelled(
        ", ".join(part.name for part in parts),
        Chained([part.texts for part in parts]),
        Chained([part.held_out for part in parts], mixed=True),
        tuple(f"{part.name}: {note}" for part in parts for note in part.notes),
        parts=tuple(parts),
    )


def _unlabelled(spec: str, text_column: str | None, offline: bool, reading: Reading | None) -> Unlabelled:
    if spec == "imdb":
        return embedded.reviews()
    if spec == wiki.NAME:
        return wiki.read_articles()
    if spec in (*embedded.TASKS, wiki.TASK):
        task = load_task(spec)
        return Unlabelled(spec, task.train.texts, task.validation.texts)
    if spec.startswith(HUB):
        from core.data import hub

        return hub.texts(spec.removeprefix(HUB), text_column, offline)
    from core.data import file_texts

    return file_texts.load_texts(Path(spec).expanduser(), text_column, reading)


def draw(task: Task, labels: int | None, seed: int) -> tuple[Split, Split]:
    """Train and validation within a budget of `labels` examples of the task's training split, validation included.

    Stratified, and nested: for one seed a smaller budget's examples are among a larger one's, split by split. A
    fifth, at least one a class, is validation. None takes all: the task's own training and validation splits. With 0
    nothing is trained: the task's own validation split measures then, and chooses nothing.
    Raises DataError if there are fewer examples than asked, or fewer than two a class.
    """
    if labels is None:
        return task.train, task.validation
    if labels == 0:
        return Split([], []), task.validation
    classes = len(task.labels)
    if labels > len(task.train):
        raise DataError(
            f"{labels:,} labels were asked for, but {task.name} has {len(task.train):,} training examples",
            "ask for fewer, or for all of them",
        )
    if labels < 2 * classes:
        raise DataError(
            f"{labels:,} labels are too few for {classes} classes",
            f"ask for at least {2 * classes}: each class needs one to train on and one to validate on",
        )
    train: list[int] = []
    validation: list[int] = []
    ranked = _ranked(task, seed)
    for places, quota in zip(ranked, _quotas([len(places) for places in ranked], labels), strict=True):
        for rank, place in enumerate(places[:quota]):
            (validation if rank % 5 == 1 else train).append(place)
    return _pick(task.train, train), _pick(task.train, validation)


def _ranked(task: Task, seed: int) -> list[list[int]]:
    """For each class the places of its training examples, in the order this seed draws them."""
    ranked: list[list[tuple[float, int]]] = [[] for _ in task.labels]
    for place, (text, label) in enumerate(zip(task.train.texts, task.train.labels, strict=True)):
        ranked[label].append((share(content_key(text), f"draw {seed}"), place))
    for name, places in zip(task.labels, ranked, strict=True):
        if len(places) < 2:
            raise DataError(
                f"class {name!r} of {task.name} has {len(places)} training examples, but a draw needs two a class",
                "use all labels, or give that class more examples",
            )
    return [[place for _, place in sorted(places)] for places in ranked]


def _quotas(sizes: list[int], labels: int) -> list[int]:
    """How many of each class: two at least, the rest in proportion to the classes' sizes (Sainte-Laguë).

    Filling seat by seat means that a larger budget never takes fewer of a class.
    """
    quotas = [2] * len(sizes)
    waiting = [(-size / 5, label) for label, size in enumerate(sizes) if size > 2]
    heapq.heapify(waiting)
    for _ in range(labels - sum(quotas)):
        _, label = heapq.heappop(waiting)
        quotas[label] += 1
        if quotas[label] < sizes[label]:
            heapq.heappush(waiting, (-sizes[label] / (2 * quotas[label] + 1), label))
    return quotas


def _pick(split: Split, places: list[int]) -> Split:
    places = sorted(places)
    return Split(take(split.texts, places), [split.labels[place] for place in places])
