"""The footer: as many keys as there is room for, made again only when they are others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

Shown = tuple[tuple[str, str, str, bool], ...]
ALWAYS = ("help", "app.help", "quit", "app.quit")
"""What is always there, however narrow the screen: help has all the others."""
PALETTE = "-command-palette"
ROOMY = 100
"""Columns under which keys stand close."""


class KeyFooter(Footer):
    """Textual's own cuts the last keys, and makes all of them again at every letter that is typed into Read."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown | None = None
        self._columns = 0

    def compose(self) -> ComposeResult:
        """The keys that there is room for, the first ones before the last ones."""
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        yield from fit(keys, self.app.size.width, self.compact)

    def on_resize(self) -> None:
        """More room, more keys."""
        if (columns := self.app.size.width) != self._columns:
            self._columns, self.compact = columns, columns < ROOMY
            self.call_after_refresh(self.recompose)

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


def fit(keys: Sequence[FooterKey], cells: int, compact: bool) -> Iterator[FooterKey]:
    """The keys that fit into so many cells: the palette's goes first, then the last ones; help and quit never do."""
    kept = list(keys)
    droppable = [key for key in keys if key.action not in ALWAYS and not key.has_class(PALETTE)]
    droppable += [key for key in keys if key.has_class(PALETTE)]
    while sum(_width(key, compact) for key in kept) > cells and droppable:
        kept.remove(droppable.pop())
    yield from kept


def _width(key: FooterKey, compact: bool) -> int:
    """The cells that Textual's styles give a key."""
    words = cell_len(key.key_display) + cell_len(key.description)
    border = 1 if key.has_class(PALETTE) else 0
    return words + border + (2 if compact else 3 + border)
