"""The app: wires the engine, the catalog and the three screens together. The screens do the work."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.reactive import reactive, var
from textual.screen import Screen
from textual.widgets import Input

from core import api
from core.storage.paths import ASSETS, Home
from tui import safetext, screens, settings, themes
from tui.engine_client import Engine, EngineClient, EngineState
from tui.lineup import Contender, lineup, unsought
from tui.presets import presets
from tui.screens.read import ReadScreen

if TYPE_CHECKING:
    from textual.command import Provider

    from core.catalog.models import Catalog

Severity = Literal["information", "warning", "error"]


def _model_commands() -> type[Provider]:
    from tui.commands import ModelCommands

    return ModelCommands


class NlpTui(App[None]):
    """Walk through the history of neural NLP with your own sentences."""

    TITLE = "nlp-tui"
    CSS_PATH = [ASSETS / "nlp-tui.tcss", ASSETS / "read.tcss"]
    MODES = {"read": ReadScreen, "words": screens.words, "train": screens.train}
    DEFAULT_MODE = "read"
    COMMANDS = App.COMMANDS | {_model_commands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-normal"), (112, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-short"), (34, "-tall")]
    BINDINGS = [
        Binding("f1", "help", "Help", id="app.help", priority=True),
        Binding("question_mark", "help", "Help", show=False),
        Binding("f2,alt+1", "go('read')", "Read", show=False, id="app.read"),
        Binding("f3,alt+2", "go('words')", "Words", show=False, id="app.words"),
        Binding("f4,alt+3", "go('train')", "Train", show=False, id="app.train"),
        Binding("f5", "restart_engine", "Restart the engine", show=False, id="app.restart"),
        Binding("f6", "card", "Era card", id="app.card"),
        Binding("r", "restart_engine", "Restart the engine", show=False),
        Binding("escape", "back", "Back", show=False, id="app.back"),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True),
    ]

    sentence: var[str] = var("")
    """What is being read; shared by Read and Words."""
    current_model: reactive[str] = reactive("scratch")
    """The focused contender's key: an era's id, or the spec of an added model."""
    contenders: reactive[list[Contender]] = reactive([], always_update=False)
    engine_state: reactive[EngineState] = reactive(EngineState.IDLE)
    obituary: reactive[api.Failed | None] = reactive(None)

    def __init__(self, engine: Engine | None = None, home: Home | None = None, catalog: Catalog | None = None) -> None:
        super().__init__()
        self.home = home or Home.locate()
        self.engine: Engine = engine or EngineClient()
        self.engine.on_state = self._follow_engine
        self._catalog = catalog
        self._added: tuple[str, ...] = ()
        self._artifacts: frozenset[str] = frozenset()
        self._settings = settings.settings_path()
        for theme in themes.THEMES:
            self.register_theme(theme)
        remembered = settings.remembered_theme(self._settings)
        self.theme = remembered if remembered in self.available_themes else themes.DARK
        self.set_reactive(NlpTui.contenders, unsought())

    def on_mount(self) -> None:
        """The first frame is drawn before any model is loaded."""
        self.theme_changed_signal.subscribe(self, lambda theme: self._remember(theme.name))
        self.call_after_refresh(self.engine.start)

    async def on_unmount(self) -> None:
        """Leave no process behind."""
        await self.engine.close()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What the era colours are in themes that do not name them."""
        return themes.variables(self.current_theme)

    # ------------------------------------------------------------ for the screens

    @property
    def catalog(self) -> Catalog:
        """The models there are; looked for when first asked, which is after the first frame."""
        if self._catalog is None:
            from core.catalog.models import Catalog

            self._catalog = Catalog(self.home)
        return self._catalog

    def use_model(self, spec: str) -> None:
        """Add a model (`run:ID`, a path, `era:variant`) as a row of Read, and go to it there."""
        from core.catalog.models import ModelError

        self.catalog.scan()
        try:
            entry = self.catalog.resolve(spec)
        except ModelError as error:
            self.notify_safe(f"{error.message} {error.hint}", "error")
            return
        if entry.spec not in (*self._added, entry.era):
            self._added = (*self._added, entry.spec)
        self.call_later(self._line_up, entry.spec)
        self.call_later(self.action_go, "read")

    def forget_model(self, spec: str) -> None:
        """Take an added model out of the comparison; the model itself stays."""
        if spec in self._added:
            era = next(contender.era.id for contender in self.contenders if contender.key == spec)
            self._added = tuple(other for other in self._added if other != spec)
            self.call_later(self._line_up, era)

    def look_for_models(self) -> None:
        """Notice models trained, or removed, since the last look."""
        self.catalog.scan()
        self.call_later(self._line_up, self.current_model)

    async def _line_up(self, focused: str) -> None:
        contenders, self._added = lineup(self.catalog, self._added)
        changed = contenders != self.contenders or self.catalog.artifacts != self._artifacts
        if changed and self.contenders[0].sought:  # an engine starts after the app's first look, and looks for itself
            self.run_worker(self._tell_engine(), group="rescan", exclusive=True)
        self._artifacts = self.catalog.artifacts
        self.contenders = contenders
        self.current_model = focused if any(c.key == focused for c in contenders) else contenders[0].key

    async def _tell_engine(self) -> None:
        """Have the engine look again. Nobody waits: a busy engine would hold up every key, and it looks first."""
        async for _ in self.engine.ask(api.Rescan()):
            pass

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Write a picture into the present folder, where everything else is written: not everyone has Downloads."""
        return super().deliver_screenshot(filename, path or str(Path.cwd()), time_format)

    def notify_safe(self, text: str, severity: Severity = "information") -> None:
        """A notification whose text may come from outside."""
        self.notify(safetext.fit(text, 600), severity=severity, markup=False)

    # ------------------------------------------------------------ keys and commands

    async def action_go(self, mode: str) -> None:
        """Go to a screen."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if self.current_mode != mode:
            await self.switch_mode(mode)

    def action_help(self) -> None:
        """Help for what is focused."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_card(self) -> None:
        """Everything about the focused era on one page."""
        from tui.screens.era_card import EraCard

        focused = next((c for c in self.contenders if c.key == self.current_model), self.contenders[0])
        if len(self.screen_stack) == 1:
            self.push_screen(EraCard(focused, self.catalog.measured))

    async def action_back(self) -> None:
        """Leave one layer: a dialog, the input, the screen."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif isinstance(self.focused, Input):
            self.screen.set_focus(None)
        elif self.current_mode != "read":
            await self.switch_mode("read")

    async def action_restart_engine(self) -> None:
        """Start the engine again, if it died."""
        if self.engine_state is EngineState.DEAD:
            await self.engine.restart()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the usual commands, and everything this app does."""
        yield from super().get_system_commands(screen)
        for mode, title in (("read", "Read"), ("words", "Words"), ("train", "Train")):
            yield SystemCommand(f"Go to {title}", f"Open the {title} screen", partial(self.action_go, mode))
        yield SystemCommand(
            "Era card", "Where its parameters come from, whose idea it was, its scores", self.action_card
        )
        yield SystemCommand("Help", "What the keys of this screen do", self.action_help)
        for preset in presets():
            yield SystemCommand(f"Read: {preset.text}", f"Example: {preset.name}", partial(self._try, preset.text))
        if self.engine_state is EngineState.DEAD:
            yield SystemCommand("Restart the engine", "It stopped", self.action_restart_engine)

    async def _try(self, text: str) -> None:
        await self.action_go("read")
        if isinstance(self.screen, ReadScreen):
            self.screen.try_sentence(text)

    def _follow_engine(self, state: EngineState) -> None:
        self.obituary = self.engine.obituary if state is EngineState.DEAD else None
        self.engine_state = state

    def _remember(self, theme: str) -> None:
        try:
            settings.remember_theme(self._settings, theme)
        except OSError as error:
            self.notify_safe(f"The theme could not be remembered: {error.strerror or error}", "warning")
