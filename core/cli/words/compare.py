"""`compare`: how alike a word is in two sentences."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.api.parts import above
from core.cli.fields import at_least
from core.cli.printing import say, table
from core.cli.standard_input import text_of
from core.cli.words.answers import emit_rounded
from core.cli.words.arguments import add_place, add_states, add_word, vector_kind
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    add_word(parser)
    add_place(parser, required=True)
    parser.add_argument("--with", dest="other", metavar="SENTENCE", required=True, help="the other sentence")
    parser.add_argument("--with-word", dest="other_word", metavar="WORD", help="another word in it (the same)")
    parser.add_argument(
        "--with-occurrence",
        dest="other_occurrence",
        type=at_least(1),
        default=1,
        metavar="N",
        help="which of its places there (%(default)s)",
    )
    add_states(parser)


def _ask(wanted: Namespace, asker: Asker) -> None:
    model = asker.choose_model(wanted.model, asker.to_compare)
    word = text_of(wanted.word)
    first = api.Place(word, text_of(wanted.sentence), None, wanted.occurrence)
    other = word if wanted.other_word is None else text_of(wanted.other_word)
    second = api.Place(other, text_of(wanted.other), None, wanted.other_occurrence)
    question = api.Compare(model, first, second, wanted.layer, vector_kind(wanted))
    found = asker.session.compare(question, measure=True)
    if wanted.json:
        emit_rounded(api.fields(found))
    else:
        _show(found)


def _show(found: api.Compared) -> None:
    say(f"{found.note}; {found.vectors} vectors of layer {found.layer}")
    rows = [("as words, whatever the sentence", _number(found.static), "")]
    rows.append(("in their sentences, raw", _number(found.raw), ""))
    if found.centred is not None and found.percentile is not None and found.baseline is not None:
        usual = f"random pairs: {found.baseline.low:.2f} to {found.baseline.high:.2f}, mean {found.baseline.mean:.2f}"
        rows.append(("in their sentences, centred", _number(found.centred), usual))
        rows.append(("above so many random pairs", above(found.percentile), ""))
    print(table(rows, right=(1,)))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


COMPARE = WordVerb(
    "compare",
    "WORD --in SENTENCE --with SENTENCE",
    "how alike a word is in two sentences",
    _add_arguments,
    _ask,
)
