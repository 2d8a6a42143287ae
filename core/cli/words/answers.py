"""What the answers about words share: figures in JSON, words in a table, what is not there."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any

from core import api
from core.cli.printing import emit, table
from core.cli.words.arguments import vector_kind
from core.data.corpus_list import shorten
from core.errors import UserError
from core.floats import rounded
from core.jobs import IndexJob, command

DECIMALS = 6


def emit_rounded(record: dict[str, Any]) -> None:
    """One JSON object as a line of data; what was computed has six decimals."""
    emit(rounded(record, DECIMALS))


def print_words(
    found: Sequence[api.Neighbor], marked: Callable[[api.Neighbor], bool] = lambda _: False, score: str = "cosine"
) -> None:
    """Print words with their rank, score and count; those that are `marked` with an asterisk."""
    names = [f"{n.neighbor}{' *' if marked(n) else ''}" for n in found]
    counts = [f"{n.count:,}" if n.count else "" for n in found]
    rows = [(str(n.rank), name, f"{n.score:.3f}", count) for n, name, count in zip(found, names, counts, strict=True)]
    print(table(rows, ("rank", "neighbor", score, "count"), right=(0, 2, 3)))


def no_index(model: str, wanted: Namespace) -> UserError:
    """The model's index is not built yet: how to build the one that was asked for."""
    from core.catalog.models import ModelError

    corpus = getattr(wanted, "corpus", "")
    job = IndexJob(model=model, layer=wanted.layer, vectors=vector_kind(wanted), corpus=corpus or None)
    return ModelError(
        f"The model {model!r} has no index of {shorten(corpus) or 'the corpus'} yet, which places are searched in.",
        f"Build it once with `{command(job)}`.",
    )


def unknown_word(model: str, word: str, suggestions: Sequence[str]) -> UserError:
    """The model has no vector for the word: what is spelled like it."""
    from core.catalog.models import ModelError

    hint = f"Nearest spellings: {', '.join(suggestions)}." if suggestions else "No known word is spelled like it."
    return ModelError(f"The model {model!r} does not know the word {word!r}.", hint)
