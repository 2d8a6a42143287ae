"""Help for the screen one is on: what it shows, and its keys, read off the tables that bind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

KEY_CELLS = 20

Keys = list[tuple[str, str]]


class HelpScreen(ModalScreen[None]):
    """A dialog over the screen it explains."""

    BINDINGS = [Binding("escape,question_mark,q", "dismiss", "Close", id="help.close")]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._about = about
        self._focused = about.focused

    def compose(self) -> ComposeResult:
        """Prose first, keys after."""
        with VerticalScroll(id="help"):
            for prose in (self._about.HELP, self._focused.HELP if self._focused else None):
                for paragraph in (prose or "").splitlines():
                    yield Static(Content(paragraph), classes="help-prose")
            for title, keys in sections(self.app, self._about, self._focused):
                yield Static(Content.styled(title, "bold $accent"), classes="help-title")
                lines = [Content.assemble((f"{key:<{KEY_CELLS}} ", "bold"), said) for key, said in keys]
                yield Static(Content("\n").join(lines), classes="help-keys")

    def on_mount(self) -> None:
        """Name the dialog after its screen."""
        dialog = self.query_one("#help")
        dialog.border_title = f"Help · {self._about.title or self.app.title}"
        dialog.border_subtitle = "↑↓ scroll · Esc close"
        dialog.focus()


def sections(app: App[Any], screen: Screen[Any], focused: Widget | None) -> list[tuple[str, Keys]]:
    """The keys of the screen, of the app, and of the focused widget, each with what it does.

    A key is listed once, where it acts: what is focused takes it from the screen, and the screen from the app.
    """
    kinds = type(focused).__mro__ if focused is not None else ()
    own = [binding for kind in kinds if kind is not Widget for binding in _own(kind)]
    taken: set[str] = set()
    here, on_screen, everywhere = (
        keys(app, bindings, taken) for bindings in (own, type(screen).BINDINGS, type(app).BINDINGS)
    )
    found = [("On this screen", on_screen), ("Everywhere", everywhere), ("Where the cursor is", here)]
    return [(title, table) for title, table in found if table]


def keys(app: App[Any], bindings: Iterable[BindingType], taken: set[str]) -> Keys:
    """One line a use: its keys, and what they do; a key with several uses has them on one line.

    Keys in `taken` are left out, and those listed are added to it.
    """
    uses: dict[str, list[str]] = {}
    for binding in Binding.make_bindings(bindings):
        if binding.description and not binding.action.startswith(("scroll_", "page_")) and binding.key not in taken:
            uses.setdefault(binding.key, []).append(binding.description)
    taken.update(uses)
    alike: dict[str, list[str]] = {}
    for key, said in uses.items():
        alike.setdefault(" / ".join(dict.fromkeys(said)), []).append(app.get_key_display(Binding(key, "")))
    return [(", ".join(dict.fromkeys(shown)), said) for said, shown in alike.items()]


def _own(kind: type) -> list[BindingType]:
    return list(kind.__dict__.get("BINDINGS", []))
