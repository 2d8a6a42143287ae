"""The labelled texts that a model was trained and measured on: read again where they are, never shipped."""

from __future__ import annotations

from typing import Any

from core.catalog.model_info import ModelInfo
from core.data.corpora import DataError, Task, load_task
from core.data.tables.table import Reading
from core.errors import UserError


class NoTexts(UserError):
    """The texts of a model are not here, or are not the same any more. `message` and `hint` are for a person."""


def load_own_task(info: ModelInfo) -> Task:
    """The task that a model learned, with all its splits; nothing is downloaded. Raises NoTexts."""
    job: dict[str, Any] = dict(info.job)
    spec = str(job.get("data") or info.data)
    reading = Reading(job.get("encoding"), False if job.get("no_header") else None, bool(job.get("fold_labels")))
    try:
        task = load_task(spec, job.get("text_column"), job.get("label_column"), offline=True, reading=reading)
    except DataError as error:
        raise NoTexts(f"The texts that the model learned from are not here: {error.message}.", error.hint) from error
    if info.data_digest and task.digest != info.data_digest:
        raise NoTexts(
            f"{info.data} is not what it was when the model was trained: its texts or labels have changed.",
            "Put the data back as it was, or train the model again.",
        )
    if tuple(task.labels) != tuple(info.labels):
        raise NoTexts(
            f"{info.data} has the classes {', '.join(task.labels)}, and the model {', '.join(info.labels)}.",
            "Train the model again.",
        )
    return task
