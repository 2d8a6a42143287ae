"""What an elmo row stands on: the frozen language models that the task RNN reads, and how their states are mixed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from core.eras.table import Origin
from tui import safetext
from tui.widgets.shared.parameter_block import colour

if TYPE_CHECKING:
    from core.catalog.language_models import LanguageModelEntry
    from core.catalog.model_info import Mix

ARROWS = {"forward": "→", "backward": "←"}
_SHARE = "share "
"""What a bar is of: how much of the mix, 1 over all layers of both directions."""
_LONGEST_BAR = 40
_FULL, _EMPTY = "━", "─"


class LanguageModelPanel(Widget):
    """A panel under the blocks: a line for each direction; on a short screen one line for all."""

    def __init__(self) -> None:
        super().__init__()
        self._models: tuple[LanguageModelEntry, ...] = ()
        self._mix: Mix | None = None

    def show(self, models: Sequence[LanguageModelEntry], mix: Mix | None) -> None:
        """Show these language models, mixed in that way."""
        self._models, self._mix = tuple(models), mix
        self.set_class(self._origin is Origin.RANDOM, "-random")
        self.refresh(layout=True)

    @property
    def _origin(self) -> Origin:
        untrained = bool(self._models) and all(model.untrained for model in self._models)
        return Origin.RANDOM if untrained else Origin.LANGUAGE_MODEL

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as are drawn."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The panel's lines."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        height = self.app.size.height
        if height < 34 or width < 96:
            return [self._line(width)]
        head = [self._head(width)] if height >= 48 else []
        named = self._models[0] if self._models and not head else None
        return head + [self._of(model, width, named=model is named) for model in self._models]

    @property
    def _paint(self) -> str:
        return f"bold {colour(self._origin)}"

    @property
    def _letters(self) -> Content:
        return Content.assemble(("LM", self._paint), " ")

    def _head(self, width: int) -> Content:
        return Content.assemble(self._letters, safetext.fit("language models beneath the task RNN", width - 3))

    def _of(self, model: LanguageModelEntry, width: int, *, named: bool) -> Content:
        """One direction: what it is, what it is worth, and its share of the mix."""
        said = Content.assemble(
            self._letters if named else "   ",
            (f"{ARROWS[model.direction]} {model.direction:<9}", self._paint),
            ("= frozen  ", "bold"),
            (f"{_size(model):<14}", ""),
            (f"{_rows(model):<18}", "$muted"),
            (f"{_worth(model):<18}", "$muted"),
        )
        if self._mix is None or not (shares := self._mix.shares.get(model.direction)):
            return said
        scale = f"γ {self._mix.gamma:.2f} × "
        gamma = scale if model is self._models[0] else ""
        numbers = " + ".join(f"{share:.2f}" for share in shares)
        indent = len(scale)
        cells = min(_LONGEST_BAR, width - said.cell_length - indent - len(numbers) - len(_SHARE) - 1)
        return Content.assemble(
            said, (f"{gamma:<{indent}}", "bold"), (_SHARE, "$muted"), self._bar(sum(shares), cells), f" {numbers}"
        )

    def _bar(self, share: float, cells: int) -> Content:
        if cells < 4:
            return Content("")
        full = round(min(max(share, 0.0), 1.0) * cells)
        return Content.assemble((_FULL * full, self._paint), (_EMPTY * (cells - full), "$faint"))

    def _line(self, width: int) -> Content:
        """All of it in one line: the fullest wording that fits."""
        alike = {_size(model) for model in self._models}
        sizes = alike.pop() if len(alike) == 1 else ""
        worth = "/".join(f"{model.perplexity:.0f}" for model in self._models if model.perplexity is not None)
        worth = f"perplexity {worth}" if worth else "untrained" if self._origin is Origin.RANDOM else ""
        gamma = f"γ {self._mix.gamma:.2f} × " if self._mix else ""
        shares = {direction: f"{sum(some):.2f}" for direction, some in self._mix.shares.items()} if self._mix else {}
        named = " + ".join(f"{direction} {share}" for direction, share in shares.items())
        short = " + ".join(f"{ARROWS[direction]} {share}" for direction, share in shares.items())
        mixes = [f"{gamma}({some})" if some else "" for some in (named, short)]
        candidates = (*((sizes, worth, mix) for mix in mixes), *((mix,) for mix in mixes))
        for parts in candidates:
            rest = "".join(f" · {part}" for part in parts if part)
            if len("LM = frozen" + rest) <= width:
                break
        return Content.assemble(self._letters, ("= frozen", "bold"), safetext.fit(rest, width - 11))


def _size(model: LanguageModelEntry) -> str:
    layers = f" × {model.layers}" if model.layers > 1 else ""
    return f"LSTM {model.hidden:,}{layers}" if model.hidden else ""


def _rows(model: LanguageModelEntry) -> str:
    return f"C {model.vocabulary:,} × {model.dimension:,}" if model.vocabulary else "not in the store"


def _worth(model: LanguageModelEntry) -> str:
    if model.untrained:
        return "untrained"
    return "" if model.perplexity is None else f"perplexity {model.perplexity:>6.1f}"
