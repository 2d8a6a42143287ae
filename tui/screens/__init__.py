"""One screen a file, one row a screen. Those that do not come first are loaded when they are first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.host import ScreenEntry

if TYPE_CHECKING:
    from textual.screen import Screen


def _make_read() -> Screen[None]:
    from tui.screens.read import ReadScreen

    return ReadScreen()


def _make_words() -> Screen[None]:
    from tui.screens.words import WordsScreen

    return WordsScreen()


def _make_train() -> Screen[None]:
    from tui.screens.train import TrainScreen

    return TrainScreen()


def _make_ladder() -> Screen[None]:
    from tui.screens.ladder import LadderScreen

    return LadderScreen()


SCREENS = (
    ScreenEntry("read", "Read", "f2,alt+1", _make_read),
    ScreenEntry("words", "Words", "f3,alt+2", _make_words),
    ScreenEntry("train", "Train", "f4,alt+3", _make_train),
    ScreenEntry("ladder", "Ladder", "f5,alt+4", _make_ladder),
)
