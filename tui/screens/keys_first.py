"""A screen whose own keys come first in its footer where not all have room."""

from __future__ import annotations

from textual.screen import Screen

from tui.widgets.shared.key_footer import KeyFooter

ROOMY = 100
"""Columns in which all keys have room."""


class KeysFirst(Screen[None]):
    """In fewer columns its footer is compact, and the palette's key is left out."""

    def on_resize(self) -> None:
        """More room, or less."""
        self.call_after_refresh(self._fit_keys)

    def _fit_keys(self) -> None:
        footer, narrow = self.query_one(KeyFooter), self.app.size.width < ROOMY
        footer.compact, footer.show_command_palette = narrow, not narrow
        self.refresh_bindings()
