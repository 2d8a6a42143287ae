"""What a run is asked to do: plain dataclasses that travel in run.json and print as commands. Imports nothing heavy."""

from __future__ import annotations

import shlex
from dataclasses import MISSING, asdict, fields
from typing import Any

from core.jobs.measuring import IndexJob, LadderJob
from core.jobs.naming import DEFAULT_DATA, NO_DATA
from core.jobs.pretraining import (
    LANGUAGE_MODEL_PRESETS,
    MASKED_PRESETS,
    VECTORS,
    GloveJob,
    LanguageModelJob,
    MaskedJob,
    PretrainJob,
    VectorsJob,
)
from core.jobs.training import (
    RECIPES,
    TUNINGS,
    Schedule,
    TrainJob,
    Tuning,
    recipe,
    schedule,
    unused,
)

__all__ = [
    "DEFAULT_DATA",
    "JOBS",
    "LANGUAGE_MODEL_PRESETS",
    "MASKED_PRESETS",
    "NO_DATA",
    "RECIPES",
    "TUNINGS",
    "VECTORS",
    "GloveJob",
    "IndexJob",
    "Job",
    "LadderJob",
    "LanguageModelJob",
    "MaskedJob",
    "PretrainJob",
    "RetiredOption",
    "Schedule",
    "TrainJob",
    "Tuning",
    "VectorsJob",
    "command",
    "from_json",
    "recipe",
    "schedule",
    "to_json",
    "unused",
]

Job = TrainJob | PretrainJob | GloveJob | LanguageModelJob | MaskedJob | IndexJob | LadderJob
JOBS: dict[str, type[Job]] = {
    each.kind: each for each in (TrainJob, PretrainJob, GloveJob, LanguageModelJob, MaskedJob, IndexJob, LadderJob)
}

_POSITIONAL = {"objective"}
_VERBS = {"glove": ("pretrain", "glove"), "lm": ("pretrain", "lm"), "mlm": ("pretrain", "mlm")}
_FLAG_NAMES = {"text_column": "--text", "label_column": "--label"}


_RETIRED: dict[str, Any] = {
    "lm_epochs": 0,
    "weight_drop": 0.0,
    "unfreeze": 0.0,
    "discrimination": 1.0,
    "skip": False,
}
"""Options that training a classifier once had, each with its default: files of those versions hold them all."""


class RetiredOption(ValueError):
    """A job of an earlier version asks for what this one no longer does."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(f"it asks for {name}={value!r}, an option of an earlier version that is gone")


def to_json(job: Job) -> dict[str, Any]:
    """The job as a JSON object with its kind."""
    return {"kind": job.kind, **asdict(job)}


def from_json(data: dict[str, Any]) -> Job:
    """The job in a JSON object.

    Raises ValueError for unknown fields, those of a later version, and RetiredOption where an earlier version was asked
    for what is gone.
    """
    values = dict(data)
    try:
        kind = JOBS[values.pop("kind")]
        return kind(**(_without_retired(values) if kind is TrainJob else values))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a job of this version: {data!r}") from error


def _without_retired(values: dict[str, Any]) -> dict[str, Any]:
    for name, default in _RETIRED.items():
        if (value := values.pop(name, default)) != default:
            raise RetiredOption(name, value)
    return values


def command(job: Job) -> str:
    """The one command that runs this job again: only what differs from the defaults is spelled out."""
    words = ["nlp-tui", *_VERBS.get(job.kind, (job.kind,))]
    options: list[str] = []
    usual = recipe(job.era) if isinstance(job, TrainJob) else {}
    for field in fields(job):
        value = getattr(job, field.name)
        if field.name in _POSITIONAL:
            words.append(str(value))
            continue
        required = field.default is MISSING
        if (not required and value == usual.get(field.name, field.default)) or value is None:
            continue
        flag = _FLAG_NAMES.get(field.name, "--" + field.name.replace("_", "-"))
        # A value that begins with a dash would be read as an option of its own.
        joined = value is not True and str(value).startswith("-")
        if value is False:  # the era's recipe says yes
            options.append(flag.replace("--", "--no-", 1))
            continue
        options += [flag] if value is True else [f"{flag}={value}"] if joined else [flag, str(value)]
    return shlex.join(words + options)
