"""What a model gets wrong of a split of its own data, and what two models answer differently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import api
from core.catalog.model_info import ModelInfo
from core.catalog.models import ModelEntry
from core.data.corpora import Split, Task
from core.errors import UserError
from core.evaluation.confusion import count_confusion, score_classes
from core.evaluation.own_data import load_own_task
from core.evaluation.split_reading import Logits, Told, read_split, read_split_once, to_probabilities
from core.pretrained.classifier import Classifier
from core.storage.store import Store

Find = Callable[[str], tuple[ModelEntry, Classifier]]
Places = NDArray[np.intp]


class OtherTexts(UserError):
    """Two models cannot be compared, or there is no such split. `message` and `hint` are for a person."""


@dataclass(frozen=True)
class Answers:
    """A model's probabilities of a split's texts, (n, classes)."""

    probabilities: NDArray[np.float32]

    @property
    def said(self) -> NDArray[np.int64]:
        """(n,): the class that each is given; of equals the first, as everywhere."""
        said: NDArray[np.int64] = self.probabilities.argmax(axis=1).astype(np.int64)
        return said


class ErrorReader:
    """Reads the splits of models' own data; what was read is kept in the store, and the texts in memory."""

    def __init__(self, store: Store, find: Find) -> None:
        self._store, self._find = store, find
        self._tasks: dict[tuple[str, tuple[str, ...]], Task] = {}
        self._unkept: dict[str, tuple[Classifier, Logits]] = {}
        """By split, what the last model that has no key answers: it cannot be kept in the store."""

    def read(self, question: api.ReadErrors, told: Told) -> api.ErrorList:
        """A model's mistakes, or what two answer differently. Raises ModelError, NoTexts, OtherTexts, StoreError."""
        if question.split not in api.ERROR_SPLITS:
            raise OtherTexts(f"There is no split {question.split!r}.", f"There are {', '.join(api.ERROR_SPLITS)}.")
        entry, model = self._find(question.model)
        other = self._find(question.against) if question.against else None
        if other is not None and not _alike(entry.info, other[0].info):
            raise OtherTexts(
                f"{question.against} was trained on {other[0].data}, {question.model} on {entry.data}: no text is "
                "both's.",
                "Name a model of the same data.",
            )
        task = self._task(entry.info)
        split = task.test if question.split == api.TEST else task.validation
        first = self._answers(entry, model, task, question.split, split, told)
        second = self._answers(*other, task, question.split, split, told) if other else None
        return list_errors(question, entry.info, split, first, second)

    def _task(self, info: ModelInfo) -> Task:
        key = info.data_digest, info.labels
        if not info.data_digest:
            return load_own_task(info)
        if key not in self._tasks:
            self._tasks[key] = load_own_task(info)
        return self._tasks[key]

    def _answers(
        self, entry: ModelEntry, model: Classifier, task: Task, name: str, split: Split, told: Told
    ) -> Answers:
        if entry.key:
            logits = read_split_once(model, entry.key, task.digest, name, split, self._store, told)
        elif (known := self._unkept.get(name)) is not None and known[0] is model:
            logits = known[1]
        else:
            logits = read_split(model, split, told)
            self._unkept[name] = model, logits
        return Answers(to_probabilities(model, logits))


def list_errors(
    question: api.ReadErrors, info: ModelInfo, split: Split, first: Answers, second: Answers | None
) -> api.ErrorList:
    """The answer to a question, of a model's answers to a split, and a second one's."""
    true, said = np.asarray(split.labels, np.int64), first.said
    confusion = count_confusion(true, said, len(info.labels))
    won = lost = 0
    if second is None:
        sure = first.probabilities.max(axis=1)
        places = _sorted(np.flatnonzero(said != true), sure)
        margins = None
    else:
        margins = measure_margins(first, second)
        places = _sorted(np.flatnonzero(said != second.said), margins)
        won = int(((said == true) & (second.said != true)).sum())
        lost = int(((said != true) & (second.said == true)).sum())
    wanted = question.filter.strip().casefold()
    matching = [int(place) for place in places if wanted in split.texts[int(place)].casefold()]

    def judge(answers: Answers, place: int) -> api.ReadAnswer:
        best = int(answers.said[place])
        return api.ReadAnswer(info.labels[best], float(answers.probabilities[place, best]), bool(best == true[place]))

    return api.ErrorList(
        model=question.model,
        against=question.against,
        split=question.split,
        data=info.data,
        n=len(split),
        labels=info.labels,
        confusion=tuple(map(tuple, confusion.tolist())),
        classes=tuple(score_classes(confusion, info.labels)),
        texts=tuple(
            api.JudgedText(
                place,
                split.texts[place],
                info.labels[int(true[place])],
                judge(first, place),
                judge(second, place) if second else None,
                float(margins[place]) if margins is not None else 0.0,
            )
            for place in (matching[: question.most] if question.most else matching)
        ),
        found=len(places),
        matching=len(matching),
        won=won,
        lost=lost,
        note=_note(question, info),
    )


def measure_margins(first: Answers, second: Answers) -> NDArray[np.float64]:
    """(n,), 0 to 1: how much more each of two gives to its own answer than the other gives to it, on the mean."""
    rows = np.arange(len(first.probabilities))
    ahead, behind = ((own.probabilities - other.probabilities) for own, other in ((first, second), (second, first)))
    margins: NDArray[np.float64] = (ahead[rows, first.said] + behind[rows, second.said]).astype(np.float64) / 2
    return margins


def _sorted(places: Places, by: NDArray[np.floating]) -> Places:
    """The places with the largest first; of equals the one that comes first in the split."""
    return places[np.argsort(-by[places], kind="stable")]


def _alike(one: ModelInfo, other: ModelInfo) -> bool:
    return (one.data_digest, one.labels) == (other.data_digest, other.labels) and bool(one.data_digest)


def _note(question: api.ReadErrors, info: ModelInfo) -> str:
    if question.split == api.TEST:
        return api.TEST_SPOILS
    if info.label_budget is None:
        return "No model was trained on the validation texts, but by their labels its best epoch was chosen."
    if info.label_budget == 0:
        return "The data's own validation texts: the model has read no label, theirs neither."
    return "The data's own validation texts: those that it was given labels for are not among them."
