"""A transformer's layers as a block, in the place that W_e and W_h have in other models."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from core.api import LayerChange
from tui import safetext

BARS = " ▁▂▃▄▅▆▇█"


class LayerBlock(Widget):
    """How many layers, how many of them tuned, and how far each has moved."""

    count = reactive(0)
    tuned = reactive(0)
    changes: reactive[tuple[LayerChange, ...]] = reactive(())
    swatch_height = reactive(1, layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As high as the blocks beside it."""
        return 4 + self.swatch_height

    def render(self) -> Content:
        """The block's lines."""
        cells = self.content_size.width
        layers = len(self.changes) or self.count
        tuned = sum(each.tuned for each in self.changes) if self.changes else self.tuned
        count = f"{layers} layers of attention" if layers else "layers of attention"
        lines = [Content.styled(safetext.fit(count, cells), "bold $origin-transformer"), self._bars(cells)]
        lines += [Content("")] * (self.swatch_height - 1)
        lines.append(Content.styled(safetext.fit("transformer", cells), "bold $origin-transformer"))
        said = f"Δ the upper {tuned} tuned" if tuned < layers else f"Δ all {tuned} tuned"
        lines.append(Content(safetext.fit(said, cells)) if tuned else Content.styled("= frozen", "bold"))
        lines.append(Content.styled(safetext.fit("in place of W_e and W_h", cells), "$muted"))
        return Content("\n").join(lines)

    def _bars(self, cells: int) -> Content:
        """How far each layer moved, the lowest first."""
        most = max((each.change for each in self.changes), default=0.0)
        if not self.changes:
            return Content("")
        if not most:
            return Content.styled(safetext.fit("none has moved", cells), "italic $muted")
        bars = "".join(BARS[round(each.change / most * (len(BARS) - 1))] * 2 for each in self.changes)
        said = f" up to {100 * most:.1f} %"
        return Content.assemble((bars, "$origin-transformer"), said if len(bars) + len(said) <= cells else "")
