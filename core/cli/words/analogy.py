"""`analogy`: the words nearest to a sum of words."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.printing import say
from core.cli.standard_input import text_of
from core.cli.words.answers import emit_rounded, print_words
from core.cli.words.arguments import add_count
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("expression", metavar='"A - B + C"')
    parser.add_argument("--model", metavar="MODEL", help="the model asked (default: pretrained word vectors)")
    parser.add_argument(
        "--method", choices=("add", "mul"), default="add", help="3CosAdd, or 3CosMul (default: %(default)s)"
    )
    add_count(parser, 12)


def _ask(wanted: Namespace, asker: Asker) -> None:
    model = asker.choose_model(wanted.model, asker.to_add)
    found = asker.session.ask(api.Analogy(text_of(wanted.expression), model, wanted.method, wanted.k))
    assert isinstance(found, api.AnalogyList)
    if wanted.json:
        for n in found.neighbors:
            record = {"expression": found.expression, "model": model, "method": found.method, "rank": n.rank}
            emit_rounded({**record, "neighbor": n.neighbor, "score": n.score, "count": n.count})
        return
    say(found.note)
    print_words(found.neighbors, score="cosine" if found.method == "add" else "3CosMul")


ANALOGY = WordVerb(
    "analogy",
    '"A - B + C"',
    "words nearest to a sum of words: king - man + woman",
    _add_arguments,
    _ask,
    other_help="words nearest to a sum of words, such as king - man + woman",
)
