"""The slim bar on top: the app's name, the screens as tabs, and how the engine is."""

from __future__ import annotations

from textual import events, getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui.engine_client import EngineState
from tui.host import HostApp, ScreenEntry

DEAD, DEAD_SHORT = "✕ engine stopped · F10 restarts", "✕ stopped · F10"
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Tab(Static):
    """One screen's name; a click goes there."""

    def __init__(self, entry: ScreenEntry, current: bool) -> None:
        key, *_ = entry.keys.split(",")
        named = Content.assemble((f"{key.upper()} ", "$muted"), entry.title)
        super().__init__(named, classes="-current" if current else "")
        self._mode = entry.mode

    async def on_click(self, event: events.Click) -> None:
        """Go to the screen."""
        event.stop()
        if self.app.current_mode != self._mode:
            await self.app.switch_mode(self._mode)


class EngineLight(Static):
    """One quiet word on the engine's state."""

    state = reactive(EngineState.IDLE)
    _frame = 0

    def on_mount(self) -> None:
        """Turn while the engine loads."""
        self._timer = self.set_interval(1 / 8, self._turn, pause=True)

    def watch_state(self, state: EngineState) -> None:
        """Follow the engine."""
        if state is EngineState.STARTING:
            self._timer.resume()
        elif self.is_mounted:
            self._timer.pause()

    def _turn(self) -> None:
        self._frame += 1
        self.refresh()

    def render(self) -> Content:
        """The state as a dot and a word."""
        match self.state:
            case EngineState.STARTING:
                return Content.styled(f"{_FRAMES[self._frame % len(_FRAMES)]} loading models", "$muted")
            case EngineState.DEAD:
                said = DEAD if self.content_size.width >= len(DEAD) else DEAD_SHORT
                return Content.styled(said, "bold $error")
            case EngineState.READY:
                return Content.styled("● ready", "$muted")
        return Content("")


class TopBar(Widget):
    """Name, tabs, engine. `mode` is the screen it stands on."""

    app = getters.app(HostApp)

    def __init__(self, mode: str) -> None:
        super().__init__()
        self._mode = mode

    def compose(self) -> ComposeResult:
        """Name left, tabs beside it, the engine at the right."""
        with Horizontal():
            yield Static(Content.assemble(("nlp", "bold $accent"), ("·", "$muted"), ("tui", "bold")), id="name")
            for entry in self.app.SCREEN_ENTRIES:
                yield Tab(entry, entry.mode == self._mode)
            yield EngineLight(id="engine-light")

    def on_mount(self) -> None:
        """Follow the engine through the app."""
        self.watch(self.app, "engine_state", self._follow)

    def _follow(self, state: EngineState) -> None:
        self.query_one(EngineLight).state = state
