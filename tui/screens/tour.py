"""The tour: the lecture in nine steps, from 2013 to asking the language model. Guess first, then see."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from core import api
from core.storage.paths import ASSETS
from tui import settings
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.screens.own_workers import OwnWorkers
from tui.tour import Step, load_tour
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.tour.answers import Answered
from tui.widgets.tour.page import Page
from tui.widgets.tour.scene import Scene
from tui.widgets.tour.stage import Stage
from tui.widgets.tour.staging import stage_parts


class TourScreen(OwnWorkers):
    """One step at a time; where it was left is kept in the app's settings."""

    app = getters.app(HostApp)

    TITLE = "Tour"
    CSS_PATH = ASSETS / "tour.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "The lecture in nine steps. Each says what changed and lights it in the formula: C, W_e, W_h, W_o.\n"
        "Guess what the sentence is, ← negative, → positive; Space shows what the eras say, and who is right. A "
        "sentence is an example, not a measurement: that is the ladder below, with 95 % intervals. A gain whose "
        "interval holds zero is within the noise.\n"
        "Space or Page down goes on, Page up goes back, as the remote of a presenter does. i takes a sentence of your "
        "own, which the step's eras answer as you type; Escape leaves the line.\n"
        "F8 draws the step's era over the sentence. f shows the step for a hall: few words, as large as there is "
        "room for.\n"
        "q or Escape leaves; the tour goes on from there the next time, with your guesses. Home begins anew."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,n", "guess(0)", "Negative", key_display="←", id="tour.negative"),
        Binding("right,p", "guess(1)", "Positive", key_display="→", id="tour.positive"),
        Binding("space,pagedown", "forward", "Go on", key_display="space", id="tour.forward"),
        Binding("pageup", "back", "Back", key_display="PgUp", id="tour.back"),
        Binding("enter", "look", "Show the answers, then the picture", show=False, id="tour.look"),
        Binding("f8", "picture", "Draw", id="tour.picture"),
        Binding("i", "type", "Type", id="tour.type"),
        Binding("f", "hall", "Large", id="tour.hall"),
        Binding("f6", "card", "Era card", show=False, id="tour.card"),
        Binding("home", "restart", "Begin anew", show=False, id="tour.restart"),
        Binding("up", "scroll(-1)", "Scroll", key_display="↑↓", show=False, id="tour.up"),
        Binding("down", "scroll(1)", "Scroll", show=False, id="tour.down"),
        Binding("q,escape", "leave", "Leave", key_display="esc", id="tour.leave"),
    ]

    def __init__(self, remembered_in: Path) -> None:
        super().__init__()
        self._file = remembered_in
        self._tour = load_tour()
        self._where = settings.remembered_tour(remembered_in)
        self._place = self._tour.place(self._where.step)
        self._revealed: set[str] = set()
        self._answers: dict[str, dict[str, api.Predicted | api.Failed]] = {}
        """What the models say of each step's sentence, by step and era."""
        self._own: dict[str, api.Predicted | api.Failed] = {}
        self._borrowed: tuple[str, str] | None = None
        """The sentence and the row of Read, while the picture has those of a step."""

    @property
    def _step(self) -> Step:
        return self._tour.steps[self._place]

    def compose(self) -> ComposeResult:
        """The step as a page and for a hall, of which one is shown, and a line for one's own sentence."""
        yield TopBar(self.app.current_mode)
        yield EngineNotice()
        with VerticalScroll(id="page", can_focus=False):
            yield Page()
        yield Stage()
        yield SentenceInput("", placeholder="i: a sentence of your own, for these eras to answer", id="own")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Show the step, and follow the models and the engine."""
        self.set_class(self._where.hall, "-hall")
        self._show()
        self.watch(self.app, "comparison", self._follow_models)
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self.watch(self.app, "theme", self._draw, init=False)
        self.call_after_refresh(self.app.look_for_models)

    def on_screen_resume(self) -> None:
        """After the picture, Read's sentence and row are its own again."""
        self._give_back()
        if self.is_mounted:
            self._ask()

    def on_unmount(self) -> None:
        """Also where another screen was opened from the picture."""
        self._give_back()

    def on_resize(self) -> None:
        """More room, or less."""
        self.call_after_refresh(self._draw)

    # ------------------------------------------------------------ asking and drawing

    def _show(self) -> None:
        """Begin the present step."""
        own = self.query_one("#own", SentenceInput)
        with self.prevent(Input.Changed):
            own.value = ""
        self._own = {}
        if own.has_focus:
            self.set_focus(None)
        self.query_one("#page", VerticalScroll).scroll_home(animate=False)
        self._remember()
        self._draw()
        self._ask()

    @property
    def _models(self) -> dict[str, ComparedModel]:
        compared = {model.key: model for model in self.app.comparison}
        return {era: compared[era] for era in self._step.asked if era in compared}

    @property
    def _own_text(self) -> str:
        return self.query_one("#own", SentenceInput).value

    def _ask(self) -> None:
        """Have the step's eras answer its sentence unless they did, then one's own."""
        specs = {era: model.spec for era, model in self._models.items() if model.spec}
        if specs:
            self._read(self._step, self._own_text, specs)

    @work(exclusive=True, group="answers")
    async def _read(self, step: Step, own: str, specs: dict[str, str]) -> None:
        eras = {spec: era for era, spec in specs.items()}
        known = self._answers.setdefault(step.id, {})
        if missing := tuple(spec for era, spec in specs.items() if era not in known):
            await self._collect(api.Predict(step.text, missing), eras, known)
        if own.strip():
            await self._collect(api.Predict(own, tuple(eras)), eras, self._own)

    async def _collect(
        self, question: api.Predict, eras: dict[str, str], into: dict[str, api.Predicted | api.Failed]
    ) -> None:
        async for answer in self.app.engine.ask(question):
            if isinstance(answer, api.Failed) and not answer.model:
                self.app.notify_safe(f"{answer.message} {answer.hint}", "error")
            elif isinstance(answer, api.Predicted | api.Failed) and answer.model in eras:
                into[eras[answer.model]] = answer
        self._draw()

    def _draw(self) -> None:
        """Everything as it is now known."""
        if not self.is_mounted:
            return
        scene = self._scene()
        if self.has_class("-hall"):
            self.query_one(Stage).parts = stage_parts(scene)
        else:
            self.query_one(Page).show(scene, self.app.catalog.measured)

    def _scene(self) -> Scene:
        step, own = self._step, self._own_text.strip()
        model = self._models.get(step.drawn.id)
        return Scene(
            self._tour,
            self._place,
            guesses=self._where.guesses,
            revealed=step.id in self._revealed,
            answers=self._list(self._answers.get(step.id, {})),
            own=own,
            own_answers=self._list(self._own) if own else (),
            frozen=model.entry.info.frozen if model and model.entry else (),
        )

    def _list(self, answers: dict[str, api.Predicted | api.Failed]) -> tuple[Answered, ...]:
        return tuple(Answered(era, answers.get(era), model.absence) for era, model in self._models.items())

    def _follow_models(self) -> None:
        """Other models answer otherwise."""
        self._answers.clear()
        self._draw()
        self._ask()

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING and self.is_current:
            self._ask()

    def _see_the_end(self) -> None:
        """What came last stands at the end of the page."""
        self.call_after_refresh(self.query_one("#page", VerticalScroll).scroll_end, animate=False)

    @on(Input.Changed, "#own")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if not event.value.strip():
            self._own = {}
        self._draw()
        self._see_the_end()
        self._ask()

    # ------------------------------------------------------------ keys

    def action_guess(self, place: int) -> None:
        """Keep a guess; it cannot be changed once the answers are shown."""
        if self._step.id not in self._revealed:
            self._where.guesses[self._step.id] = self._tour.labels[place]
            self._remember()
            self._draw()

    def action_forward(self) -> None:
        """Show the answers, or go to the next step."""
        if self._step.id not in self._revealed:
            self._revealed.add(self._step.id)
            self._draw()
            self._see_the_end()
        elif self._place + 1 < len(self._tour.steps):
            self._place += 1
            self._show()
        else:
            self.app.notify_safe("That was the tour. Home begins anew, q leaves.")

    def action_back(self) -> None:
        """The step before."""
        if self._place > 0:
            self._place -= 1
            self._show()

    def action_restart(self) -> None:
        """The first step; guesses are forgotten."""
        self._place = 0
        self._where.guesses.clear()
        self._revealed.clear()
        self._show()

    def action_look(self) -> None:
        """Show the answers; once they are shown, the picture."""
        if self._step.id in self._revealed:
            self.action_picture()
        else:
            self.action_forward()

    def action_picture(self) -> None:
        """The lecture's drawing of the step's era over its sentence, or over one's own."""
        from tui.screens.picture import PictureScreen

        self._borrowed = self.app.sentence, self.app.current_model
        self.app.sentence, self.app.current_model = self._own_text.strip() or self._step.text, self._step.drawn.id
        self.app.push_screen(PictureScreen())

    def _give_back(self) -> None:
        if self._borrowed is not None:
            (self.app.sentence, self.app.current_model), self._borrowed = self._borrowed, None

    def action_card(self) -> None:
        """Everything about the step's era on one page."""
        from tui.screens.era_card import EraCard

        if (model := self._models.get(self._step.drawn.id)) is not None:
            self.app.push_screen(EraCard(model, self.app.catalog.measured))

    def action_type(self) -> None:
        """Go to the line for one's own sentence."""
        self.add_class("-typing")
        self.query_one("#own", SentenceInput).focus()

    @on(events.DescendantBlur)
    def _stop_typing(self) -> None:
        self.remove_class("-typing")

    def action_hall(self) -> None:
        """Few words and large, or the page again."""
        self._where.hall = not self._where.hall
        self.set_class(self._where.hall, "-hall")
        self._remember()
        self.call_after_refresh(self._draw)

    def action_scroll(self, step: int) -> None:
        """See the rest of the page."""
        page = self.query_one("#page", VerticalScroll)
        (page.scroll_up if step < 0 else page.scroll_down)(animate=False)

    def action_leave(self) -> None:
        """Leave one layer: the line, the large letters, the tour."""
        if self.focused is not None:
            self.set_focus(None)
        elif self._where.hall:
            self.action_hall()
        else:
            self.dismiss()

    def _remember(self) -> None:
        self._where.step = self._step.id
        try:
            settings.remember_tour(self._file, self._where)
        except OSError as error:
            self.app.notify_safe(f"Where the tour is could not be remembered: {error.strerror or error}", "warning")
