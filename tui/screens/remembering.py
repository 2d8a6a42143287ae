"""What Read does beside answering: it remembers what was read, goes back to it, and writes it down."""

from __future__ import annotations

from textual import getters

from core import api
from tui.host import HostApp
from tui.screens.own_workers import OwnWorkers
from tui.screens.sentences import Sentences
from tui.widgets.read.era_row import EraRow
from tui.widgets.shared.sentence_input import SentenceInput


class Remembering(OwnWorkers):
    """A screen with a sentence."""

    app = getters.app(HostApp)

    def action_history(self, by: int) -> None:
        """The sentence before, or after."""
        if (text := self.app.history.step(by)) is not None:
            self.try_sentence(text)

    def action_sentences(self) -> None:
        """Choose among those kept and those read before."""
        self.app.push_screen(Sentences(), self._take)

    def _take(self, text: str | None) -> None:
        """Not before the screen is back: what it is told first is what it showed."""
        if text:
            self.call_after_refresh(self.try_sentence, text)

    def action_save(self) -> None:
        """Write every row's answer, or a picture of the screen, into a file."""
        from tui.read_table import tabulate
        from tui.screens.save import SaveScreen

        rows = self.query(EraRow)
        answers = [(row.model, row.answer) for row in rows if row.display and isinstance(row.answer, api.Predicted)]
        table = tabulate(self.app.sentence, self.app.truth, answers)
        self.app.push_screen(SaveScreen(table, self.app.export_screenshot()))

    def try_sentence(self, text: str) -> None:
        """Put a sentence into the input and the cursor at its end."""
        sentence = self.query_one(SentenceInput)
        sentence.value = text
        sentence.action_end()
        sentence.focus()
