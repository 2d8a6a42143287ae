"""One screen a file. Those that do not come first are loaded when they are first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.storage.paths import ASSETS

if TYPE_CHECKING:
    from textual.screen import Screen


def words() -> Screen[None]:
    """The Words screen."""
    from tui.screens.words import WordsScreen

    return WordsScreen()


def train() -> Screen[None]:
    """The Train screen."""
    from tui.screens.train import TrainScreen

    screen = TrainScreen()
    screen.css_path = [ASSETS / "train.tcss"]
    return screen
