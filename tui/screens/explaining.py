"""What Read does beside answering: it says why the focused row answers so, by one way after the other."""

from __future__ import annotations

from asyncio import sleep

from textual import getters, work

from core import api
from tui import explanations
from tui.host import HostApp
from tui.screens.own_workers import OwnWorkers
from tui.widgets.read.era_row import EraRow

PAUSE = 0.2
"""Seconds after the last key before it is asked: leaving each word out costs more than an answer."""
MOST = 64
"""Words of a long text that are explained: as many as have a running answer."""


class Explaining(OwnWorkers):
    """A screen with rows, whose focused one can be asked why."""

    app = getters.app(HostApp)
    _way = explanations.RUNNING

    @property
    def asked_row(self) -> EraRow | None:
        """The focused row, where a model stands behind it."""
        return next((row for row in self.query(EraRow) if row.focused_row and row.model.entry is not None), None)

    def action_why(self) -> None:
        """The next way of asking why; after the last the running answer again."""
        if (row := self.asked_row) is None:
            return
        self._way = explanations.next_way(row.model, explanations.fit_way(row.model, self._way))
        if self._way == explanations.ATTENTION:
            from tui.screens.attention import AttentionScreen

            self._way = explanations.RUNNING
            self.app.push_screen(AttentionScreen(row.model))
        self.follow_why()

    def follow_why(self, typed: bool = False) -> None:
        """Have the focused row explained, if that is wanted; `typed`: the text may change again at once."""
        self.workers.cancel_group(self, "why")
        asked = self.asked_row
        for row in self.query(EraRow):
            row.method = explanations.fit_way(row.model, self._way) if row is asked else explanations.RUNNING
        if asked is not None and asked.method and self.app.sentence.strip():
            self._ask_why(asked, self.app.sentence, PAUSE if typed else 0.0)

    @work(exclusive=True, group="why")
    async def _ask_why(self, row: EraRow, text: str, pause: float) -> None:
        await sleep(pause)
        model = row.model
        question = api.Explain(text, model.spec or "", row.method, explanations.explained_label(model), MOST)
        async for answer in self.app.engine.ask(question):
            if isinstance(answer, api.Explained | api.Failed) and row.is_mounted and row.model is model:
                row.why = answer
