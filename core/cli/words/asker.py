"""Asks about words: a session, and the models that answer best where none is named."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from core.catalog.language_models import DIRECTIONS, MASKED
from core.catalog.language_models import SPEC as LANGUAGE_MODEL
from core.catalog.models import Catalog
from core.cli.models import choose_models
from core.cli.printing import say
from core.cli.session import open_session
from core.cli.words import VERBS
from core.cli.words.pretrained import PRETRAINED, TO_ADD, TO_COMPARE, TO_SEARCH
from core.eras.table import ERAS, Era
from core.machine.extras import MINILM


def run(wanted: Namespace) -> int:
    """Ask what was typed and print the answer. Raises UserError."""
    VERBS[wanted.verb].ask(wanted, Asker())
    return 0


class Asker:
    """What a verb asks with."""

    to_search, to_add, to_compare = TO_SEARCH, TO_ADD, TO_COMPARE

    def __init__(self) -> None:
        self.session = open_session()

    def choose_model(self, named: str | None, best: Sequence[str] = (), eras: Sequence[Era] = ERAS) -> str:
        """The model to ask: the one named, else the first of `best` that is there, else the latest of eras.

        Says which one it is. Raises ModelError where there is no such model.
        """
        return choose_model(self.session.catalog, named, best, eras)


def choose_model(catalog: Catalog, named: str | None, best: Sequence[str] = (), eras: Sequence[Era] = ERAS) -> str:
    """The same of a catalog."""
    if named is not None:
        known = named.split(":")[0] in {each.split(":")[0] for each in (*PRETRAINED, MINILM)}
        return named if known else choose_models(catalog, [named])[0]
    for model in best:
        if _is_there(catalog, model):
            say(f"{model}: {PRETRAINED[model]}")
            return model
    available = [era.id for era in eras if catalog.for_era(era.id) is not None]
    return choose_models(catalog, available[-1:] or None)[0]


def _is_there(catalog: Catalog, pretrained: str) -> bool:
    if pretrained == LANGUAGE_MODEL:
        return catalog.language_models() >= set(DIRECTIONS)
    return MASKED in catalog.transformers() if pretrained == MASKED else catalog.vectors()
