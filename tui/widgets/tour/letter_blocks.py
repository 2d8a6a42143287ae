"""The formula's letters as small blocks: only those that a step changes are lit."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from core.eras.table import Composition, Origin
from tui import safetext
from tui.tour import BENEATH, Step
from tui.widgets.shared.parameter_block import colour

LINES = 3
SYMBOLS = ("C", "W_e", "W_h", "W_o", BENEATH)


class LetterBlock(Widget):
    """One letter: its name, where it came from, and whether that is new."""

    origin: reactive[Origin] = reactive(Origin.RANDOM)
    lit = reactive(False)
    said: reactive[tuple[str, str]] = reactive(("", ""))
    """The name of what the letter is, and what is said beneath its origin."""

    def __init__(self, symbol: str) -> None:
        super().__init__(classes="-beneath" if symbol == BENEATH else "")
        self._symbol = symbol

    def show(self, origin: Origin, name: str, news: str, lit: bool) -> None:
        """Explain the letter in one era."""
        self.origin, self.said, self.lit = origin, (name, news), lit
        for each in ("random", "vectors", "language-model", "transformer"):
            self.set_class(lit and colour(origin) == f"$origin-{each}", f"-{each}")

    def watch_lit(self, lit: bool) -> None:
        """What is lit has a ground."""
        self.set_class(lit, "-lit")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Name, origin, news."""
        return LINES

    def render(self) -> Content:
        """The letter is in its origin's colour only where it is lit."""
        cells, (name, news) = self.content_size.width, self.said
        paint = colour(self.origin) if self.lit else "$muted"
        room = cells - len(self._symbol) - 1
        lines = [
            Content.assemble(
                (self._symbol, f"bold {paint}" if self.lit else paint),
                " ",
                (safetext.fit(name.removesuffix(" weights"), room), "" if self.lit else "$muted"),
            ),
            Content.styled(safetext.fit(str(self.origin), cells), f"bold {paint}" if self.lit else paint),
            Content.styled(safetext.fit(news, cells), "bold" if self.lit else "$muted"),
        ]
        return Content("\n").join(lines)


class LetterBlocks(Horizontal):
    """C, W_e, W_h, W_o, and the language models beneath; a transformer's layers stand for the two in the middle."""

    def compose(self) -> ComposeResult:
        """A block a letter."""
        yield from (LetterBlock(symbol) for symbol in SYMBOLS)

    def show(self, step: Step, frozen: Collection[str]) -> None:
        """Light what the step changes; `frozen`: the letters that stay as they started in the model that answers."""
        era = step.drawn
        attends = era.composition is Composition.TRANSFORMER
        for symbol, block in zip(SYMBOLS, self.query(LetterBlock), strict=True):
            lit = symbol in step.changed
            if symbol == BENEATH:
                block.display = era.reads_states
                block.show(Origin.LANGUAGE_MODEL, "beneath", _describe(step, lit, tuned=False), lit)
                continue
            parameter = era.parameter(symbol)
            gone = attends and parameter.origin is Origin.NONE
            block.display = not (gone and symbol == "W_h")
            if gone:
                block.show(Origin.TRANSFORMER, "W_h → attention", _describe(step, lit, tuned=True), lit)
            else:
                tuned = parameter.tuned and symbol not in frozen
                block.show(parameter.origin, parameter.name, _describe(step, lit, tuned=tuned), lit)


def _describe(step: Step, lit: bool, *, tuned: bool) -> str:
    change = "tuned" if tuned else "frozen"
    if step.era is None:
        return change
    return f"{'▲ new' if lit else 'same'} {change}"
