"""The app: which screens there are, the keys and commands that lead to them, and the theme. The screens do the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from core.storage.paths import ASSETS, Home
from tui import settings, themes
from tui.engine_client import Engine, EngineState
from tui.host import HostApp
from tui.presets import presets
from tui.screens import SCREENS
from tui.screens.read import ReadScreen
from tui.sentence_history import MOST
from tui.widgets.shared.sentence_input import LIMIT, SentenceInput, clean

if TYPE_CHECKING:
    from textual.command import Provider

    from core.catalog.models import Catalog
    from core.runs import RunDirectory


def _load_model_commands() -> type[Provider]:
    from tui.commands import ModelCommands

    return ModelCommands


class NlpTui(HostApp):
    """Walk through the history of neural NLP with your own sentences."""

    TITLE = "nlp-tui"
    CSS_PATH = [ASSETS / "nlp-tui.tcss", ASSETS / "read.tcss"]
    SCREEN_ENTRIES = SCREENS
    MODES = {screen.mode: screen.make for screen in SCREENS}
    DEFAULT_MODE = "read"
    COMMANDS = App.COMMANDS | {_load_model_commands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-normal"), (112, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-short"), (34, "-tall")]
    BINDINGS = [
        Binding("f1", "help", "Help", id="app.help", priority=True),
        Binding("question_mark", "help", "Help", show=False),
        *(
            # Before all else, so that they lead out of a card or of help, too.
            Binding(each.keys, f"go('{each.mode}')", each.title, show=False, id=f"app.{each.mode}", priority=True)
            for each in SCREENS
        ),
        Binding("f10", "restart_engine", "Restart the engine", show=False, id="app.restart"),
        Binding("f6", "card", "Era card", id="app.card"),
        Binding("t", "tour", "The tour: the lecture in nine steps", show=False, id="app.tour"),
        Binding("escape", "back", "Back", show=False, id="app.back"),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True),
    ]

    def __init__(
        self,
        engine: Engine | None = None,
        home: Home | None = None,
        catalog: Catalog | None = None,
        sentences: Sequence[str] = (),
        on_tour: bool = False,
        watched: RunDirectory | Path | None = None,
        data: str = "",
    ) -> None:
        """What the app opens on: `sentences`, the first of them in the input; the tour; `data`; or what is `watched`.

        `data` is a file of the person's, looked at in Train's form. What is watched is a run in Train, or a path with
        runs of other programs.
        """
        super().__init__(engine, home, catalog)
        self._watched = watched
        self._data = data
        self._on_tour = on_tour
        self._came_in = len(sentences)
        if sentences:
            self.history.begin(sentences)
            self.set_reactive(HostApp.sentence, clean(sentences[0]))
        self._settings = settings.settings_path()
        for theme in themes.THEMES:
            self.register_theme(theme)
        remembered = settings.remembered_theme(self._settings)
        self.theme = remembered if remembered in self.available_themes else themes.DARK

    def on_mount(self) -> None:
        """Whatever theme is chosen from now on is the person's. The tour opens over the first screen."""
        self.theme_changed_signal.subscribe(self, lambda theme: self._remember(theme.name))
        if self._on_tour:
            self.call_after_refresh(self.action_tour)
        if self._watched is not None:
            self.call_after_refresh(self._watch, self._watched)
        if self._data:
            self.call_after_refresh(self._look_at, self._data)
        if self._came_in > 1:
            some = min(self._came_in, MOST)
            left = f" The other {self._came_in - some:,} were left out." if self._came_in > some else ""
            self.notify_safe(f"{some:,} sentences came in: page down reads the next.{left}")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What the era colours are in themes that do not name them."""
        return themes.variables(self.current_theme)

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Write a picture into the present folder, where everything else is written: not everyone has Downloads."""
        return super().deliver_screenshot(filename, path or str(Path.cwd()), time_format)

    @on(SentenceInput.Cut)
    def _cut(self, event: SentenceInput.Cut) -> None:
        """Whichever line it was pasted into."""
        event.stop()
        said = f"{event.pasted:,} characters were pasted, {event.kept:,} are kept: a line holds {LIMIT:,}."
        self.notify_safe(said, "warning")

    def action_help(self) -> None:
        """Help for what is focused."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_card(self) -> None:
        """Everything about the focused era on one page."""
        from tui.screens.era_card import EraCard

        if not isinstance(self.screen, ModalScreen):
            self.push_screen(EraCard(self.focused_model, self.catalog.measured))

    def action_tour(self) -> None:
        """The lecture in nine steps, where it was left."""
        from tui.screens.tour import TourScreen

        if not isinstance(self.screen, ModalScreen) and not any(
            isinstance(screen, TourScreen) for screen in self.screen_stack
        ):
            self.push_screen(TourScreen(self._settings))

    def action_behaviour(self) -> None:
        """How many minimal pairs of each ability the models pass."""
        from core.catalog.behaviour import ShippedBehaviour
        from tui.screens.behaviour import BehaviourScreen

        if not isinstance(self.screen, BehaviourScreen):
            self.push_screen(BehaviourScreen(ShippedBehaviour.load(), self.current_model))

    def action_report(self) -> None:
        """The newest report on one's own data."""
        from tui.screens.report import ReportScreen

        if not isinstance(self.screen, ModalScreen | ReportScreen):
            self.push_screen(ReportScreen())

    async def action_back(self) -> None:
        """Leave one layer: a dialog, the input, the screen."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif isinstance(self.focused, Input):
            self.screen.set_focus(None)
        elif self.current_mode != self.DEFAULT_MODE:
            await self.switch_mode(self.DEFAULT_MODE)

    async def action_restart_engine(self) -> None:
        """Start the engine again, if it died."""
        if self.engine_state is EngineState.DEAD:
            await self.engine.restart()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: the usual commands, and everything this app does."""
        yield from super().get_system_commands(screen)
        for entry in SCREENS:
            yield SystemCommand(
                f"Go to {entry.title}", f"Open the {entry.title} screen", partial(self.action_go, entry.mode)
            )
        yield SystemCommand(
            "Picture",
            "The lecture's drawing of the focused era over the sentence",
            partial(self._over_read, ReadScreen.action_picture),
        )
        yield SystemCommand(
            "Errors",
            "What the focused model gets wrong of its own data's texts, and what two models answer differently",
            partial(self._over_read, ReadScreen.action_errors),
        )
        yield SystemCommand(
            "Language model",
            "How it reads the sentence itself, word by word, and how it would write on",
            partial(self._over_read, ReadScreen.action_reading),
        )
        if any(model.era.asked and model.entry is not None for model in self.comparison):
            yield SystemCommand(
                "Prompt lab",
                "Ask a language model otherwise, and see what becomes of its answer",
                partial(self._over_read, ReadScreen.open_lab),
            )
        yield SystemCommand(
            "Report", "Which era for your own texts, where it is wrong, which labels may be", self.action_report
        )
        yield SystemCommand(
            "Tour", "The lecture in nine steps, from 2013 to asking the language model", self.action_tour
        )
        yield SystemCommand(
            "Era card", "Where its parameters come from, whose idea it was, its scores", self.action_card
        )
        yield SystemCommand(
            "What models can do", "Negation, contrast, irony … on pairs of sentences", self.action_behaviour
        )
        yield SystemCommand("Help", "What the keys of this screen do", self.action_help)
        for preset in presets():
            yield SystemCommand(f"Read: {preset.text}", f"Example: {preset.name}", partial(self._try, preset.text))
        if self.engine_state is EngineState.DEAD:
            yield SystemCommand("Restart the engine", "It stopped", self.action_restart_engine)

    async def _watch(self, watched: RunDirectory | Path) -> None:
        """Open on a run, or on a path with runs of other programs."""
        from tui.screens.train import TrainScreen
        from tui.screens.watching_path import WatchingPath

        if isinstance(watched, Path):
            self.push_screen(WatchingPath(watched))
            return
        await self.action_go("train")
        if isinstance(self.screen, TrainScreen):
            self.screen.go_to(watched.id)

    async def _look_at(self, data: str) -> None:
        """Open on a first look at a file."""
        from tui.screens.train import TrainScreen

        await self.action_go("train")
        if isinstance(self.screen, TrainScreen):
            self.screen.begin_with(data)

    async def _try(self, text: str) -> None:
        await self.action_go("read")
        if isinstance(self.screen, ReadScreen):
            self.screen.try_sentence(text)

    async def _over_read(self, open_screen: Callable[[ReadScreen], None]) -> None:
        await self.action_go("read")
        if isinstance(self.screen, ReadScreen):
            open_screen(self.screen)

    def _remember(self, theme: str) -> None:
        try:
            settings.remember_theme(self._settings, theme)
        except OSError as error:
            self.notify_safe(f"The theme could not be remembered: {error.strerror or error}", "warning")
