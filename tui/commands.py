"""The palette's commands for what is found on this machine: one a model, its title shown as text, never as markup.

A model that is a row of Read already is none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.types import IgnoreReturnCallbackType

from tui import safetext
from tui.host import HostApp
from tui.model_comparison import name_model

HELP = "Add this model as a row of Read"


class ModelCommands(Provider):
    """Compare any model of the catalog with the eras."""

    async def discover(self) -> Hits:
        """All that are no row yet, before anything is typed."""
        for title, command in self._commands():
            yield DiscoveryHit(safetext.content(title), command, text=title, help=HELP)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for title, command in self._commands():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, safetext.content(title), command, text=title, help=HELP)

    def _commands(self) -> Iterator[tuple[str, IgnoreReturnCallbackType]]:
        app = self.app
        assert isinstance(app, HostApp)
        there = {model.entry.path for model in app.comparison if model.entry is not None}
        for entry in (each for each in app.catalog.entries() if each.path not in there):
            yield f"Compare {name_model(entry)} · {safetext.fit(entry.title, 60)}", partial(app.use_model, entry.spec)
