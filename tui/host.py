"""What a screen may ask of its app: the engine, the models side by side, what is read, and a word to the person.

Screens and widgets know this class; which screens there are, and their keys, only the app itself knows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import App
from textual.reactive import reactive, var
from textual.screen import Screen

from core import api
from core.storage.paths import Home
from tui import safetext
from tui.engine_client import Engine, EngineClient, EngineState
from tui.model_comparison import ComparedModel, compare_models, list_eras
from tui.parameter_reader import ParameterReader
from tui.read_tasks import sort_by_task
from tui.sentence_history import SentenceHistory
from tui.settings import settings_path
from tui.stylesheet import LastingStylesheet

if TYPE_CHECKING:
    from core.catalog.models import Catalog

Severity = Literal["information", "warning", "error"]


@dataclass(frozen=True)
class ScreenEntry:
    """One screen: the mode it is, its name, the keys that open it (its tab names the first), and what makes it."""

    mode: str
    title: str
    keys: str
    make: Callable[[], Screen[None]]


class HostApp(App[None]):
    """What the screens share: they read and watch it, and ask it for what concerns more than one of them."""

    SCREEN_ENTRIES: ClassVar[tuple[ScreenEntry, ...]] = ()

    sentence: var[str] = var("")
    """What is being read; shared by Read and Words."""
    truth: var[str] = var("")
    """The sentence's true label, as far as the person or an example says it; empty where it is not known."""
    wished_token: int | None = None
    """The token of the sentence that Words is to look up when it is opened."""
    current_model: reactive[str] = reactive("scratch")
    """The key of the focused model: an era's id, or the spec of an added model."""
    comparison: reactive[list[ComparedModel]] = reactive([], always_update=False)
    engine_state: reactive[EngineState] = reactive(EngineState.IDLE)
    engine_failure: reactive[api.Failed | None] = reactive(None)
    """Why the engine died; None while it lives."""

    def __init__(self, engine: Engine | None = None, home: Home | None = None, catalog: Catalog | None = None) -> None:
        super().__init__()
        self.stylesheet = LastingStylesheet(variables=self.get_css_variables())
        self.home = home or Home.locate()
        self.engine: Engine = engine or EngineClient()
        self.engine.on_state = self._follow_engine
        self.parameters = ParameterReader(self.engine)
        self._catalog = catalog
        self.history = SentenceHistory(settings_path().with_name("sentences.json"))
        self._added: tuple[str, ...] = ()
        self._artifacts: frozenset[str] = frozenset()
        self.set_reactive(HostApp.comparison, list_eras())

    def on_mount(self) -> None:
        """The first frame is drawn before any model is loaded."""
        self.call_after_refresh(self.engine.start)

    async def on_unmount(self) -> None:
        """Leave no process behind, and lose no sentence."""
        with suppress(OSError):  # there is nobody left to tell
            self.history.save()
        await self.engine.close()

    @property
    def catalog(self) -> Catalog:
        """The models there are; looked for when first asked, which is after the first frame."""
        if self._catalog is None:
            from core.catalog.models import Catalog

            self._catalog = Catalog(self.home)
        return self._catalog

    @property
    def focused_model(self) -> ComparedModel:
        """The line of the comparison that is focused; the first where there is none of that key."""
        return next((model for model in self.comparison if model.key == self.current_model), self.comparison[0])

    def use_model(self, spec: str) -> None:
        """Add a model (`run:ID`, a path, `era:variant`) as a row of Read, and go to it there."""
        from core.catalog.models import ModelError

        self.catalog.scan()
        try:
            entry = self.catalog.resolve(spec)
        except ModelError as error:
            self.notify_safe(f"{error.message} {error.hint}", "error")
            return
        # The same model may have been added by another of its names.
        same = (each.key for each in self.comparison if entry.key and each.entry and each.entry.key == entry.key)
        spec = next((key for key in same if key in self._added), entry.spec)
        if spec not in (*self._added, entry.era):
            self._added = (*self._added, spec)
        self.call_later(self._compare, spec)
        self.call_later(self.action_go, "read")

    def forget_model(self, spec: str) -> None:
        """Take an added model out of the comparison; the model itself stays."""
        if spec in self._added:
            era = next(model.era.id for model in self.comparison if model.key == spec)
            self._added = tuple(other for other in self._added if other != spec)
            self.call_later(self._compare, era)

    def look_for_models(self) -> None:
        """Notice models trained, or removed, since the last look."""
        self.catalog.scan()
        self.call_later(self._compare, self.current_model)

    async def action_go(self, mode: str) -> None:
        """Go to a screen."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if self.current_mode != mode:
            await self.switch_mode(mode)

    def notify_safe(self, text: str, severity: Severity = "information") -> None:
        """A notification whose text may come from outside."""
        self.notify(safetext.fit(text, 600), severity=severity, markup=False)

    async def _compare(self, focused: str) -> None:
        """Put the models that there are now side by side, the one with the key `focused` in focus."""
        models, self._added = compare_models(self.catalog, self._added)
        comparison = sort_by_task(models)
        changed = comparison != self.comparison or self.catalog.artifacts != self._artifacts
        if changed and self.comparison[0].searched:  # an engine starts after the app's first look, and looks for itself
            self.run_worker(self._tell_engine(), group="rescan", exclusive=True)
        self._artifacts = self.catalog.artifacts
        self.comparison = comparison
        self.current_model = focused if any(model.key == focused for model in comparison) else comparison[0].key

    async def _tell_engine(self) -> None:
        """Have the engine look again. Nobody waits: a busy engine would hold up every key, and it looks first."""
        async for _ in self.engine.ask(api.Rescan()):
            pass

    def _follow_engine(self, state: EngineState) -> None:
        self.engine_failure = self.engine.exit_reason if state is EngineState.DEAD else None
        self.engine_state = state
