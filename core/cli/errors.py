"""The verb `errors`: what a model gets wrong of a split of its own data, and what two models answer differently."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb

SUMMARY = "what a model gets wrong: who is taken for whom, the surest mistakes"
COUNT = 20
WIDEST = 8
"""Classes whose confusion has room as a matrix; of more the pairs that are confused most are listed."""


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb(
        "errors", "--model MODEL", SUMMARY, "one JSON object with the scores, then one a text, one a line"
    )
    parser.add_argument("--model", metavar="MODEL", help="whose mistakes (the latest era's)")
    parser.add_argument(
        "--against", default="", metavar="MODEL", help="list what this one answers differently, the widest margin first"
    )
    parser.add_argument(
        "--split",
        choices=api.ERROR_SPLITS,
        default=api.VALIDATION,
        help="of the model's own data (%(default)s). Who looks at test errors and then changes the recipe has no test "
        "any more",
    )
    parser.add_argument("--filter", default="", metavar="TEXT", help="only texts that hold this, letter case aside")
    parser.add_argument("-n", type=int, default=COUNT, metavar="N", help="how many texts (%(default)s; 0: all)")


def errors(wanted: Namespace) -> int:
    """Read the split and print what is wrong. Raises UserError."""
    from core.cli.models import choose_models
    from core.cli.printing import say
    from core.cli.progress import progress_line
    from core.cli.session import open_session
    from core.cli.words.answers import emit_rounded
    from core.cli.words.asker import choose_model
    from core.runs.wording import clock

    session = open_session()
    model = choose_model(session.catalog, wanted.model)
    against = choose_models(session.catalog, [wanted.against])[0] if wanted.against else ""
    with progress_line() as line:

        def told(read: int, total: int, eta: float | None) -> None:
            left = f", {clock(eta)} left" if eta else ""
            line.show(f"read {read:,} of {total:,} {wanted.split} texts{left}", read / total if total else None)

        question = api.ReadErrors(model, against, wanted.split, wanted.filter, max(0, wanted.n))
        found = session.read_errors(question, told)
    if wanted.json:
        record = api.fields(found)
        texts = record.pop("texts")
        emit_rounded({**record, "accuracy": found.accuracy})
        for text in texts:
            emit_rounded({"model": model, "split": found.split, **text})
    else:
        _show(found, wanted.filter.strip())
    say(found.note)
    return 0


def _show(found: api.ErrorList, wanted: str) -> None:
    from core.cli.printing import say, table
    from core.runs.wording import percent

    matrix = len(found.labels) <= WIDEST
    rows = []
    for score, counts in zip(found.classes, found.confusion, strict=True):
        shares = ["–" if each is None else percent(each) for each in (score.precision, score.recall, score.f1)]
        rows.append((score.label, f"{score.n:,}", *shares, *(map(str, counts) if matrix else ())))
    header = ("true class", "n", "precision", "recall", "F1", *(f"→ {each}" for each in found.labels if matrix))
    print(table(rows, header, right=tuple(range(1, len(header)))))
    if not matrix:
        pairs = api.list_confusions(found.labels, found.confusion)
        print()
        print(table([(true, said, f"{count:,}") for true, said, count in pairs[:COUNT]], ("true", "answer", "n"), (2,)))
    if found.texts:
        print()
        print(table([_row(each) for each in found.texts], _header(found), right=(0,)))
    what = "answered differently" if found.against else "wrong"
    said = f"{found.data}, {found.split}: {found.n:,} texts, {percent(found.accuracy)} right; {found.found:,} {what}"
    if found.against:
        said += f": {found.won:,} only {found.model} has right, {found.lost:,} only {found.against}"
    held = f"; {found.matching:,} of them hold {wanted!r}" if wanted else ""
    shown = f"; {len(found.texts):,} shown" if len(found.texts) < found.matching else ""
    say(f"{said}{held}{shown}.")


def _header(found: api.ErrorList) -> tuple[str, ...]:
    if found.against:
        return ("margin", "true", found.model, "", found.against, "", "text")
    return ("sure", "true", "answer", "text")


def _row(text: api.JudgedText) -> tuple[str, ...]:
    if text.other is None:
        return (_percent(text.answer.probability), text.label, text.answer.label, text.text)
    answers = [
        cell
        for each in (text.answer, text.other)
        for cell in (f"{'✓' if each.right else '✗'} {each.label}", _percent(each.probability))
    ]
    return (f"{100 * text.margin:.0f}", text.label, *answers, text.text)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
