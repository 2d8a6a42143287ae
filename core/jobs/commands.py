"""A job as it is stored in run.json, and as the command that runs it again."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Any

from core.jobs.kinds import Job, kind_named, kind_of
from core.jobs.options import options_of
from core.jobs.training import TrainJob

_RETIRED: dict[str, Any] = {
    "lm_epochs": 0,
    "weight_drop": 0.0,
    "unfreeze": 0.0,
    "discrimination": 1.0,
    "skip": False,
}
"""Options that training a classifier once had, each with its default: files of those versions hold them all."""


class ForeignJob(ValueError):
    """A job of another version asks for what this one does not do; its text says what that is."""


class RetiredOption(ForeignJob):
    """A job of an earlier version asks for what this one no longer does."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(f"it asks for {name}={value!r}, an option of an earlier version that is gone")


def to_json(job: Job) -> dict[str, Any]:
    """The job as a JSON object with its kind."""
    return {"kind": job.kind, **asdict(job)}


def from_json(data: dict[str, Any]) -> Job:
    """The job in a JSON object.

    Raises ValueError for unknown fields, those of a later version, and ForeignJob where another version was asked for
    what is gone or not known here.
    """
    values = dict(data)
    try:
        kind = kind_named(values.pop("kind")).job
        job = kind(**(_without_retired(values) if kind is TrainJob else values))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a job of this version: {data!r}") from error
    _check_choices(job)
    return job


def _check_choices(job: Job) -> None:
    for name, declared in options_of(type(job)).items():
        value, option = getattr(job, name), declared.option
        if option.choices and value not in option.choices:
            raise ForeignJob(f"there is no {name} {value!r} in this version; there are {', '.join(option.choices)}")
        if option.items is not None and isinstance(value, str):
            try:
                option.items(value)
            except ValueError as error:
                raise ForeignJob(str(error)) from error


def _without_retired(values: dict[str, Any]) -> dict[str, Any]:
    for name, default in _RETIRED.items():
        if (value := values.pop(name, default)) != default:
            raise RetiredOption(name, value)
    return values


def command(job: Job) -> str:
    """The one command that runs this job again: only what differs from the defaults is spelled out."""
    kind = kind_of(job)
    options: list[str] = []
    usual = kind.recommended(job)
    for name, declared in options_of(kind.job).items():
        value = getattr(job, name)
        if not declared.required and value == usual.get(name, declared.default):
            continue
        if value is None and not declared.option.none:
            continue
        # Prompt's usual labels are none at all, so that None, all of them, has to be said.
        value = declared.option.none if value is None else value
        flag = declared.flag
        # A value that begins with a dash would be read as an option of its own.
        joined = value is not True and str(value).startswith("-")
        if value is False:  # the era's recipe says yes
            options.append(flag.replace("--", "--no-", 1))
            continue
        options += [flag] if value is True else [f"{flag}={value}"] if joined else [flag, str(value)]
    return shlex.join(["nlp-tui", *kind.verb, *options])
