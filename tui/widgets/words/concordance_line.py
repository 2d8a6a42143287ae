"""A place in text on a line: label, score, and the words around the keyword, aligned at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from textual.content import Content

from core.api import Neighbor
from core.api.parts import above
from tui import safetext

LABEL, SCORE, KEYWORD, CORPUS = 3, 5, 14, 8
ROOMY = 52
"""Fewer cells than this are for the words alone: then no score, and no text's name."""

SORTS = ("score", "left word", "right word")


def concordance_line(
    neighbor: Neighbor,
    cells: int,
    keyword: int,
    labels: Sequence[str],
    letter: tuple[str, str] | None = None,
    corpora: Sequence[str] = (),
) -> Content:
    """The place in `cells` cells, its keyword in `keyword` of them; `letter` (text, style) stands for the label.

    Where its list is of several `corpora`, the line names its own.
    """
    score = f"{neighbor.score:.2f} " if cells >= ROOMY else ""
    named = _name_corpus(neighbor, corpora) if cells >= ROOMY else ""
    room = max(2, cells - LABEL - safetext.width(named) - len(score) - keyword - 2)
    left = room // 2
    mark = label_mark(neighbor.label, labels) if letter is None else Content.styled(f"{letter[0]}  "[:LABEL], letter[1])
    return Content.assemble(
        mark,
        (named, "$muted"),
        (score, "$muted"),
        (safetext.column(_whole_words(neighbor.left, left, from_end=True), left, "right"), "$muted"),
        " ",
        (safetext.column(neighbor.neighbor, keyword), "bold $accent"),
        " ",
        safetext.column(_whole_words(neighbor.right, room - left), room - left),
    )


def label_mark(label: str, labels: Sequence[str]) -> Content:
    """A dot and the label's first letter, in the label's colour; unread labels have none."""
    if not label:
        return Content.styled("·  ", "$muted")
    return Content.styled(f"●{safetext.column(label[:1].upper(), 2)}"[:LABEL], label_colour(label, labels))


def label_legend(seen: Set[str], labels: Sequence[str], unread: str = "·") -> Content:
    """The marks of the labels in `seen`, each with its name; that of places whose label nobody reads comes last."""
    parts = [
        Content.assemble(label_mark(label, labels), (safetext.fit(label, 12), "$muted"))
        for label in sorted({label for label in seen if label})
    ]
    if "" in seen:
        parts.append(Content.styled(f"{unread} unread", "$muted"))
    return Content("  ").join(parts)


def label_colour(label: str, labels: Sequence[str]) -> str:
    """The colour of a label: two labels have one each."""
    return ("$negative", "$positive")[labels.index(label)] if len(labels) == 2 and label in labels else "$muted"


def keyword_cells(neighbors: Iterable[Neighbor]) -> int:
    """The cells that the longest keyword takes."""
    return max((safetext.width(safetext.fit(n.neighbor, KEYWORD)) for n in neighbors), default=1)


def sort_places(neighbors: Sequence[Neighbor], by: str) -> list[Neighbor]:
    """The places sorted by score, or by the words next to the keyword, nearest word first."""
    if by == "left word":
        return sorted(neighbors, key=lambda n: (n.left.split()[::-1], n.rank))
    if by == "right word":
        return sorted(neighbors, key=lambda n: (n.right.split(), n.rank))
    return sorted(neighbors, key=lambda n: n.rank)


def describe_source(neighbor: Neighbor, cells: int) -> Content:
    """Where the place is from, its label, and how much more alike it is than chance: in two lines of `cells` cells."""
    label = f" · labelled {safetext.fit(neighbor.label, 24)}" if neighbor.label else ""
    nearer = ""
    if neighbor.percentile is not None:
        nearer = f" · nearer than {above(neighbor.percentile)} of random pairs"
    return Content.styled(safetext.fit(f"{safetext.fit(neighbor.source, 40)}{label}{nearer}", 2 * cells), "$muted")


def _name_corpus(neighbor: Neighbor, corpora: Sequence[str]) -> str:
    """The name of the text that a place is of, in a column; empty where all are of one."""
    if len(corpora) < 2:
        return ""
    cells = min(CORPUS, max(safetext.width(each) for each in corpora))
    own = next((each for each in corpora if neighbor.source.startswith(f"{each}:")), neighbor.source)
    return f"{safetext.column(own, cells)} "


def _whole_words(text: str, cells: int, from_end: bool = False) -> str:
    """As many whole words as fit, from the start or from the end; a text of one long word stays as it is."""
    words = safetext.visible(text).split()
    if from_end:
        words.reverse()
    kept: list[str] = []
    for word in words:
        if kept and safetext.width(" ".join([*kept, word])) > cells:
            break
        kept.append(word)
    return " ".join(reversed(kept) if from_end else kept)
