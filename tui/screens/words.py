"""Words: what a model takes a word to be like, without and with its sentence."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer

from tui.widgets.top_bar import TopBar


class WordsScreen(Screen[None]):
    """Neighbours of a word."""

    TITLE = "Words"

    def compose(self) -> ComposeResult:
        """Tokens, then two panes."""
        yield TopBar("words")
        yield Footer()
