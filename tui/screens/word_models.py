"""Everything that can be asked about words, to choose one of: the eras' models, added ones, what is only pretrained."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui import safetext
from tui.word_model_choice import AskableModel

YEAR, NAME = 7, 17


class WordModelList(ModalScreen[AskableModel | None]):
    """A list over Words; the model that is asked now is the highlighted one."""

    TITLE = "Models"
    HELP = "The eras' models in the order of their years, then added ones, then what no label has touched."
    BINDINGS = [Binding("escape,g", "leave", "Close", key_display="esc", id="models.close")]

    def __init__(self, models: Sequence[AskableModel], asked: AskableModel | None) -> None:
        super().__init__()
        self._models, self._asked = tuple(models), asked

    def compose(self) -> ComposeResult:
        """One list."""
        with Vertical(id="word-models"):
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Stand on the model that is asked."""
        dialog, options = self.query_one("#word-models"), self.query_one(OptionList)
        dialog.border_title, dialog.border_subtitle = "In the eyes of", "Enter asks it · Esc closes"
        options.add_options([Option(_line(model, max(40, self.app.size.width - 16))) for model in self._models])
        options.highlighted = self._models.index(self._asked) if self._asked in self._models else 0
        options.focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._models[event.option_index])

    def action_leave(self) -> None:
        """Ask the same model as before."""
        self.dismiss(None)


def _line(model: AskableModel, cells: int) -> Content:
    return Content.assemble(
        (f"{model.year:<{YEAR}} ", "$muted"),
        (safetext.column(model.name, NAME), "bold"),
        (" ", ""),
        safetext.content(model.title, "$muted"),
    ).truncate(cells, ellipsis=True)
