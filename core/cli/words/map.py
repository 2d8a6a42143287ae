"""`map`: a word's neighbourhood in two dimensions."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.printing import say, table
from core.cli.standard_input import text_of
from core.cli.words.answers import emit_rounded, no_index, unknown_word
from core.cli.words.arguments import (
    add_centring,
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
    add_centring(parser)
    add_count(parser, 30)


def _ask(wanted: Namespace, asker: Asker) -> None:
    word, kind = text_of(wanted.word), lens(wanted)
    model = asker.choose_model(wanted.model, asker.to_search if kind == "contextual" else ())
    question = api.Map(
        word,
        model,
        kind,
        sentence(wanted),
        k=wanted.k,
        occurrence=wanted.occurrence,
        layer=wanted.layer,
        vectors=vector_kind(wanted),
        centring=wanted.centring,
    )
    found = asker.session.ask(question)
    assert isinstance(found, api.MapPoints)
    if found.missing:
        raise no_index(model, wanted)
    if not found.known:
        raise unknown_word(model, found.word, found.suggestions)
    if wanted.json:
        for point in found.points:
            emit_rounded(api.fields(point))
    else:
        _show(found)


def _show(found: api.MapPoints) -> None:
    shares = " and ".join(f"{100 * share:.0f} %" for share in found.explained)
    say(f"{found.word} · {found.note}; neighbours are computed in the full space, the axes show {shares} of it")
    say(found.verdict[:1].upper() + found.verdict[1:] + ".")
    names = [cluster.name for cluster in found.clusters]
    rows = [
        (
            p.text, f"{p.x:.3f}", f"{p.y:.3f}", f"{p.score:.3f}", p.role,
            "" if p.cluster is None else f"{p.cluster + 1} {names[p.cluster]}",
        )
        for p in found.points
    ]  # fmt: skip
    print(table(rows, ("", "x", "y", "cosine", "role", "group" if names else ""), right=(1, 2, 3)))


MAP = WordVerb(
    "map",
    "WORD",
    "a word's neighborhood in two dimensions",
    _add_arguments,
    _ask,
    mistake=idle_options,
)
