"""`generate`: a language model writes a sentence on, word by word."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.fields import at_least
from core.cli.printing import say
from core.cli.standard_input import text_of
from core.cli.words.answers import emit_rounded
from core.cli.words.verb import WordVerb
from core.visible import one_line

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help='where to begin; "" begins with nothing')
    parser.add_argument("--words", type=at_least(1), default=40, metavar="N", help="how many (%(default)s)")
    parser.add_argument(
        "--temperature",
        type=_temperature,
        default=0.8,
        metavar="T",
        help="1 draws words as often as the model expects them, 0 takes the likeliest (%(default)s)",
    )
    parser.add_argument(
        "--seed", type=_whole, default=0, metavar="S", help="the same seed, the same text (%(default)s)"
    )
    parser.add_argument(
        "--model",
        metavar="MODEL",
        default="lm",
        help="lm, lm:forward, or what stands on a forward language model (%(default)s)",
    )


def _ask(wanted: Namespace, asker: Asker) -> None:
    model, text = asker.choose_model(wanted.model), text_of(wanted.text)
    written: tuple[str, ...] = ()
    said = ""
    try:
        while len(written) < wanted.words:
            found = asker.session.ask(api.WriteOn(text, model, 1, wanted.temperature, wanted.seed, written))
            assert isinstance(found, api.Written)
            if wanted.json:
                _emit(text, found, wanted, len(written))
            else:
                if not written:
                    say(f"{model}, forward, temperature {wanted.temperature:g}, seed {wanted.seed}")
                    print(one_line(text), end="")
                print(one_line(found.continuation[len(said) :]), end="", flush=True)
            said = found.continuation
            written += tuple(each.word for each in found.words)
    finally:
        if said and not wanted.json:
            print(flush=True)


def _emit(text: str, found: api.Written, wanted: Namespace, place: int) -> None:
    (new,) = found.words
    setting = {"model": found.model, "temperature": wanted.temperature, "seed": wanted.seed}
    emit_rounded({**setting, "place": place + 1, "word": new.word, "bits": new.bits, "text": text + found.continuation})


def _temperature(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not (math.isfinite(value) and value >= 0):
        raise ArgumentTypeError(f"{text} is no temperature: it is 0 or more")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a whole number") from None


GENERATE = WordVerb(
    "generate",
    "TEXT",
    "a language model writes a sentence on",
    _add_arguments,
    _ask,
    "one JSON object a word, as it comes",
)
