"""What to say when the engine died: one or two lines, and a way back."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.widgets import Static

from core.api import Failed
from tui import safetext


class EngineNotice(Static):
    """Hidden while all is well; a click restarts the engine."""

    def tell(self, failure: Failed | None) -> None:
        """Show why the engine died, or hide."""
        self.display = failure is not None
        if failure is None:
            return
        self.update(
            Content.assemble(
                ("✕ ", "bold $error"),
                safetext.content(safetext.fit(failure.message, 200), "bold"),
                " ",
                safetext.content(safetext.fit(failure.hint, 400), "$muted"),
                "\n  Press ",
                ("F10", "bold $accent"),
                " (or click here) to start it again. Your sentence is kept.",
            )
        )

    def on_mount(self) -> None:
        """Hidden at first."""
        self.display = False
        self.watch(self.app, "engine_failure", self.tell)

    async def on_click(self, event: events.Click) -> None:
        """Restart."""
        event.stop()
        await self.run_action("app.restart_engine")
