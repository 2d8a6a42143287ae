"""A teacher in place of people: a prompted model labels the task's texts, and an era learns from what it is sure of.

The last step of PET (Schick and Schütze 2021), with one teacher: out of a slow model that needs no label comes a quick
one that has seen none. Of the texts that the teacher gives to a class, the half that it is surest of is kept; what
people said of them is not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from core.catalog.language_models import DIRECTIONS
from core.catalog.model_info import TaughtBy
from core.catalog.models import Catalog
from core.data.batches import Encoded, in_order
from core.data.corpora import Split, Task
from core.data.text import words
from core.eras.table import BY_ID
from core.errors import UserError
from core.jobs import MASKED, TrainJob
from core.jobs.reading import FIELDS as READING
from core.pretrained import classifier
from core.runs import events
from core.runs.logger import RunLogger, Work
from core.storage.paths import Home
from core.storage.store import Store

TEACHING = "sure half"
"""Which of the teacher's labels are kept: part of the key of what was taught."""
BATCH = 32
FEWEST = 2
"""Texts of a class, at least: a regression is cross-validated on them."""

_VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "": {},
    MASKED: {"asks": MASKED},
    **{way: {"direction": way} for way in DIRECTIONS},
}
"""What is asked of the prompted models that have read no label, by what they are called behind the colon."""


class NoTeacher(UserError):
    """The model that was named cannot teach. `message` and `hint` are for a person."""


@dataclass(frozen=True)
class Teacher:
    """`name`: as it was asked for; `labels`: how many people's labels it has read itself, None for all of its data."""

    name: str
    key: str
    path: Path
    labels: int | None


def teacher_named(name: str, task: Task, store: Store) -> Teacher:
    """The prompted model of that name, if it knows the classes of the task. Raises ModelError and NoTeacher."""
    entry = Catalog(replace(Home.locate(), store=store.root), store.shipped).resolve(name)
    if not BY_ID[entry.era].asked:
        raise NoTeacher(f"{name} is not asked: it would hand on what people's labels taught it.", "Name prompt.")
    if not entry.key:
        raise NoTeacher(f"The model {name} is not in the store.", "Let its run come to its end, and name run:ID.")
    if set(entry.labels) != set(task.labels):
        theirs, ours = ", ".join(entry.labels), ", ".join(task.labels)
        raise NoTeacher(
            f"{name} answers with {theirs}; the classes of {task.name} are {ours}.",
            f"Train one that does: `nlp-tui train --era {entry.era} --labels 0 --data {task.name}`.",
        )
    return Teacher(name, entry.key, entry.path, entry.label_budget)


def usual_teacher(job: TrainJob) -> TrainJob | None:
    """The job of the prompted model that has read no label of the same data, where the teacher's name means that.

    So it is the very same one whatever else was trained here: a choice by accuracy would be one by labels.
    """
    era, _, variant = (job.teacher or "").partition(":")
    if era not in BY_ID or not BY_ID[era].asked or variant not in _VARIANTS:
        return None
    read = {name: getattr(job, name) for name in ("data", "text_column", "label_column", "offline", *READING)}
    return TrainJob.of(era, **read, **_VARIANTS[variant])


def teach(teacher: Teacher, task: Task, store: Store, logger: RunLogger) -> tuple[Split, TaughtBy]:
    """The training texts that the teacher is sure of with what it says of them, and what is to be known of that.

    Raises NoTeacher where it gives a class too few texts, and Stopped when the person stops it.
    """
    model = classifier.load(teacher.path, store)
    texts = task.train.texts
    rows = Encoded([model.encode(words(text)) for text in texts], [0] * len(texts))
    order = [model.labels.index(name) for name in task.labels]
    sure, said = torch.empty(len(texts)), torch.empty(len(texts), dtype=torch.long)
    work = Work("teacher", rows.tokens(), "tokens/s", logger)
    for places in in_order(rows, BATCH):
        answers = model.logits([list(rows.ids[place]) for place in places]).softmax(dim=1)[:, order]
        sure[places], said[places] = answers.max(dim=1)
        work.did(sum(len(rows.ids[place]) for place in places))
    kept = sorted(place for label in range(len(task.labels)) for place in _surest_half(sure, said, label))
    split = Split([texts[place] for place in kept], said[kept].tolist())
    counts = Counter(split.labels)
    for number, name in enumerate(task.labels):
        if counts[number] < FEWEST:
            raise NoTeacher(
                f"{teacher.name} is sure of {counts[number]} texts of the class {name!r}: too few to learn from.",
                "Ask with other --answers or --calibration balanced, and name that run: --teacher run:ID.",
            )
    shares = ", ".join(f"{name}: {counts[number]:,}" for number, name in enumerate(task.labels))
    logger.log(
        events.Warned(
            message=f"{teacher.name} labels the {len(texts):,} training texts in place of people, whose labels are not "
            f"read. It teaches the half of each class that it is surest of: {shares}."
        )
    )
    return split, TaughtBy(teacher.name, teacher.key, labelled=len(texts), kept=len(kept), labels=teacher.labels)


def _surest_half(sure: torch.Tensor, said: torch.Tensor, label: int) -> list[int]:
    """The places, of (n,) texts, of the half that is called `label` most surely; of equals the first."""
    own = (said == label).nonzero().squeeze(1)
    ranked = own[sure[own].sort(descending=True, stable=True).indices]
    return list(ranked[: (len(own) + 1) // 2].tolist())
