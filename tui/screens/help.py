"""Help for the screen one is on: what it shows, and its keys, read off the bindings that are in force."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

KEY_CELLS = 24


class HelpScreen(ModalScreen[None]):
    """A dialog over the screen it explains."""

    BINDINGS = [Binding("escape,question_mark,q", "dismiss", "Close", id="help.close")]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._about = about
        self._sections = sections(about)

    def compose(self) -> ComposeResult:
        """Prose first, keys after."""
        with VerticalScroll(id="help"):
            for paragraph in (self._about.HELP or "").splitlines():
                yield Static(Content(paragraph), classes="help-prose")
            for title, keys in self._sections:
                yield Static(Content.styled(title, "bold $accent"), classes="help-title")
                lines = [Content.assemble((f"{key:<{KEY_CELLS}}", "bold"), said) for key, said in keys]
                yield Static(Content("\n").join(lines), classes="help-keys")

    def on_mount(self) -> None:
        """Name the dialog after its screen."""
        dialog = self.query_one("#help")
        dialog.border_title = f"Help · {self._about.title or self.app.title}"
        dialog.border_subtitle = "↑↓ scroll · Esc close"
        dialog.focus()


def sections(screen: Screen[object]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The keys in force on a screen: those of the focused widget, of the screen, and of the app, each with its use."""
    titles = {"widget": "Here", "screen": "On this screen", "app": "Everywhere"}
    found: dict[str, dict[str, list[str]]] = {name: {} for name in titles}
    for active in screen.active_bindings.values():
        if not active.enabled or not active.binding.description:
            continue
        place = "app" if isinstance(active.node, App) else "screen" if isinstance(active.node, Screen) else "widget"
        keys = found[place].setdefault(active.binding.description, [])
        key = screen.app.get_key_display(active.binding)
        if key not in keys:
            keys.append(key)
    return [
        (title, [(", ".join(keys), said) for said, keys in found[name].items()])
        for name, title in titles.items()
        if found[name]
    ]
