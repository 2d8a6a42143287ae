"""`surprisal`: how surprised a language model is by each word of a sentence, and what it would have written there."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.printing import bar, say, table
from core.cli.standard_input import lines, text_of
from core.cli.words.answers import emit_rounded
from core.cli.words.arguments import add_count
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker

FULL_BAR, CELLS = 16.0, 16
"""The bits of a full bar: one of 65,536 words. And how many cells it has."""
SHOWN = 3
"""Likeliest words in a line of the table."""


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="a sentence; - reads one a line from standard input")
    parser.add_argument(
        "--model",
        metavar="MODEL",
        default="lm",
        help="lm (both directions), lm:forward, lm:backward, mlm, or what stands on language models (%(default)s)",
    )
    parser.add_argument(
        "--direction",
        choices=("forward", "backward", "masked"),
        default="",
        help="what a word is guessed from: those before it, after it, all others (the model's first)",
    )
    add_count(parser, 10, "with --json: how many of the likeliest words of each place")


def _ask(wanted: Namespace, asker: Asker) -> None:
    model = asker.choose_model(wanted.model)
    texts = lines() if wanted.text == "-" else iter((text_of(wanted.text),))
    for place, text in enumerate(texts):
        found = asker.session.ask(api.Surprisal(text, model, wanted.direction, wanted.k if wanted.json else SHOWN))
        assert isinstance(found, api.SurprisalList)
        if wanted.json:
            emit_rounded(_record(text, found))
        else:
            if not place:
                _explain(found)
            _show(found)
        sys.stdout.flush()


def _record(text: str, found: api.SurprisalList) -> dict[str, object]:
    return {
        "text": text,
        "model": found.model,
        "direction": found.direction,
        "bits": found.bits,
        "mean": found.mean,
        "perplexity": found.perplexity,
        "tokens": [
            {
                "token": each.token.text,
                "known": each.token.known,
                "bits": each.bits,
                "rank": each.rank,
                "likeliest": _words(each.likeliest),
            }
            for each in found.tokens
        ],
        "open": _words(found.open),
    }


def _words(likeliest: tuple[api.Likely, ...]) -> list[dict[str, object]]:
    return [{"word": each.word, "probability": each.probability} for each in likeliest]


def _explain(found: api.SurprisalList) -> None:
    say(f"{found.model}, {found.direction}: {found.note}. A bit more is half as likely; a full bar is {FULL_BAR:g}.")


def _show(found: api.SurprisalList) -> None:
    rows = [
        (
            each.token.text if each.token.known else f"{each.token.text} (unknown)",
            f"{each.bits:.1f}",
            bar(each.bits / FULL_BAR, CELLS),
            f"{each.rank:,}" if each.rank else "–",
            _shown(each.likeliest),
        )
        for each in found.tokens
    ]
    if rows:
        print(table(rows, ("token", "bits", "", "rank", "likeliest here"), right=(1, 3)))
    if found.mean is not None:
        words = "1 word" if found.words == 1 else f"{found.words:,} words"
        print(f"{found.bits:.1f} bits for {words}: {found.mean:.2f} a word, perplexity {found.perplexity:.1f}")
    place = "before the first" if found.direction == "backward" else "after the last"
    print(f"{place}: {_shown(found.open)}")
    if found.remark:
        say(found.remark)


def _shown(likeliest: tuple[api.Likely, ...]) -> str:
    return ", ".join(f"{each.word} {100 * each.probability:.0f} %" for each in likeliest)


SURPRISAL = WordVerb(
    "surprisal",
    "TEXT",
    "how surprised a language model is by each word of a sentence",
    _add_arguments,
    _ask,
    "one JSON object a sentence",
)
