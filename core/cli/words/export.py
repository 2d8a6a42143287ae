"""`export`: word vectors written for another program."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core import api
from core.cli.printing import emit, say
from core.cli.standard_input import text_of
from core.cli.words.verb import WordVerb

if TYPE_CHECKING:
    from core.cli.words.asker import Asker


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("vectors",), metavar="vectors", help="what is written")
    parser.add_argument("path", metavar="PATH", help="a file; for projector a folder")
    parser.add_argument("--model", metavar="MODEL", help="whose vectors (default: the latest era's)")
    parser.add_argument(
        "--format",
        choices=("projector", "word2vec", "npz"),
        required=True,
        help="projector (two TSV files), word2vec (its text format), npz (numpy arrays)",
    )
    parser.add_argument("--force", action="store_true", help="overwrite what is there")


def _ask(wanted: Namespace, asker: Asker) -> None:
    model = asker.choose_model(wanted.model)
    found = asker.session.ask(api.Export(model, wanted.format, text_of(wanted.path), wanted.force))
    assert isinstance(found, api.Exported)
    if wanted.json:
        emit(api.fields(found))
        return
    say(f"{found.words:,} vectors of {found.dimension} numbers")
    print("\n".join(found.files))


EXPORT = WordVerb(
    "export",
    "vectors PATH",
    "write word vectors for another program",
    _add_arguments,
    _ask,
    "one JSON object",
)
