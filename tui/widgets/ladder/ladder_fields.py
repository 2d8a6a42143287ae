"""What is typed for a new ladder, and the job it asks for or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from core.jobs import DATA_NAMES, LadderJob, options_of, split_list

FIELDS = {
    "data": "rotten_tomatoes, imdb, files of yours, with commas between",
    "eras": "rows: all, or some as scratch,word2vec,ulmfit,tfidf",
    "labels": "numbers of labels, as 0,20,100,all",
    "seeds": "trainings of each (empty: 3, at 100 and 500 labels 5)",
    "split": "texts that accuracy is measured on: validation or test",
}
"""Each field, and what it is."""
USUAL = LadderJob(eras="scratch,word2vec,ulmfit,tfidf", labels="20,100", seeds=3)
"""A ladder for a first try: the cheapest cells."""


def type_job(job: LadderJob) -> dict[str, str]:
    """A job as it would be typed."""
    return {name: "" if (value := getattr(job, name)) is None else str(value) for name in FIELDS}


def read_job(typed: Mapping[str, str], before: LadderJob) -> tuple[LadderJob | None, dict[str, str]]:
    """The job that is asked for, what is not typed as it was before; or by field what is wrong, in plain words."""
    wrong: dict[str, str] = {}
    values: dict[str, object] = {}
    declared = options_of(LadderJob)
    defaults = {field.name: field.default for field in fields(LadderJob)}
    for name in FIELDS:
        text = typed[name].strip()
        try:
            values[name] = declared[name].read(text) if text else defaults[name]
            if (choices := declared[name].option.choices) and values[name] not in choices:
                raise ValueError(f"{text} is neither {' nor '.join(choices)}")
            if name == "data":
                values[name] = ",".join(_find_data(each) for each in split_list(str(values[name])))
        except ValueError as error:
            wrong[name] = str(error)
    return (None if wrong else replace(before, **values)), wrong  # type: ignore[arg-type]


def _find_data(name: str) -> str:
    """A data set's name as it is, a file by its whole path. Raises ValueError for what is neither."""
    if name in DATA_NAMES or name.startswith("hf:"):
        return name
    path = Path(name).expanduser()
    if not path.exists():
        raise ValueError(f"{name} is no file here, and no data set of that name ships")
    return str(path.absolute())
