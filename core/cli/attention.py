"""The verb `attention`: where each word of a sentence looks in a transformer."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.fields import at_least
from core.cli.standard_input import text_of

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb

SUMMARY = "where each word of a sentence looks, by layer and head"
STRONGEST = 4
"""How many words of each row are told."""


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("attention", "TEXT", SUMMARY, "one JSON object with all weights")
    parser.add_argument("text", metavar="TEXT", help="a sentence")
    parser.add_argument("--model", metavar="MODEL", default="bert", help="bert, or a prompt over mlm (%(default)s)")
    for name in ("layer", "head"):
        parser.add_argument(
            f"--{name}",
            type=at_least(0),
            default=0,
            metavar=name[0].upper(),
            help=f"which {name}, from 1; 0 is the mean of all (%(default)s)",
        )


def attention(wanted: Namespace) -> int:
    """Say of each word at which it looks most, or give all weights. Raises UserError."""
    from core.cli.session import open_session
    from core.cli.words.asker import choose_model

    session = open_session()
    model = choose_model(session.catalog, wanted.model)
    text = text_of(wanted.text)
    found = session.explain(api.Attend(text, model, wanted.layer, wanted.head))
    assert isinstance(found, api.Attention)
    if wanted.json:
        _emit(text, found)
    else:
        _show(found)
    return 0


def _emit(text: str, found: api.Attention) -> None:
    from core.cli.words.answers import emit_rounded

    emit_rounded(
        {
            "text": text,
            "model": found.model,
            "layer": found.layer,
            "head": found.head,
            "layers": found.layers,
            "heads": found.heads,
            "words": [{"word": each.word, "pieces": each.pieces, "part": each.part} for each in found.words],
            "weights": [list(row) for row in found.weights],
        }
    )


def _show(found: api.Attention) -> None:
    from core.cli.printing import say, table

    rows = [
        (each.word, *(f"{found.words[place].word} {100 * row[place]:.0f} %" for place in _strongest(row)))
        for each, row in zip(found.words, found.weights, strict=True)
    ]
    print(table(rows, ("word", "looks most at")))
    layer = f"layer {found.layer}" if found.layer else f"the mean of {found.layers} layers"
    head = f"head {found.head}" if found.head else f"the mean of {found.heads} heads"
    say(f"{found.model}, {layer}, {head}. {found.note[0].upper()}{found.note[1:]}.")
    if found.read < found.tokens:
        say(f"The text is longer than {found.model} reads: the first {found.read:,} tokens are told.")
    say(found.caveat)


def _strongest(row: tuple[float, ...]) -> list[int]:
    return sorted(range(len(row)), key=lambda place: -row[place])[:STRONGEST]
