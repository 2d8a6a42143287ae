"""One letter of the formula as a block: what it is, a small map of its true values, where they came from, its size.

The map is empty until the engine has read the parameters: nothing is drawn that is no data.
"""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from core.api import ParameterMap
from core.drawing.heat import heat_map, top_of
from core.eras.table import Origin, Parameter
from tui import safetext
from tui.widgets.shared.painting import paint

_COLOURS = {
    Origin.RANDOM: "$origin-random",
    Origin.WORD2VEC: "$origin-vectors",
    Origin.GLOVE: "$origin-vectors",
    Origin.LANGUAGE_MODEL: "$origin-language-model",
    Origin.TRANSFORMER: "$origin-transformer",
    Origin.NONE: "$faint",
}
_CLASSES = {
    Origin.RANDOM: "-random",
    Origin.WORD2VEC: "-vectors",
    Origin.GLOVE: "-vectors",
    Origin.LANGUAGE_MODEL: "-language-model",
    Origin.TRANSFORMER: "-transformer",
    Origin.NONE: "-none",
}
AFTER, BEFORE, DIFFERENCE = "after", "before", "difference"
SIDES = (AFTER, BEFORE, DIFFERENCE)


def colour(origin: Origin) -> str:
    """The colour of an origin."""
    return _COLOURS[origin]


class ParameterBlock(Widget):
    """The block of one parameter. `side`: which of its maps is shown; `unread`: what stands where there is none."""

    parameter: reactive[Parameter | None] = reactive(None)
    found: reactive[ParameterMap | None] = reactive(None)
    unread = reactive("")
    side = reactive(AFTER)
    size_text = reactive("")
    frozen = reactive(False)
    swatch_height = reactive(1, layout=True)

    def watch_parameter(self, parameter: Parameter | None) -> None:
        """The frame takes the colour of the origin."""
        for name in _CLASSES.values():
            self.remove_class(name)
        if parameter is not None:
            self.add_class(_CLASSES[parameter.origin])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Name, swatch, origin, tuning, size."""
        return 4 + self.swatch_height

    def render(self) -> Content:
        """The block's lines."""
        parameter = self.parameter
        if parameter is None:
            return Content("")
        cells = self.content_size.width
        paint_of = _COLOURS[parameter.origin]
        room = cells - len(parameter.symbol) - 1
        name = parameter.name if safetext.width(parameter.name) <= room else parameter.name.removesuffix(" weights")
        lines = [Content.assemble((parameter.symbol, f"bold {paint_of}"), " ", (safetext.fit(name, room), ""))]
        swatch = self._swatch(cells) if parameter.origin is not Origin.NONE else []
        lines += [*swatch, *[Content("")] * (self.swatch_height - len(swatch))]
        if parameter.origin is Origin.NONE:
            lines += [Content.styled("not in this model", "$muted"), Content(""), Content("")]
        else:
            lines.append(Content.styled(safetext.fit(str(parameter.origin), cells), f"bold {paint_of}"))
            lines.append(self._tuning(parameter, cells))
            lines.append(Content.styled(self._describe_size(cells), "$muted"))
        return Content("\n").join(lines)

    def _swatch(self, cells: int) -> list[Content]:
        """The map, or in words why there is none."""
        found = self.found
        if found is None:
            return [Content.styled(safetext.fit(self.unread, cells), "italic $muted")]
        matrix = getattr(found, self.side)
        if not matrix:
            return [Content.styled(safetext.fit(f"no {self.side}: {found.unknown}", cells), "italic $muted")]
        # What it was and what it is share a scale, so that one can be held against the other.
        shown = (matrix,) if self.side == DIFFERENCE else (found.before, found.after)
        top = top_of(value for each in shown for row in each for value in row)
        ansi = self.app.current_theme.ansi
        return [paint(line, ansi) for line in heat_map(matrix, self.swatch_height, cells, top)]

    def _tuning(self, parameter: Parameter, cells: int) -> Content:
        if not parameter.tuned or self.frozen:
            return Content.styled("= frozen", "bold")
        change = self.found.change if self.found else None
        said = "Δ tuned" if change is None else f"Δ tuned, by {100 * change:.0f} %"
        return Content(said if len(said) <= cells else said.replace(", by", ""))

    def _describe_size(self, cells: int) -> str:
        """Its size, and how much of it the map shows where there is room for both."""
        matrix = self.found.after if self.found else ()
        if not matrix:
            return safetext.fit(self.size_text, cells)
        rows, columns = min(self.swatch_height, len(matrix)), min(cells, len(matrix[0]))
        whole = f"{rows}×{columns} of {self.size_text}"
        return whole if safetext.width(whole) <= cells else safetext.fit(self.size_text, cells)
