"""The verb `explain`: what each word of a sentence does to a model's answer."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.standard_input import lines, text_of

if TYPE_CHECKING:
    from core.cli.words.verb import AddVerb

METHODS = ("loo", "gradient", "integrated")
SUMMARY = "why this answer: what each word of a sentence does to it"
CELLS = 12
"""Of a bar on each side."""


def add(verb: AddVerb) -> None:
    """Add the verb with its arguments."""
    parser: ArgumentParser = verb("explain", "TEXT", SUMMARY, "one JSON object a sentence")
    parser.add_argument("text", metavar="TEXT", help="a sentence; - reads one a line from standard input")
    parser.add_argument("--model", metavar="MODEL", help="the model whose answer it is (the latest era's)")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="loo",
        help="loo: the word is left out, exactly; gradient: gradient × input; integrated: integrated gradients, from "
        "zero vectors to the words' own, which add up (%(default)s)",
    )
    parser.add_argument(
        "--label", default="", metavar="LABEL", help="the class whose probability is told (the answer's)"
    )


def explain(wanted: Namespace) -> int:
    """Say of each word how many points of the answer's probability it accounts for. Raises UserError."""
    from core.cli.session import open_session
    from core.cli.words.asker import choose_model

    session = open_session()
    model = choose_model(session.catalog, wanted.model)
    texts = lines() if wanted.text == "-" else iter((text_of(wanted.text),))
    for text in texts:
        found = session.explain(api.Explain(text, model, wanted.method, wanted.label))
        assert isinstance(found, api.Explained)
        if wanted.json:
            _emit(text, found)
        else:
            _show(found)
        sys.stdout.flush()
    return 0


def _emit(text: str, found: api.Explained) -> None:
    from core.cli.words.answers import emit_rounded

    record = {
        "text": text,
        "model": found.model,
        "answer": found.answer,
        "label": found.label,
        "probability": found.probability,
        "method": found.method,
        "tokens": [
            {"token": each.token.text, "known": each.token.known, "points": each.points} for each in found.contributions
        ],
    }
    if found.read < found.tokens:
        record["read"] = found.read
    if found.baseline is not None:
        record |= {"baseline": found.baseline, "gap": found.gap, "steps": found.steps}
    emit_rounded(record)


def _show(found: api.Explained) -> None:
    from core.cli.printing import say, table

    print(f"{found.answer}: the probability of {found.label} is {100 * found.probability:.1f} % ({found.model})")
    widest = max((abs(each.points) for each in found.contributions), default=0.0)
    rows = [
        (
            each.token.text if each.token.known else f"{each.token.text} (unknown)",
            f"{each.points:+.1f}",
            _bar(each.points / widest if widest else 0.0),
        )
        for each in found.contributions
    ]
    if rows:
        print(table(rows, ("token", "points", f"{'against':>{CELLS - 1}} │ for {found.label}"), right=(1,)))
    if found.baseline is not None and found.gap is not None:
        total = sum(each.points for each in found.contributions)
        difference = 100 * (found.probability - found.baseline)
        print(
            f"sum {total:+.1f}; from {100 * found.baseline:.1f} % of zero vectors it is {difference:+.1f} "
            f"to the answer (gap {found.gap:+.2f} points, {found.steps} steps)"
        )
    say(f"Points: {found.note}.")
    if found.read < found.tokens:
        say(f"The text is longer than {found.model} reads: the first {found.read:,} tokens are told.")
    if found.remark:
        say(f"{found.remark[0].upper()}{found.remark[1:]}.")


def _bar(share: float) -> str:
    """From the middle: to the left what speaks against the class, to the right what speaks for it."""
    from core.cli.printing import bar

    if share >= 0:
        return f"{' ' * CELLS}│{bar(share, CELLS)}"
    cells = round(-share * CELLS)
    return f"{'█' * cells:>{CELLS}}│"
