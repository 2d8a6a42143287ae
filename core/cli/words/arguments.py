"""What the verbs about words share: arguments, and what was meant by them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from core.api.parts import CENTRINGS
from core.cli.fields import at_least
from core.cli.standard_input import text_of


def add_word(parser: ArgumentParser) -> None:
    """The word or phrase."""
    parser.add_argument("word", metavar="WORD")


def add_place(parser: ArgumentParser, required: bool = False) -> None:
    """Where it stands, and the model asked."""
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


def add_lens(parser: ArgumentParser) -> None:
    """Whether the word by itself is asked about, or its place."""
    parser.add_argument("--kind", choices=("static", "contextual"), help="contextual is the default with --in")


def add_states(parser: ArgumentParser) -> None:
    """Which of a model's hidden states a place is looked at with."""
    parser.add_argument("--layer", default="", metavar="LAYER", help="in context: the layer (the best)")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--vectors",
        default="",
        metavar="KIND",
        help="in context: token (has read the word), slot (never saw it), or another of the layer's (the best)",
    )
    kinds.add_argument("--slot", action="store_true", help="the same as --vectors slot")


def add_corpus(parser: ArgumentParser) -> None:
    """Which of the indexed texts are searched."""
    parser.add_argument(
        "--corpus",
        default="",
        metavar="NAME[,NAME]",
        help="in context: only places of these texts, such as wiki or imdb (all that are indexed together)",
    )


def add_centring(parser: ArgumentParser) -> None:
    """How cosines are taken."""
    parser.add_argument(
        "--centring",
        choices=CENTRINGS,
        default="mean",
        help="what is taken off before comparing: the mean, also the top components, none (%(default)s)",
    )


def add_count(parser: ArgumentParser, usual: int, help: str = "how many") -> None:
    """How many are shown."""
    parser.add_argument("-k", type=at_least(1), default=usual, metavar="N", help=f"{help} (%(default)s)")


def sentence(wanted: Namespace) -> str | None:
    """The sentence the word stands in, where there is one."""
    return None if wanted.sentence is None else text_of(wanted.sentence)


def vector_kind(wanted: Namespace) -> str:
    """The kind of vectors; empty for the layer's best."""
    return "slot" if wanted.slot else str(wanted.vectors)


def lens(wanted: Namespace) -> str:
    """Whether the word by itself is asked about (static) or its place: with a sentence the place, unless it is said."""
    return getattr(wanted, "kind", None) or ("static" if wanted.sentence is None else "contextual")


def idle_options(wanted: Namespace) -> str:
    """Which options were given that only a place in a sentence has, in a sentence; empty for a place."""
    given = {
        "--occurrence": wanted.occurrence > 1,
        "--layer": wanted.layer,
        "--slot": wanted.slot,
        "--vectors": wanted.vectors,
        "--corpus": getattr(wanted, "corpus", ""),
        "--among": getattr(wanted, "among", "all") != "all",
    }
    idle = [name for name, there in given.items() if there]
    return (
        f"{' and '.join(idle)}: only for a place in a sentence (--in SENTENCE)"
        if idle and lens(wanted) == "static"
        else ""
    )
