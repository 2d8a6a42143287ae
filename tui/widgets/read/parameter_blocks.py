"""C, W_e, W_h and W_o side by side; where a transformer has none of the two in the middle, its layers."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from core import api
from core.eras.table import Composition, Origin
from tui.model_comparison import ComparedModel
from tui.widgets.shared.layer_block import LayerBlock
from tui.widgets.shared.parameter_block import AFTER, SIDES, ParameterBlock

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
RECURRENT = ("W_e", "W_h")


class ParameterBlocks(Horizontal):
    """A block a letter, with small maps of its values once they are read."""

    def compose(self) -> ComposeResult:
        """C, W_e, W_h, the layers, W_o."""
        for place in range(4):
            if place == 3:
                yield LayerBlock()
            yield ParameterBlock()

    def show(self, compared: ComparedModel, cell: str, found: api.ParameterList | None, unread: str) -> None:
        """Explain this model's parameters; `unread` says why nothing was read of them yet."""
        era, entry = compared.era, compared.entry
        shapes = entry.parameters if entry else {}
        frozen = entry.info.frozen if entry else ()
        attends = attends_instead(compared)
        maps = {each.symbol: each for each in reversed(found.parameters)} if found else {}
        for block, parameter in zip(self.query(ParameterBlock), era.parameters, strict=True):
            block.parameter = parameter
            block.frozen = parameter.symbol in frozen
            block.size_text = describe_size(shapes.get(parameter.symbol), parameter.symbol, cell)
            block.found, block.unread = maps.get(parameter.symbol), unread
            block.display = not (attends and parameter.symbol in RECURRENT)
        layers = self.query_one(LayerBlock)
        layers.display = attends
        if entry is not None:
            depth, tuned = (entry.info.config.get(name) for name in ("layers", "tuned"))
            layers.count = depth if isinstance(depth, int) else 0
            layers.tuned = min(layers.count, tuned) if isinstance(tuned, int) else 0
        layers.changes = found.layers if found else ()

    def set_height(self, rows: int) -> None:
        """How many lines each map has."""
        for block in self.query(ParameterBlock):
            block.swatch_height = rows
        self.query_one(LayerBlock).swatch_height = rows

    @property
    def side(self) -> str:
        """Which of the maps is shown: after training, before it, or the difference."""
        return next((block.side for block in self.query(ParameterBlock)), AFTER)

    @property
    def missing(self) -> tuple[str, ...]:
        """Why letters have no map on this side, a sentence each."""
        shown = (block.found for block in self.query(ParameterBlock) if block.display)
        return tuple(f"{each.symbol}: {each.unknown}" for each in shown if each and not getattr(each, self.side))

    def turn(self) -> None:
        """Show the next of the three."""
        side = SIDES[(SIDES.index(self.side) + 1) % len(SIDES)]
        for block in self.query(ParameterBlock):
            block.side = side


def attends_instead(compared: ComparedModel) -> bool:
    """Whether a transformer's layers stand where others have W_e and W_h."""
    if compared.entry is None:
        return compared.era.composition is Composition.TRANSFORMER
    return compared.entry.info.encoder is not None or compared.era.parameter("C").origin is Origin.TRANSFORMER


def describe_size(shape: tuple[int, ...] | None, symbol: str, cell: str) -> str:
    """Rows and columns, those of stacked gates as a product."""
    if not shape:
        return ""
    gates = GATES.get(cell, 1)
    rows, *rest = shape
    if symbol in RECURRENT and gates > 1 and rows % gates == 0:
        return " × ".join([f"{gates}·{rows // gates:,}", *(f"{n:,}" for n in rest)])
    return " × ".join(f"{n:,}" for n in shape)
