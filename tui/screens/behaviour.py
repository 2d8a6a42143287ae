"""What models can do: how many minimal pairs of each ability they answer as asserted."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from core.catalog.behaviour import ShippedBehaviour
from tui import safetext
from tui.widgets.shared.ability_matrix import AbilityMatrix, describe_cell
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.top_bar import TopBar

WHICH = "What models can do, on pairs of sentences that differ in one thing"
NOTES = (
    "In % of the pairs; in brackets where it lies with 95 % (Wilson). The pairs were written for this project; the "
    "tests are CheckList's (Ribeiro et al. 2020). Who answers one class to everything passes all that asks for no "
    "change: the first row. "
)


class BehaviourScreen(Screen[None]):
    """The measured matrix that ships, cell by cell."""

    TITLE = "Abilities"
    HELP = (
        "Each column is an ability, tested on pairs of sentences that differ in one thing. Negation, double negation, "
        "contrast and irony ask for both right answers of a pair (MFT); intensifiers, that a stronger word makes the "
        "right class no less probable (DIR); typos and names, that nothing changes (INV).\n"
        "Arrows choose a cell. `nlp-tui check` measures it again, of any model."
    )
    BINDINGS = [Binding("escape,q", "leave", "Back", key_display="esc", id="behaviour.leave")]

    def __init__(self, behaviour: ShippedBehaviour, model: str) -> None:
        super().__init__()
        self._behaviour, self._model = behaviour, model

    def compose(self) -> ComposeResult:
        """The matrix, one cell of it in words, and how it came about."""
        yield TopBar("read")
        yield Static(Content.styled(WHICH, "bold"), id="which")
        yield AbilityMatrix(self._behaviour, self._model)
        yield Static(id="cell")
        yield Static(id="asserts")
        again = f"Again: {self._behaviour.command}" if self._behaviour.cells else "No matrix came with this version."
        yield Static(safetext.content(NOTES + again, "$muted"), id="notes")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Begin with the model that is looked at."""
        self.query_one(AbilityMatrix).focus()
        self._tell()

    @on(AbilityMatrix.Moved)
    def _tell(self) -> None:
        cell = self.query_one(AbilityMatrix).cell
        if cell is not None:
            asserted = dict(self._behaviour.asserts).get(cell.ability, "")
            self.query_one("#cell", Static).update(safetext.content(describe_cell(cell), "bold"))
            self.query_one("#asserts", Static).update(safetext.content(f"{cell.test}: {asserted}"))

    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss()
