"""`senses`: the groups that a word's places in the indexed text fall into."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.printing import say, table
from core.cli.standard_input import text_of
from core.cli.words.answers import emit_rounded, no_index
from core.cli.words.arguments import add_corpus, add_count, add_place, add_states, add_word, sentence, vector_kind
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    add_word(parser)
    add_place(parser)
    add_states(parser)
    add_corpus(parser)
    add_count(parser, 3, "how many places of each are shown")


def _ask(wanted: Namespace, asker: Asker) -> None:
    model = asker.choose_model(wanted.model, asker.to_search)
    word = text_of(wanted.word)
    question = api.Senses(
        word,
        model,
        sentence(wanted),
        None,
        wanted.occurrence,
        wanted.layer,
        vector_kind(wanted),
        wanted.k,
        wanted.corpus,
    )
    found = asker.session.ask(question)
    assert isinstance(found, api.SenseList)
    if found.missing:
        raise no_index(model, wanted)
    if wanted.json:
        emit_rounded(api.fields(found))
    else:
        _show(found)


def _show(found: api.SenseList) -> None:
    say(f"{found.word} · {found.note}")
    print(found.verdict)
    if found.mine:
        print(f"In the sentence it falls in group {found.mine}.")
    for group in found.groups:
        named = ", ".join(group.names) or "no words of its own"
        print(f"{group.letter}  {group.size} places, silhouette {group.silhouette:.2f}: {named}")
        lines = [
            ("  ", f"{n.score:.2f}", n.left[-48:], n.neighbor, n.right[:48], n.label, n.source) for n in group.places
        ]
        print(table(lines, right=(2,)))


SENSES = WordVerb(
    "senses",
    "WORD",
    "the groups that a word's places in the indexed text fall into",
    _add_arguments,
    _ask,
    "one JSON object",
)
