"""The verbs about words, one a module, and their table. Light: `--help` reads it."""

from __future__ import annotations

from argparse import Namespace

from core.cli.words.analogy import ANALOGY
from core.cli.words.compare import COMPARE
from core.cli.words.drift import DRIFT
from core.cli.words.export import EXPORT
from core.cli.words.generate import GENERATE
from core.cli.words.map import MAP
from core.cli.words.neighbors import NEIGHBORS
from core.cli.words.senses import SENSES
from core.cli.words.surprisal import SURPRISAL
from core.cli.words.vector import VECTOR
from core.cli.words.verb import AddVerb

VERBS = {
    verb.name: verb for verb in (NEIGHBORS, VECTOR, COMPARE, SENSES, MAP, ANALOGY, DRIFT, EXPORT, SURPRISAL, GENERATE)
}
"""In the order in which the help names them."""


def add_verbs(add: AddVerb) -> None:
    """Add them with their arguments."""
    for verb in VERBS.values():
        verb.add_arguments(add(verb.name, verb.positional, verb.help, verb.json_help))


def mistake(wanted: Namespace) -> str:
    """What was typed after a verb about words that cannot be meant, in a sentence; empty where all can."""
    verb = VERBS.get(wanted.verb)
    return verb.mistake(wanted) if verb else ""
