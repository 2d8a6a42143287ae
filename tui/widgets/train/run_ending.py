"""What a finished model takes for what, and its surest mistakes, in as many lines as there are."""

from __future__ import annotations

from textual.content import Content

from core.runs.events import Judged, Mistake
from tui import safetext

_LONGEST_LABEL = 14


def describe_judged(judged: Judged, width: int, lines: int) -> list[Content]:
    """At most so many lines of `width` cells: who is taken for whom, then the surest mistakes."""
    labels = judged.labels or []
    confusion = judged.confusion or []
    square = bool(labels) and len(confusion) == len(labels) == min(map(len, confusion), default=0)
    table = _table(judged.split, labels, confusion) if square else []
    worst = [_describe_mistake(each, width) for each in judged.worst or []]
    if len(table) + len(worst) > lines and square:
        table = [safetext.content(_in_words(judged.split, labels, confusion), "$muted")]
    return [*table, *worst][:lines]


def _table(split: str, labels: list[str], confusion: list[list[int]]) -> list[Content]:
    """The confusion matrix: a row a label, in it how many were given each."""
    names = [safetext.fit(safetext.one_line(label), _LONGEST_LABEL) for label in labels]
    cells = max(6, *(safetext.width(name) for name in names))
    head = safetext.column(f"{split}, is ↓ said →", max(24, cells + 1))
    rows = [Content.styled(head + "".join(f" {safetext.column(name, cells, 'right')}" for name in names), "$muted")]
    for place, (name, counts) in enumerate(zip(names, confusion, strict=True)):
        parts: list[Content | tuple[str, str]] = [(safetext.column(name, safetext.width(head)), "$muted")]
        for said, count in enumerate(counts):
            parts.append((f" {count:>{cells},}", "bold $success" if said == place else "$error" if count else "$faint"))
        rows.append(Content.assemble(*parts))
    return rows


def _in_words(split: str, labels: list[str], confusion: list[list[int]]) -> str:
    """The same where there is no room for a table: the two that are confused the most."""
    wrong = [
        (count, labels[row], labels[column])
        for row, counts in enumerate(confusion)
        for column, count in enumerate(counts)
        if row != column and count
    ]
    if not wrong:
        return f"{split}: nothing is taken for anything else"
    most = sorted(wrong, key=lambda each: -each[0])[:2]
    n = sum(map(sum, confusion))
    return f"of {n:,} {split} texts " + ", ".join(f"{count:,} {truth} taken for {said}" for count, truth, said in most)


def _describe_mistake(mistake: Mistake, width: int) -> Content:
    """One mistake on one line: how sure, what it said, what it is, the text."""
    said, truth = (safetext.fit(safetext.one_line(name), _LONGEST_LABEL) for name in (mistake.said, mistake.truth))
    head = Content.assemble(
        (f"{100 * mistake.probability:>3.0f} % ", "bold $error"), (f"{said}, is {truth}: ", "$muted")
    )
    return Content.assemble(head, safetext.fit(safetext.one_line(mistake.text), max(8, width - head.cell_length)))
