"""C, W_e, W_h and W_o at a moment of a run: how far each has moved, how large its steps are; and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from textual.content import Content

from core.eras.table import BY_ID, Origin
from core.jobs import Job, TrainJob
from core.runs import RunView
from core.runs.events import LetterMove
from core.runs.watched import latest
from tui import safetext
from tui.widgets.shared.parameter_block import colour

BLOCK = 26
"""Cells of a block; with less each, the letters stand on one line."""
_GAP = 2
_LONGEST_NAME = 12


def describe_letters(view: RunView, job: Job, at: float | None, width: int, lines: int) -> list[Content]:
    """The letters as blocks of four lines side by side where there is room, else on one line; none before the first."""
    letters = latest(view.watched.letters, at)
    if not letters:
        return []
    forgotten = _describe_forgotten(view, at)
    if lines >= 4 and width >= len(letters) * BLOCK - _GAP:
        blocks = _stand_side_by_side([_block(letter, job) for letter in letters], width)
        return [*blocks, forgotten] if forgotten.plain else blocks
    line = Content.assemble(("moved  ", "$muted"), Content("   ").join(_say_by_direction(letters, job)))
    if forgotten.plain and line.cell_length + forgotten.cell_length + 3 <= width:
        return [Content.assemble(line, ("   ", ""), forgotten)]
    return [line, forgotten] if forgotten.plain and lines > 1 else [line]


def _say_by_direction(letters: Sequence[LetterMove], job: Job) -> Iterator[Content]:
    """The letters of each direction behind its name, where there are several."""
    for reader, some in groupby(letters, lambda letter: letter.reader):
        said = [
            Content.assemble((_name(letter), f"bold {_origin(letter, job)}"), f" {_change(letter)}") for letter in some
        ]
        named = f"{safetext.fit(safetext.one_line(reader), _LONGEST_NAME)} " if reader else ""
        yield Content.assemble((named, "$muted"), Content.styled(" · ", "$faint").join(said))


def _block(letter: LetterMove, job: Job) -> list[Content]:
    paint = _origin(letter, job)
    reader = safetext.fit(safetext.one_line(letter.reader), _LONGEST_NAME)
    where = f" {reader}" if reader else f" from {_origin_of(letter, job)}"
    share = 0.0 if letter.change is None else min(1.0, letter.change)
    full = round(share * (BLOCK - 14))
    bar = (("█" * full, paint), ("·" * (BLOCK - 14 - full), "$faint"))
    update = "–" if letter.update is None else f"{letter.update:.1e}".replace("e-0", "e-")
    gradient = "–" if letter.gradient is None else f"{letter.gradient:.2g}"
    return [
        Content.assemble((_name(letter), f"bold {paint}"), (where, "$muted")),
        Content.assemble(*bar, f" {_change(letter)}"),
        Content.assemble(("a step is ", "$muted"), update, (" of it", "$muted")),
        Content.assemble(("gradient ", "$muted"), gradient),
    ]


def _stand_side_by_side(blocks: Sequence[Sequence[Content]], width: int) -> list[Content]:
    cells = (width + _GAP) // len(blocks)
    rows = []
    for row in zip(*blocks, strict=True):
        cut = [each.truncate(cells - _GAP) for each in row]
        rows.append(Content("").join([*(each.pad_right(cells - each.cell_length) for each in cut[:-1]), cut[-1]]))
    return rows


def _describe_forgotten(view: RunView, at: float | None) -> Content:
    """The perplexity of the language model then, beside that before fine-tuning; empty where it is not measured."""
    told = view.watched.perplexity
    if (now := latest(told, at)) is None:
        return Content("")
    before = told[0][1]
    factor = f", {now / before:.2g} times" if before > 0 and len(told) > 1 else ""
    return Content.assemble(
        ("forgetting  ", "$muted"), f"held-out perplexity {before:.0f} → {now:.0f}", (factor, "$muted")
    )


def _name(letter: LetterMove) -> str:
    return safetext.fit(safetext.one_line(letter.symbol), _LONGEST_NAME)


def _change(letter: LetterMove) -> str:
    if letter.change is None:
        return "–"
    # A W_o that started small grows to many times its length.
    return f"{100 * letter.change:.2g} %" if letter.change < 1 else f"{letter.change:.2g} ×"


def _origin_of(letter: LetterMove, job: Job) -> Origin:
    if not isinstance(job, TrainJob) or letter.symbol not in ("C", "W_e", "W_h", "W_o"):
        return Origin.NONE
    return BY_ID[job.era].parameter(letter.symbol).origin


def _origin(letter: LetterMove, job: Job) -> str:
    return colour(_origin_of(letter, job))
