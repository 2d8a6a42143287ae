"""The progress line of a terminal: a bar and a text, redrawn in place."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from core.visible import one_line

_BAR_CELLS = 10


class BarLine:
    """A bar and the text beside it on one line of stderr, cut where the terminal ends."""

    def __init__(self) -> None:
        self._progress = Progress(
            BarColumn(_BAR_CELLS),
            TextColumn("{task.description}", markup=False),
            console=_WithCursor(stderr=True, force_terminal=True),
            auto_refresh=False,  # no thread beside the one that follows the run
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("", total=1.0)

    def show(self, text: str, share: float | None, /) -> None:
        """Draw the line anew; while the share is not known the bar is empty."""
        words = Text(one_line(text))
        # Room for the ^C that the terminal writes after it.
        words.truncate(max(1, self._progress.console.width - _BAR_CELLS - 4), overflow="ellipsis")
        self._progress.update(self._task, description=words.plain, completed=share or 0.0)
        self._progress.start()
        self._progress.refresh()

    def clear(self) -> None:
        """Erase the line if it is there."""
        self._progress.stop()


class _WithCursor(Console):
    """Leaves the cursor visible: whoever is killed could not show it again."""

    def show_cursor(self, show: bool = True) -> bool:  # noqa: ARG002 - the signature is rich's
        return False
