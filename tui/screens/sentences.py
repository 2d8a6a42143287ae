"""The sentences that are kept, and those that were read before, to choose one of."""

from __future__ import annotations

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui import safetext
from tui.host import HostApp

CELLS = 160


class Sentences(ModalScreen[str | None]):
    """A list over Read: what is kept first, then from the newest to the oldest."""

    app = getters.app(HostApp)

    TITLE = "Sentences"
    HELP = (
        "The sentences that you keep come first, with a star; then those read before, the newest first. Enter reads "
        "one again, p keeps one for good or lets it go. They are kept between launches."
    )
    BINDINGS = [
        Binding("p", "keep", "Keep, or let go", id="sentences.keep"),
        Binding("escape,f12", "leave", "Close", key_display="esc", id="sentences.close"),
    ]

    def compose(self) -> ComposeResult:
        """One list."""
        with Vertical(id="sentences"):
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """The newest first."""
        dialog = self.query_one("#sentences")
        dialog.border_title = "Sentences"
        dialog.border_subtitle = "Enter reads it · p keeps it · Esc closes"
        self.query_one(OptionList).focus()
        self._list()

    @property
    def _texts(self) -> list[str]:
        history = self.app.history
        return [*history.kept, *(text for text in reversed(history.recent) if text not in history.kept)]

    def _list(self, highlighted: int = 0) -> None:
        options, texts = self.query_one(OptionList), self._texts
        options.clear_options()
        if not texts:
            options.add_option(Option("Nothing was read yet: Esc, and type a sentence.", disabled=True))
            return
        for text in texts:
            star = ("★ ", "bold $accent") if text in self.app.history.kept else ("  ", "")
            options.add_option(Option(Content.assemble(star, safetext.fit(safetext.one_line(text), CELLS))))
        options.highlighted = min(highlighted, len(texts) - 1)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._texts[event.option_index])

    def action_keep(self) -> None:
        """Keep the highlighted sentence, or let it go."""
        place, texts = self.query_one(OptionList).highlighted, self._texts
        if place is None or not texts:
            return
        try:
            self.app.history.keep(texts[place])
        except OSError as error:
            self.app.notify_safe(f"It is kept until you leave: {error.strerror or error}", "warning")
        self._list(place)

    def action_leave(self) -> None:
        """Choose none."""
        self.dismiss(None)
