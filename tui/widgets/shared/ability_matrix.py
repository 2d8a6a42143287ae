"""How many minimal pairs models pass, drawn: a row for each model, a column for each ability."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from core.catalog.behaviour import Cell, ShippedBehaviour
from tui import safetext

LABEL, NARROW, WIDE = 16, 8, 14
"""Cells of a model's name, of a column without its intervals, and of one with them."""


class AbilityMatrix(Widget, can_focus=True):
    """Arrows choose a cell, which is told in words beneath."""

    HELP = "Arrows choose a cell: what is asserted of its pairs, and how many of them the model passes."
    BINDINGS = [
        Binding("up", "step(-1, 0)", "Model", key_display="↑↓"),
        Binding("down", "step(1, 0)", "Next model", show=False),
        Binding("left", "step(0, -1)", "Ability", key_display="←→"),
        Binding("right", "step(0, 1)", "Next ability", show=False),
    ]

    row: reactive[int] = reactive(0)
    column: reactive[int] = reactive(0)

    class Moved(Message):
        """Another cell is told."""

    def __init__(self, behaviour: ShippedBehaviour, model: str) -> None:
        super().__init__()
        self._behaviour = behaviour
        self.set_reactive(AbilityMatrix.row, behaviour.models.index(model) if model in behaviour.models else 0)

    @property
    def cell(self) -> Cell | None:
        """The chosen one."""
        models, abilities = self._behaviour.models, self._behaviour.abilities
        return self._behaviour.cell(models[self.row], abilities[self.column]) if models else None

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """A heading, and a line a model."""
        return 1 + len(self._behaviour.models)

    def render(self) -> Content:
        """Heads of columns, then the models."""
        wide = self.content_size.width >= LABEL + WIDE * len(self._behaviour.abilities)
        cells = WIDE if wide else NARROW
        heads = (safetext.column(name, cells - 1, "left") + " " for name in self._behaviour.abilities)
        lines = [Content.styled(safetext.column("pairs passed, %", LABEL) + "".join(heads), "$muted")]
        for row, model in enumerate(self._behaviour.models):
            parts: list[tuple[str, str]] = [(safetext.column(model, LABEL), "bold" if row == self.row else "")]
            for column, ability in enumerate(self._behaviour.abilities):
                chosen = (row, column) == (self.row, self.column)
                found = self._behaviour.cell(model, ability)
                said = "–" if found is None else _share(found, wide)
                parts.append((safetext.column(said, cells - 1), "reverse bold" if chosen else _tint(found)))
                parts.append((" ", ""))
            lines.append(Content.assemble(*parts))
        return Content("\n").join(lines)

    def action_step(self, rows: int, columns: int) -> None:
        """Choose a cell so many further."""
        self.row = max(0, min(len(self._behaviour.models) - 1, self.row + rows))
        self.column = max(0, min(len(self._behaviour.abilities) - 1, self.column + columns))
        self.post_message(self.Moved())


def describe_cell(cell: Cell) -> str:
    """A cell in words."""
    interval = f"[{100 * cell.low:.0f}, {100 * cell.high:.0f}]"
    return f"{cell.model}, {cell.ability}: passes {cell.passed} of {cell.n} pairs, {100 * cell.share:.0f} % {interval}"


def _share(cell: Cell, wide: bool) -> str:
    share = f"{100 * cell.share:>3.0f}"
    return f"{share} [{100 * cell.low:.0f}, {100 * cell.high:.0f}]" if wide else share


def _tint(cell: Cell | None) -> str:
    """Four steps; the number says the same."""
    steps = round(4 * cell.share) if cell else 0
    return f"on $accent {12 * steps}%" if steps else ""
