"""A screen that leaves takes its workers along."""

from __future__ import annotations

from textual.screen import Screen


class OwnWorkers(Screen[None]):
    """Ends its workers before its widgets go: an answer that came in between would look for widgets that are gone.

    Textual itself ends them when a screen is unmounted, which is after all of its widgets were.
    """

    def _on_prune(self) -> None:
        self.workers.cancel_node(self)
