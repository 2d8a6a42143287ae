"""`neighbors`: the words nearest to a word, or the places in the corpus nearest to its place in a sentence."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core import api
from core.cli.printing import emit, say, table
from core.cli.standard_input import text_of
from core.cli.words.answers import DECIMALS, no_index, print_words, unknown_word
from core.cli.words.arguments import (
    add_centring,
    add_corpus,
    add_count,
    add_lens,
    add_place,
    add_states,
    add_word,
    idle_options,
    lens,
    sentence,
    vector_kind,
)
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    add_word(parser)
    add_place(parser)
    add_lens(parser)
    add_states(parser)
    add_corpus(parser)
    add_centring(parser)
    parser.add_argument(
        "--among",
        choices=("all", "same", "others"),
        default="all",
        help="in context: all places, only those of the same word, or only of other words (%(default)s)",
    )
    parser.add_argument("--csv", action="store_true", help="comma-separated values with a header")
    add_count(parser, 12)


def _ask(wanted: Namespace, asker: Asker) -> None:
    word, kind = text_of(wanted.word), lens(wanted)
    model = asker.choose_model(wanted.model, asker.to_search if kind == "contextual" else ())
    question = api.Neighbors(
        word,
        model,
        kind,
        sentence(wanted),
        k=wanted.k,
        occurrence=wanted.occurrence,
        layer=wanted.layer,
        vectors=vector_kind(wanted),
        centring=wanted.centring,
        corpus=wanted.corpus,
    )
    found = asker.session.neighbors(question)
    if found.missing:
        raise no_index(model, wanted)
    if not found.known and not found.neighbors:
        raise unknown_word(model, found.word, found.suggestions)
    chosen = {"all": found.neighbors, "same": found.same, "others": found.others}[wanted.among]
    records = [_record(found, neighbor) for neighbor in chosen]
    if wanted.json:
        for record in records:
            emit(record)
    elif wanted.csv:
        _print_csv(records)
    else:
        _show(found, chosen, kind)


def _record(found: api.NeighborList, neighbor: api.Neighbor) -> dict[str, Any]:
    record: dict[str, Any] = {
        "word": found.word,
        "model": found.model,
        "kind": found.lens,
        "rank": neighbor.rank,
        "neighbor": neighbor.neighbor,
        "score": round(neighbor.score, DECIMALS),
        "count": neighbor.count,
    }
    if found.lens == "contextual":
        record |= {"left": neighbor.left, "right": neighbor.right, "source": neighbor.source, "label": neighbor.label}
    return record


def _print_csv(records: list[dict[str, Any]]) -> None:
    if records:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def _show(found: api.NeighborList, chosen: Sequence[api.Neighbor], kind: str) -> None:
    counted = f" · counted {found.count:,} times" if found.count else ""
    say(f"{found.word}{counted} · {found.note}")
    if found.remark:
        say(found.remark)
    _say_baseline(found)
    if kind == "static":
        print_words(chosen, found.shaky)
        return
    say(f"Searched: {found.searched:,} places of {', '.join(found.corpora)}.")
    lines = [(f"{n.score:.3f}", n.left, n.neighbor, n.right, n.label, n.source) for n in chosen]
    print(table(lines, ("cosine", "left", "neighbor", "right", "label", "source"), right=(0, 1)))


def _say_baseline(found: api.NeighborList) -> None:
    if (usual := found.baseline) is not None:
        say(f"Cosines of random pairs: mean {usual.mean:.2f}, nine in ten from {usual.low:.2f} to {usual.high:.2f}.")
    if found.overlap is not None:
        say(
            f"With another seed {100 * found.overlap:.0f} % of the ten nearest stay "
            f"({found.seeds} models); * marks those that not all have."
        )


NEIGHBORS = WordVerb(
    "neighbors",
    "WORD",
    "words, or places in the corpus, nearest to a word",
    _add_arguments,
    _ask,
    mistake=idle_options,
    other_help="words or places nearest to a word",
)
