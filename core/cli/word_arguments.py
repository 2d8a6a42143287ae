"""What can be typed after the verbs about words."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Protocol

from core.api.questions import CENTRINGS
from core.cli.fields import at_least


class Verbs(Protocol):
    """Adds a verb: its name, what stands after it, and what it does."""

    def __call__(self, name: str, positional: str, help: str, json_help: str = ...) -> ArgumentParser:
        """The verb's parser, with `--json`."""


def add(verb: Verbs) -> None:
    """Add the verbs about words."""
    neighbors = verb("neighbors", "WORD", "words or places nearest to a word")
    _word(neighbors)
    _place(neighbors)
    neighbors.add_argument("--kind", choices=("static", "contextual"), help="contextual is the default with --in")
    _states(neighbors)
    _centring(neighbors)
    neighbors.add_argument(
        "--among",
        choices=("all", "same", "others"),
        default="all",
        help="in context: all places, only those of the same word, or only of other words (%(default)s)",
    )
    neighbors.add_argument("--csv", action="store_true", help="comma-separated values with a header")
    _count(neighbors, 12)

    vector = verb("vector", "WORD", "the vector of a word", "one JSON object a line (the only format there is)")
    vector.add_argument("word", metavar="WORD", help="a word; - reads word<TAB>sentence lines from standard input")
    _place(vector)
    _states(vector)

    compare = verb("compare", "WORD --in SENTENCE --with SENTENCE", "how alike a word is in two sentences")
    _word(compare)
    _place(compare, required=True)
    compare.add_argument("--with", dest="other", metavar="SENTENCE", required=True, help="the other sentence")
    compare.add_argument("--with-word", dest="other_word", metavar="WORD", help="another word in it (the same)")
    compare.add_argument(
        "--with-occurrence",
        dest="other_occurrence",
        type=at_least(1),
        default=1,
        metavar="N",
        help="which of its places there (%(default)s)",
    )
    _states(compare)

    senses = verb("senses", "WORD", "the groups that a word's places in the indexed text fall into", "one JSON object")
    _word(senses)
    _place(senses)
    _states(senses)
    _count(senses, 3, "how many places of each are shown")

    lay_out = verb("map", "WORD", "a word's neighborhood in two dimensions")
    _word(lay_out)
    _place(lay_out)
    lay_out.add_argument("--kind", choices=("static", "contextual"), help="contextual is the default with --in")
    _states(lay_out)
    _centring(lay_out)
    _count(lay_out, 30)

    analogy = verb("analogy", '"A - B + C"', "words nearest to a sum of words, such as king - man + woman")
    analogy.add_argument("expression", metavar='"A - B + C"')
    analogy.add_argument("--model", metavar="MODEL", help="the model asked (default: pretrained word vectors)")
    analogy.add_argument(
        "--method", choices=("add", "mul"), default="add", help="3CosAdd, or 3CosMul (default: %(default)s)"
    )
    _count(analogy, 12)

    drift = verb("drift", "", "what fine-tuning did to the word vectors", "one JSON object")
    drift.add_argument("--model", metavar="MODEL", help="the model asked (default: the latest era's)")
    drift.add_argument("--words", type=at_least(1), default=20, metavar="N", help="how many that moved (%(default)s)")
    drift.add_argument(
        "--least", type=at_least(1), default=100, metavar="N", help="only words counted so often (%(default)s)"
    )

    drift.add_argument(
        "--epoch", type=at_least(1), metavar="N", help="at the end of that epoch of a run:ID, not of the finished model"
    )

    export = verb("export", "vectors PATH", "write word vectors for another program", "one JSON object")
    export.add_argument("what", choices=("vectors",), metavar="vectors", help="what is written")
    export.add_argument("path", metavar="PATH", help="a file; for projector a folder")
    export.add_argument("--model", metavar="MODEL", help="whose vectors (default: the latest era's)")
    export.add_argument(
        "--format",
        choices=("projector", "word2vec", "npz"),
        required=True,
        help="projector (two TSV files), word2vec (its text format), npz (numpy arrays)",
    )
    export.add_argument("--force", action="store_true", help="overwrite what is there")


def mistake(wanted: Namespace) -> str:
    """What of a verb about words cannot be meant, in a sentence; empty where all can."""
    if wanted.verb not in ("neighbors", "map", "vector"):
        return ""
    if wanted.verb == "vector" and wanted.word == "-":
        return "" if wanted.sentence is None else "vector -: the sentences come from standard input, and --in from none"
    given = {
        "--occurrence": wanted.occurrence > 1,
        "--layer": wanted.layer,
        "--slot": wanted.slot,
        "--vectors": wanted.vectors,
        "--among": getattr(wanted, "among", "all") != "all",
    }
    idle = [name for name, there in given.items() if there]
    return (
        f"{' and '.join(idle)}: only for a place in a sentence (--in SENTENCE)"
        if idle and lens(wanted) == "static"
        else ""
    )


def lens(wanted: Namespace) -> str:
    """Whether the word by itself is asked about (static) or its place: with a sentence the place, unless it is said."""
    return getattr(wanted, "kind", None) or ("static" if wanted.sentence is None else "contextual")


def _word(parser: ArgumentParser) -> None:
    parser.add_argument("word", metavar="WORD")


def _place(parser: ArgumentParser, required: bool = False) -> None:
    parser.add_argument(
        "--in", dest="sentence", metavar="SENTENCE", required=required, help="the sentence the word stands in"
    )
    parser.add_argument(
        "--occurrence", type=at_least(1), default=1, metavar="N", help="which of the word's places in it (%(default)s)"
    )
    parser.add_argument(
        "--model",
        metavar="MODEL",
        help="the model asked, also lm, lm:forward, lm:backward, mlm, minilm, vectors:word2vec",
    )


def _states(parser: ArgumentParser) -> None:
    parser.add_argument("--layer", default="", metavar="LAYER", help="in context: the layer (the best)")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--vectors",
        default="",
        metavar="KIND",
        help="in context: token (has read the word), slot (never saw it), or another of the layer's (the best)",
    )
    kinds.add_argument("--slot", action="store_true", help="the same as --vectors slot")


def _centring(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--centring",
        choices=CENTRINGS,
        default="mean",
        help="what is taken off before comparing: the mean, also the top components, none (%(default)s)",
    )


def _count(parser: ArgumentParser, usual: int, help: str = "how many") -> None:
    parser.add_argument("-k", type=at_least(1), default=usual, metavar="N", help=f"{help} (%(default)s)")
