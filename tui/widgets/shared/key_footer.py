"""The footer, made again only when other keys than before are to be shown."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Footer

Shown = tuple[tuple[str, str, str, bool], ...]


ROOMY, TIGHT = 100, 72
"""Columns under which keys stand close, and under which the palette's is left out: it would cover others."""


class KeyFooter(Footer):
    """Textual's own makes all its keys again whenever a screen looks at its bindings, as Read does at every letter."""

    def __init__(self, show_command_palette: bool = True) -> None:
        super().__init__(show_command_palette=show_command_palette)
        self._shown: Shown | None = None

    def fit(self, columns: int) -> None:
        """Take the room there is on a screen of so many columns."""
        self.compact = columns < ROOMY
        if self.show_command_palette != (columns >= TIGHT):
            self.show_command_palette = columns >= TIGHT
            self.refresh(recompose=True)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Show the keys of the screen, where they are others than those that are shown."""
        if not screen.app.app_focus or screen is not self.screen:
            super().bindings_changed(screen)
            return
        shown = tuple(
            (binding.key, binding.description, binding.action, enabled)
            for _, binding, enabled, _ in screen.active_bindings.values()
            if binding.show
        )
        if shown != self._shown:
            self._shown = shown
            super().bindings_changed(screen)
