"""`vector`: the vector of a word or of its place, for one or for lines of standard input."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core.cli.standard_input import text_of, word_lines
from core.cli.words.answers import emit_rounded
from core.cli.words.arguments import add_place, add_states, idle_options, vector_kind
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("word", metavar="WORD", help="a word; - reads word<TAB>sentence lines from standard input")
    add_place(parser)
    add_states(parser)


def _mistake(wanted: Namespace) -> str:
    if wanted.word != "-":
        return idle_options(wanted)
    return "" if wanted.sentence is None else "vector -: the sentences come from standard input, and --in from none"


def _ask(wanted: Namespace, asker: Asker) -> None:
    from core.words.word_models import WordError

    asked = word_lines() if wanted.word == "-" else iter([(text_of(wanted.word), wanted.sentence)])
    models: dict[bool, str] = {}
    for line, (word, sentence) in enumerate(asked, 1):
        alone = sentence is None
        if alone not in models:
            models[alone] = asker.choose_model(wanted.model, () if alone else asker.to_compare)
        model = models[alone]
        try:
            if sentence is None:
                values = asker.session.vector(word, model)
            else:
                values = asker.session.vector(
                    word, model, text_of(sentence), wanted.occurrence, wanted.layer, vector_kind(wanted)
                )
        except WordError as error:
            if wanted.word != "-":
                raise
            raise WordError(f"Line {line}: {error.message}", error.hint) from error
        kind = "static" if alone else "contextual"
        emit_rounded({"word": word, "model": model, "kind": kind, "vector": [float(value) for value in values]})


VECTOR = WordVerb(
    "vector",
    "WORD",
    "the vector of a word",
    _add_arguments,
    _ask,
    "one JSON object a line (the only format there is)",
    _mistake,
)
