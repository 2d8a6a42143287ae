"""The lesson in one strip: the formula of the focused model, and where each of its letters comes from."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from core.eras import Era, Reads
from tui.lineup import Contender
from tui.widgets.parameter_block import ParameterBlock, colour

GATES = {"lstm": 4, "gru": 3, "rnn": 1}


class ProvenanceStrip(Widget):
    """Formula, four blocks, and the era's idea in one sentence."""

    def compose(self) -> ComposeResult:
        """Formula above, blocks side by side, idea below."""
        yield Static(id="formula")
        with Horizontal(id="blocks"):
            for _ in range(4):
                yield ParameterBlock()
        yield Static(id="idea")

    def show(self, contender: Contender) -> None:
        """Explain this contender's parameters."""
        era, entry = contender.era, contender.entry
        cell = entry.cell if entry else ""
        shapes = entry.parameters if entry else {}
        frozen = entry.info.get("frozen", ()) if entry else ()
        self.query_one("#formula", Static).update(_formula(era, cell))
        for block, parameter in zip(self.query(ParameterBlock), era.parameters, strict=True):
            block.parameter = parameter
            block.frozen = parameter.symbol in frozen
            block.size_text = _size(shapes.get(parameter.symbol), parameter.symbol, cell)
        self.query_one("#idea", Static).update(_idea(era, cell))

    def on_resize(self) -> None:
        """Taller screens get a taller picture of each parameter."""
        height = self.app.size.height
        rows = 1 if height < 34 else 2 if height < 48 else 4
        for block in self.query(ParameterBlock):
            block.swatch_height = rows


def _formula(era: Era, cell: str) -> Content:
    paint = {parameter.symbol: f"bold {colour(parameter.origin)}" for parameter in era.parameters}
    if era.reads is Reads.WORDPIECES:
        return Content.assemble(
            "h = attention( ", ("C", paint["C"]), "[wordpieces] )     p = softmax( ", ("W_o", paint["W_o"]), " h )"
        )
    name = {"lstm": "LSTM", "gru": "GRU", "rnn": "tanh"}.get(cell, "f")
    reads = "C" if era.reads is Reads.VECTORS else "[C ; γ·LM]"
    return Content.assemble(
        ("h", "bold"), f"ₙ = {name}( ", ("W_h", paint["W_h"]), " hₙ₋₁ + ", ("W_e", paint["W_e"]), " ",
        (reads, paint["C"]), "[wordₙ] )     p = softmax( ", ("W_o", paint["W_o"]), " pool(h) )",
    )  # fmt: skip


def _idea(era: Era, cell: str) -> Content:
    gates = ""
    if cell == "lstm" and era.reads is not Reads.WORDPIECES:
        gates = " The LSTM stacks its 4 gates in W_e and W_h."
    elif cell == "gru":
        gates = " The GRU stacks its 3 gates in W_e and W_h."
    return Content.assemble(era.idea, (gates, "$muted"))


def _size(shape: tuple[int, ...] | None, symbol: str, cell: str) -> str:
    if not shape:
        return ""
    gates = GATES.get(cell, 1)
    rows, *rest = shape
    if symbol in ("W_e", "W_h") and gates > 1 and rows % gates == 0:
        return " × ".join([f"{gates}·{rows // gates:,}", *(f"{n:,}" for n in rest)])
    return " × ".join(f"{n:,}" for n in shape)
