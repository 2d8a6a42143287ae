"""`compare`: how alike a word is in two sentences, for one model or for every era beside one another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.api.parts import above
from core.catalog.models import ModelError
from core.cli.fields import at_least
from core.cli.printing import say, table
from core.cli.standard_input import text_of
from core.cli.words.answers import emit_rounded
from core.cli.words.arguments import add_place, add_states, add_word, vector_kind
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker

EVERY = "all"
ROW = "{:<9} {:>6}  {:>11}  {:>9}  {:>10}  {:>12}  {}"
HEADER = ROW.format("era", "cosine", "above pairs", "one sense", "two senses", "another word", "verdict")


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


def _find_mistake(wanted: Namespace) -> str:
    """Layers are a model's own: with every era the best of each is asked."""
    given = {"--layer": wanted.layer, "--vectors": wanted.vectors, "--slot": wanted.slot}
    idle = [name for name, there in given.items() if there]
    return f"{' and '.join(idle)}: only for one model" if idle and wanted.model == EVERY else ""


def _ask(wanted: Namespace, asker: Asker) -> None:
    word = text_of(wanted.word)
    first = api.Place(word, text_of(wanted.sentence), None, wanted.occurrence)
    other = word if wanted.other_word is None else text_of(wanted.other_word)
    second = api.Place(other, text_of(wanted.other), None, wanted.other_occurrence)
    if wanted.model == EVERY:
        _ask_every(first, second, wanted, asker)
        return
    model = asker.choose_model(wanted.model, asker.to_compare)
    question = api.Compare(model, first, second, wanted.layer, vector_kind(wanted))
    found = asker.session.compare(question, measure=True)
    if wanted.json:
        emit_rounded(api.fields(found))
    else:
        _show(found)


def _ask_every(first: api.Place, second: api.Place, wanted: Namespace, asker: Asker) -> None:
    """A row an era, as soon as it is known; what is not here is said and left out."""
    if not wanted.json:
        print(HEADER)
    references, answered = [], 0
    for model in api.SIDE_BY_SIDE:
        try:
            found = asker.session.ask(api.CompareEra(model, first, second))
        except ModelError as error:
            say(f"{model} is left out: {error.message} {error.hint}")
            continue
        assert isinstance(found, api.EraCompared)
        answered += 1
        references += [found.reference] if found.reference else []
        if found.missing:
            say(f"{model}: {found.missing}")
        if wanted.json:
            emit_rounded({**api.fields(found), "cosine": found.cosine})
        else:
            print(_row(found), flush=True)
    if not answered:
        raise ModelError("No model is here that could compare them.", "`nlp-tui eras` says which there are.")
    if references:
        whose = f"of {references[0].word!r}" if references[0].word else "of all words"
        luck = f"{references[0].chance:.1f} of {references[0].places}"
        say(f"One sense, two senses, another word: mean cosines {whose} in assets/senses.json.")
        say(f"By luck {luck} places would be nearest to one of their own sense.")


def _row(found: api.EraCompared) -> str:
    known = found.reference
    numbers = [_number(found.cosine), "–" if found.percentile is None else above(found.percentile)]
    numbers += [_number(value) for value in ((known.same, known.apart, known.other) if known else (None,) * 3)]
    return ROW.format(found.model, *numbers, found.verdict)


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
    mistake=_find_mistake,
)
