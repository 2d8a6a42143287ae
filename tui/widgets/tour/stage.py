"""One step for a hall: few words, as large as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui import safetext
from tui.widgets.tour.block_letters import HEIGHTS, HUGE, LARGE, letter

PLAIN = 0


@dataclass(frozen=True)
class Part:
    """Words in one style. The parts of least `weight` become small first."""

    text: str
    style: str
    weight: int
    plain: str = ""
    """What stands in small letters where that says more."""
    together: bool = False
    """Whether it is to stand in one line, however small."""


class Stage(Widget):
    """The parts beneath one another."""

    parts: reactive[tuple[Part, ...]] = reactive(())

    def render(self) -> Content:
        """Everything as large as fits; in small letters what does not."""
        cells, rows = self.content_size.width, self.content_size.height
        drawn = fit_parts(self.parts, cells, rows)
        return Content("\n").join(
            Content("\n").join(Content.styled(line, part.style) for line in lines)
            for part, lines in zip(self.parts, drawn, strict=True)
        )


def fit_parts(parts: Sequence[Part], cells: int, rows: int) -> list[list[str]]:
    """The rows of each part, in `cells` cells: all huge if they fit in `rows`, else the lighter ones smaller.

    Parts of one weight have one size.
    """
    order = sorted({part.weight for part in parts})
    sizes = {weight: min(_largest(part, cells) for part in parts if part.weight == weight) for weight in order}
    for smaller in (LARGE, PLAIN):
        for weight in order:
            drawn = [_draw(part, cells, sizes[part.weight]) for part in parts]
            if sum(map(len, drawn)) <= rows:
                return drawn
            sizes[weight] = min(sizes[weight], smaller)
    return [_draw(part, cells, sizes[part.weight]) for part in parts]


def _largest(part: Part, cells: int) -> int:
    """The largest size in which the part can be lettered."""
    for size in (HUGE, LARGE):
        lines = letter(part.text, cells, size)
        if lines is not None and (not part.together or len(lines) == HEIGHTS[size]):
            return size
    return PLAIN


def _draw(part: Part, cells: int, size: int) -> list[str]:
    lines = letter(part.text, cells, size) if size != PLAIN else None
    return _wrap(part.plain or part.text, cells) if lines is None else lines


def _wrap(text: str, cells: int) -> list[str]:
    """The words in lines of at most `cells` cells; a word that is too long is cut, and says so."""
    lines = [""]
    for word in safetext.one_line(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if safetext.width(joined) <= cells:
            lines[-1] = joined
        else:
            lines.append(safetext.fit(word, cells))
    return [line for line in lines if line] or [""]
