"""What the language model writes on, apart from what was typed, with its temperature and its seed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui import safetext

TYPED_CELLS = 40
"""How much of what was typed stands before it."""


class Continuation(Widget):
    """A heading with the settings, and the text under it."""

    def compose(self) -> ComposeResult:
        """Settings, text, what temperature means."""
        yield Static(id="settings")
        with VerticalScroll(id="written", can_focus=False):
            yield Static(id="text")
        yield Static(
            Content.styled("0: likeliest word · 1: drawn as expected", "$muted"),
            id="temperature",
        )

    def show_settings(self, temperature: float, seed: int, writing: bool) -> None:
        """Say with what is written, and whether it is being."""
        said = Content.assemble(
            ("↑↓", "bold $accent"),
            (" temperature ", "$muted"),
            (f"{temperature:.1f}", "bold"),
            (" PgUp", "bold $accent"),
            (" seed ", "$muted"),
            (f"{seed:,}", "bold"),
            (" writing…" if writing else "", "italic $accent"),
        )
        self.query_one("#settings", Static).update(said)

    def show_text(self, typed: str, written: str, problem: str = "") -> None:
        """Show the continuation after the end of what was typed; before anything is written, or why nothing is."""
        if problem:
            said = Content.assemble(("✕ ", "bold $error"), safetext.content(safetext.fit(problem, 300)))
        elif not written:
            said = Content.styled("F8 has the forward model write the sentence on, word by word.", "$muted")
        else:
            before = safetext.fit_end(typed, TYPED_CELLS)
            said = Content.assemble((before, "$muted"), (safetext.visible(written), "$origin-language-model"))
        self.query_one("#text", Static).update(said)
        self.query_one("#written", VerticalScroll).scroll_end(animate=False)
