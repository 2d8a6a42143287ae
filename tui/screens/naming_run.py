"""A run's own name and its tags, typed in a small dialog over Train."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from core.runs.notes import LONGEST_NAME, RunNotes, parse_tags


class NamingRun(ModalScreen[RunNotes | None]):
    """Dismissed with the notes as they are to be, or None where they stay as they were."""

    TITLE = "Name and tags"
    HELP = (
        "A name of your own stands in place of the run's title; without one the title comes back. Tags are words, with "
        "spaces between; the list is filtered by them as #tag. Both are kept in the run's folder. Enter keeps them."
    )
    BINDINGS = [Binding("escape", "dismiss", "Close", id="naming.close")]

    def __init__(self, notes: RunNotes, title: str) -> None:
        super().__init__()
        self._notes, self._title = notes, title

    def compose(self) -> ComposeResult:
        """The name, then the tags."""
        with Vertical(id="naming"):
            yield Input(self._notes.name, placeholder=self._title, max_length=LONGEST_NAME, id="naming-name")
            yield Input(" ".join(self._notes.tags), placeholder="baseline paper try-2", id="naming-tags")

    def on_mount(self) -> None:
        """Titles are set here: they are no markup."""
        dialog = self.query_one("#naming")
        dialog.border_title = "Name and tags"
        dialog.border_subtitle = "Tab next · Enter keeps · Esc closes"
        self.query_one("#naming-name").border_title = "name"
        self.query_one("#naming-tags").border_title = "tags"

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        name, tags = (self.query_one(f"#naming-{field}", Input).value for field in ("name", "tags"))
        self.dismiss(RunNotes(name, parse_tags(tags)))
