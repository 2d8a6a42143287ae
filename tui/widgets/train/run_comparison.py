"""What came out of several runs, and in what their settings differ, as tables of text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from core.runs.comparing import RunResult, rank, say_score, say_size
from core.runs.wording import clock
from tui import safetext
from tui.widgets.shared.looks import Look
from tui.widgets.train.run_list import shorten_title
from tui.widgets.train.run_status import LOOKS

_WIDE = 100
"""From here on there is room for the words of a score."""
_LONGEST_NAME, _LONGEST_VALUE = 32, 16
_ID, _CLOCK, _SIZE = 6, 7, 7
_BESIDE = 2 + _ID + 2 + 2 + 2 + _CLOCK + 1 + _SIZE + 12
"""Cells of a line that neither the name nor the score takes."""
_WORD = 8
"""Of them those of the word for its status."""


def draw_results(results: Sequence[RunResult], looks: Sequence[Look], width: int) -> Content:
    """A line a run, the best first: mark, id, name, score with its interval, seconds worked, parameters, status."""
    scores = [say_score(result) for result in results]
    if width < _WIDE:
        scores = [score.replace(" to ", "–").replace("validation", "val.") for score in scores]
    cells = max(map(safetext.width, ["score, 95 %", *scores]))
    names = [shorten_title(result.name, _LONGEST_NAME) for result in results]
    longest = max(map(safetext.width, names))
    wide = _BESIDE + longest + cells <= width
    room = max(8, min(longest, width - cells - (_BESIDE if wide else _BESIDE - _WORD)))
    head = f"  {'run':<{_ID}}  {'':<{room}}  {'score, 95 %':<{cells}}  {'time':>{_CLOCK}} {'size':>{_SIZE}}"
    lines = [Content.styled(head, "$muted")]
    for place in rank(results):
        result, name, look, score = results[place], names[place], looks[place], scores[place]
        state = LOOKS[result.status]
        lines.append(
            Content.assemble(
                look.content,
                (f" {safetext.column(result.id, _ID)}  ", "$muted"),
                safetext.column(name, room),
                (f"  {score:<{cells}}", "bold"),
                (f"  {clock(result.seconds):>{_CLOCK}} {say_size(result.parameters):>{_SIZE}}", "$muted"),
                (f"  {state.glyph}" + f" {state.word}" * wide, state.style),
            )
        )
    return Content("\n").join(lines)


def draw_differences(differences: Sequence[tuple[str, list[str]]], looks: Sequence[Look]) -> Content:
    """A line a setting: its name, and its value in each run, under the run's mark."""
    if not differences:
        return Content.styled("Their settings are the same.", "$muted")
    names = max(len("differs"), *(safetext.width(name) for name, _ in differences))
    columns = [
        min(_LONGEST_VALUE, max(safetext.width(safetext.one_line(values[place])) for _, values in differences))
        for place in range(len(looks))
    ]
    head = [Content.styled("differs".ljust(names), "$muted")]
    head += [
        Content.assemble("  ", look.content, " " * (cells - 1)) for look, cells in zip(looks, columns, strict=True)
    ]
    lines = [Content.assemble(*head)]
    for name, values in differences:
        told = (
            f"  {safetext.column(safetext.one_line(value), cells)}"
            for value, cells in zip(values, columns, strict=True)
        )
        lines.append(Content.assemble((safetext.column(name, names), "$muted"), "".join(told)))
    return Content("\n").join(lines)
