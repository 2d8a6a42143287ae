"""One letter of the formula as a block: what it is, where its values came from, whether training changes it, its size.

Values that start random are drawn as noise, values learned beforehand as a pattern: the difference is to be seen
before it is read.
"""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from core.eras.table import Origin, Parameter
from tui import safetext

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
_NOISE = " ░▒ ▒░░ ▒"
_WAVE = "▁▂▃▄▅▆▇█▇▆▅▄▃▂"


def colour(origin: Origin) -> str:
    """The colour of an origin."""
    return _COLOURS[origin]


class ParameterBlock(Widget):
    """The block of one parameter."""

    parameter: reactive[Parameter | None] = reactive(None)
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
        paint = _COLOURS[parameter.origin]
        room = cells - len(parameter.symbol) - 1
        name = parameter.name if safetext.width(parameter.name) <= room else parameter.name.removesuffix(" weights")
        lines = [Content.assemble((parameter.symbol, f"bold {paint}"), " ", (safetext.fit(name, room), ""))]
        for row in range(self.swatch_height):
            lines.append(Content.styled(texture(parameter.origin, parameter.symbol, cells, row), paint))
        if parameter.origin is Origin.NONE:
            lines += [Content.styled("not in this model", "$muted"), Content(""), Content("")]
        else:
            lines.append(Content.styled(safetext.fit(str(parameter.origin), cells), f"bold {paint}"))
            tuned = parameter.tuned and not self.frozen
            lines.append(Content.styled("Δ tuned" if tuned else "= frozen", "" if tuned else "bold"))
            lines.append(Content.styled(safetext.fit(self.size_text, cells), "$muted"))
        return Content("\n").join(lines)


def texture(origin: Origin, symbol: str, cells: int, row: int = 0) -> str:
    """One line of values: noise where they start random, a wave where they were learned beforehand."""
    if origin is Origin.NONE:
        return "·" * cells
    seed = sum(ord(letter) for letter in symbol) + 7 * row
    if origin is not Origin.RANDOM:
        return "".join(_WAVE[(place + 4 * row) % len(_WAVE)] for place in range(cells))
    return "".join(_NOISE[((place + seed) * 2654435761 >> 7) % len(_NOISE)] for place in range(cells))
