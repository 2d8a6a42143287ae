"""What Read does beside answering: it puts the sentence's twins under it, with each row's answer to the twin."""

from __future__ import annotations

from asyncio import sleep

from textual import getters, work

from core import api
from tui.host import HostApp
from tui.screens.own_workers import OwnWorkers
from tui.widgets.read.era_row import EraRow
from tui.widgets.read.task_heading import TaskHeading
from tui.widgets.read.twin_line import TwinLine

PAUSE = 0.2
"""Seconds after the last key before the twin follows the sentence."""


class Twinning(OwnWorkers):
    """A screen with rows, which can answer to a sentence's twin too."""

    app = getters.app(HostApp)
    _twin: int | None = None
    """Which of the twins, from 0; None for none."""

    @property
    def has_twin(self) -> bool:
        """Whether a twin stands under the sentence."""
        return self._twin is not None

    def action_twin(self) -> None:
        """The next twin; after the last the first."""
        self._twin = 0 if self._twin is None else self._twin + 1
        self.follow_twin()

    def action_drop_twin(self) -> None:
        """Take the twin away."""
        self._twin = None
        self.follow_twin()

    def follow_twin(self, typed: bool = False) -> None:
        """Make and answer the twin of the sentence as it stands; `typed`: it may change again at once."""
        self.workers.cancel_group(self, "twin")
        shown = self.has_twin and bool(self.app.sentence.strip())
        for row in self.query(EraRow):
            row.twinned, row.twin = shown, None
        for heading in self.query(TaskHeading):
            heading.twinned = shown
        if shown and self._twin is not None:
            self._ask_twin(self.app.sentence, self._twin, PAUSE if typed else 0.0)
        else:
            self._show_twin(None)
        self.refresh_bindings()

    @work(exclusive=True, group="twin")
    async def _ask_twin(self, text: str, place: int, pause: float) -> None:
        await sleep(pause)
        async for answer in self.app.engine.ask(api.MakeTwins(text)):
            if isinstance(answer, api.TwinList):
                twins = answer.twins
                twin = twins[place % len(twins)]
                self._show_twin(twin, place % len(twins) + 1, len(twins))
                break
        else:
            return
        rows = list(self.query(EraRow))
        specs = tuple(row.model.spec for row in rows if row.model.spec and row.display)
        if twin.text and specs:
            async for answer in self.app.engine.ask(api.PredictTwin(twin.text, specs)):
                for row in rows:
                    if isinstance(answer, api.Predicted) and row.is_mounted and row.model.spec == answer.model:
                        row.twin = answer

    def _show_twin(self, twin: api.Twin | None, number: int = 0, of: int = 0) -> None:
        for line in self.query(TwinLine):
            line.show(twin, number, of)
