"""What is wrong with the fields of a new run, in plain words: what can be known before it starts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from core.api import FileFault, FileLook
from core.eras.prompts import PromptError, read_answers, read_templates
from core.eras.table import BY_ID
from core.machine.extras import BERT, absent
from tui.model_comparison import list_missing_directions
from tui.widgets.train.train_fields import (
    ALIKE,
    ALL,
    BUDGETS,
    HUB,
    MASKED,
    NO_HEADER,
    OTHER,
    OWN_FILE,
    Fields,
    full_path,
    is_file,
    knows_encoding,
    read,
)

NAMED = {"word2vec": ("cbow", "word2vec-google-news-300"), "glove": ("stanford", "glove-wiki-gigaword-100")}
"""Names of vectors, by what kind of vectors they are."""
_IN_FORM = {
    "--text": "the field text",
    "--label": "the field label",
    "--encoding": "the field encoding",
    "--no-header": f"“{NO_HEADER}”",
    "--fold-labels": f"“{ALIKE}”",
}
"""What the form calls the options that a sentence about a file may name."""
_NO_ENCODING = "no encoding has this name: utf-8, utf-16, cp1252, latin-1, shift_jis, gb18030, koi8-r are some"
_WHICH_FIELD = re.compile(r"; (use|choose with) --(text|label)\b")
_MOST_NEIGHBOURS = 2_000
"""Files of a folder that are looked through for a name like the one typed."""
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+|[0-9a-f]{4,64}")
"""A name of gensim's, or the beginning of a key."""


def problems(
    fields: Fields, language_models: frozenset[str] | None = None, look: FileLook | FileFault | None = None
) -> dict[str, str]:
    """What is wrong, by the name of the field, each in one plain sentence. Empty when the run can start.

    `language_models`: the directions there is one for; `look`: what the file is; None while nobody has looked.
    """
    said = {
        "kind": _of_kind(fields, language_models),
        "source": _of_source(fields),
        "encoding": "" if knows_encoding(fields.typed("encoding")) else _NO_ENCODING,
        **{name: _of_number(fields, name) for name, option in fields.asked.items() if option.type is not str},
    }
    if "labels" in said:  # a number is typed into a field of its own
        wrong = said.pop("labels") or _of_budget(fields, look)
        said["budget" if fields.labels == OTHER else "labels"] = wrong
    for name, read_prompt in (("template", read_templates), ("answers", read_answers)):
        if name in fields.asked:
            said[name] = _of_prompt(fields.typed(name), read_prompt)
    if "vectors" in fields.asked:
        said["vectors"] = _of_vectors(fields.vectors.strip(), BY_ID[fields.kind].vectors or "")
    if fault := look if isinstance(look, FileFault) else look and look.fault:
        column = fault.column if fault.column in fields.asked else "source"
        hint = _WHICH_FIELD.sub("", fault.hint)  # it stands beside that field
        said[column] = said.get(column) or word_for_form(": ".join(filter(None, (fault.message, hint))))
    return {name: problem for name, problem in said.items() if problem}


def word_for_form(text: str) -> str:
    """A sentence that names options of the command line, with what the form calls them."""
    for flag, called in _IN_FORM.items():
        text = re.sub(rf"(?<![\w-]){flag}(?![\w-])", called, text)
    return text


def fit_labels(labels: str, look: FileLook) -> str:
    """The number of labels to offer in place of the usual one where a file cannot give so many."""
    if look.budget is None:
        return ALL
    if look.budget.fewest <= int(labels) <= look.budget.most:
        return labels
    fitting = [each for each in BUDGETS if look.budget.fewest <= each <= min(int(labels), look.budget.most)]
    return str(max(fitting)) if fitting else ALL


def _of_budget(fields: Fields, look: FileLook | FileFault | None) -> str:
    """Whether the era can do with so many labels, and the file can give them."""
    if read(fields, "labels") == 0:
        if fields.every:
            return "only prompt can do without labels: the other eras have nothing to learn from"
        if BY_ID[fields.kind].asked:
            return ""
        return f"{fields.kind} learns from labels: with none there is nothing to train; prompt needs none"
    if not isinstance(look, FileLook) or look.fault or (wanted := read(fields, "labels")) is None:
        return ""
    if look.budget is None:
        return "a class has a single text to train on: only all labels can be used"
    if wanted > look.budget.most:
        return f"this file has {look.budget.most:,} texts to train on: ask for fewer, or for all"
    if wanted < look.budget.fewest:
        return f"{len(look.classes)} classes need {look.budget.fewest:,} labels or more, two each"
    return ""


def _of_prompt(typed: str, read_prompt: Callable[[str], object]) -> str:
    """What is wrong with a template or with answer words; nothing typed means the usual ones."""
    try:
        if typed:
            read_prompt(typed)
    except PromptError as error:
        return f"{error.message} {error.hint}"
    return ""


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
    from core.data.tables.source import COMPRESSED, SUFFIXES  # only who has data of their own waits for it

    try:
        path = full_path(source)
        if path.is_dir():
            return "that is a folder: name the file in it"
        if not path.is_file():
            return _nearest(path)
    except (OSError, RuntimeError, ValueError):
        return "this cannot be a path on this computer"
    if path.suffix.lower() not in (*SUFFIXES, *COMPRESSED):
        return f"this reads {', '.join(SUFFIXES)}, and these in .gz or .zip"
    return ""


def _nearest(path: Path) -> str:
    """How far a path leads, and what there is instead."""
    if not path.parent.is_dir():
        there = next(folder for folder in path.parent.parents if folder.is_dir())
        return f"there is no folder {path.parent.relative_to(there).parts[0]!r} in {there}"
    try:
        names = [each.name for each in islice(path.parent.iterdir(), _MOST_NEIGHBOURS)]
    except OSError:  # a folder may be passed through and not be read
        names = []
    like = difflib.get_close_matches(path.name, names, n=1, cutoff=0.75)
    begun = [name for name in names if name.startswith(path.name)]
    meant = f"; did you mean {(like or begun)[0]}?" if like or begun else ""
    return f"there is no file at this path{meant}"


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
