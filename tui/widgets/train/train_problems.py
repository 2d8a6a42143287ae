"""What is wrong with the fields of a new run, in plain words: what can be known before it starts."""

from __future__ import annotations

import re
from pathlib import Path

from core.eras.table import BY_ID
from core.machine.extras import BERT, absent
from tui.model_comparison import list_missing_directions
from tui.widgets.train.train_fields import HUB, MASKED, OTHER, OWN_FILE, Fields, is_file, read

NAMED = {"word2vec": ("cbow", "word2vec-google-news-300"), "glove": ("stanford", "glove-wiki-gigaword-100")}
"""Names of vectors, by what kind of vectors they are."""
_FILE_TYPES = (".csv", ".tsv", ".jsonl", ".parquet")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+|[0-9a-f]{4,64}")
"""A name of gensim's, or the beginning of a key."""


def problems(fields: Fields, language_models: frozenset[str] | None = None) -> dict[str, str]:
    """What is wrong, by the name of the field, each in one plain sentence. Empty when the run can start.

    `language_models`: the directions there is one for; None while nobody has looked.
    """
    said = {
        "kind": _of_kind(fields, language_models),
        "source": _of_source(fields),
        **{name: _of_number(fields, name) for name, option in fields.asked.items() if option.type is not str},
    }
    if "labels" in said:  # a number is typed into a field of its own
        said["budget"] = said.pop("labels") if fields.labels == OTHER else ""
    if "vectors" in fields.asked:
        said["vectors"] = _of_vectors(fields.vectors.strip(), BY_ID[fields.kind].vectors or "")
    return {name: problem for name, problem in said.items() if problem}


def _of_kind(fields: Fields, language_models: frozenset[str] | None) -> str:
    era = BY_ID.get("bert" if fields.kind == MASKED else fields.kind)
    if era is None:
        return ""
    if absent(era):
        return f"this needs {BERT}"
    lacking = () if language_models is None else list_missing_directions(era, language_models, fields.direction)
    if not lacking:
        return ""
    named = "" if len(lacking) > 1 else f"{lacking[0]} "
    return f"there is no {named}language model yet: pretrain one first, it is the last of this list"


def _of_number(fields: Fields, name: str) -> str:
    try:
        if not fields.is_left_out(name):
            read(fields, name)
    except ValueError as error:
        return str(error)
    return ""


def _of_source(fields: Fields) -> str:
    source = fields.source.strip()
    if fields.data == HUB:
        return "" if source else "which data set of the hub? For example stanfordnlp/sst2"
    if fields.data != OWN_FILE:
        return ""
    if not source:
        return "which file? A path to a CSV, TSV, JSONL or Parquet file"
    try:
        path = Path(source).expanduser()
        if path.is_dir():
            return "that is a folder: name the file in it"
        if not path.is_file():
            return "there is no file at this path"
    except (OSError, RuntimeError, ValueError):
        return "this cannot be a path on this computer"
    if path.suffix.lower() not in _FILE_TYPES:
        return "the file's name should end in .csv, .tsv, .jsonl or .parquet"
    return ""


def _of_vectors(named: str, objective: str) -> str:
    """What is wrong with the vectors that were typed; what a run alone can find out, its failure says."""
    if not named or named in NAMED[objective] or is_file(named):
        return ""
    for other, names in NAMED.items():
        if named in names and other != objective:
            return f"those are {other} vectors: choose {other} above"
    if "/" in named or "\\" in named or "\0" in named or named.startswith("~"):
        return "there is no file of vectors at this path"
    if _NAME.fullmatch(named):
        return ""
    return f"vectors: {NAMED[objective][0]}, a name of gensim's such as {NAMED[objective][1]}, or a file"
