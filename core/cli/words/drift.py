"""`drift`: what fine-tuning did to the word vectors."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.catalog.models import Catalog
from core.cli.fields import at_least
from core.cli.printing import say, table
from core.cli.words.answers import emit_rounded
from core.cli.words.verb import WordVerb
from core.eras.table import ERAS, Era

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--model", metavar="MODEL", help="the model asked (default: the latest era's)")
    parser.add_argument("--words", type=at_least(1), default=20, metavar="N", help="how many that moved (%(default)s)")
    parser.add_argument(
        "--least", type=at_least(1), default=100, metavar="N", help="only words counted so often (%(default)s)"
    )
    parser.add_argument(
        "--epoch", type=at_least(1), metavar="N", help="at the end of that epoch of a run:ID, not of the finished model"
    )


def _ask(wanted: Namespace, asker: Asker) -> None:
    tuned = [era for era in ERAS if _drifts(era, asker.session.catalog)]
    model = wanted.model if wanted.model is not None else asker.choose_model(None, eras=tuned)
    found = asker.session.ask(api.Drift(model, words=wanted.words, least=wanted.least, epoch=wanted.epoch))
    assert isinstance(found, api.DriftList)
    if wanted.json:
        emit_rounded(api.fields(found))
    else:
        _show(found, model)


def _drifts(era: Era, catalog: Catalog) -> bool:
    """Whether the era's C starts from something, and its model has moved it: one that learned from no label has not."""
    entry, C = catalog.for_era(era.id), era.parameter("C")  # noqa: N806 - the letter of the formula
    return C.pretrained and C.tuned and (entry is None or "C" not in entry.info.frozen)


def _show(found: api.DriftList, model: str) -> None:
    say(f"{model}: {found.note}")
    say(f"On average {100 * found.overlap:.0f} % of the {found.k} nearest words stayed.")
    after = "after" if found.epoch is None else f"epoch {found.epoch}"
    pairs = [(f"{p.first}, {p.second}", f"{p.before:.2f}", f"{p.after:.2f}") for p in found.pairs]
    print(table(pairs, ("cosine of", "before", after), right=(1, 2)))
    print()
    if found.courses:
        courses = [(f"{c.first}, {c.second}", *(f"{cosine:.2f}" for cosine in c.cosines)) for c in found.courses]
        columns = ("cosine at the end of epoch", "start", *map(str, found.epochs))
        print(table(courses, columns, right=tuple(range(1, len(columns)))))
        print()
    else:
        say(found.unkept)
    rows = [
        (m.word, f"{m.count:,}", f"{100 * m.overlap:.0f} %", ", ".join(m.before[:4]), ", ".join(m.after[:4]))
        for m in found.moved
    ]
    print(table(rows, ("moved most", "count", "stayed", "was near", "is near"), right=(1, 2)))


DRIFT = WordVerb(
    "drift",
    "",
    "what fine-tuning did to the word vectors",
    _add_arguments,
    _ask,
    "one JSON object",
)
