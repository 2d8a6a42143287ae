"""Read: one sentence, every era's answer to it, and where the focused era's parameters come from."""

from __future__ import annotations

from asyncio import sleep
from typing import TYPE_CHECKING

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.widgets import Input

from core import api
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.presets import find_preset, presets
from tui.read_tasks import group_tasks
from tui.screens import read_keys
from tui.screens.explaining import Explaining
from tui.screens.judging import Judging
from tui.screens.remembering import Remembering
from tui.screens.twinning import Twinning
from tui.widgets.read.era_row import EraRow, Room
from tui.widgets.read.era_rows import EraRows
from tui.widgets.read.examples import Examples
from tui.widgets.read.provenance_strip import ProvenanceStrip
from tui.widgets.read.task_heading import TaskHeading
from tui.widgets.read.twin_line import TwinLine
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.shared.top_bar import TopBar

if TYPE_CHECKING:
    from tui.prompt_lab import PromptLab

FIRST_FRAME_SECONDS = 0.05
PAUSE_SECONDS = 0.2
"""How long nothing must be typed before every prefix is read, too: longer than between two letters of a word."""


class ReadScreen(Explaining, Twinning, Judging, Remembering):
    """Type a sentence; every row answers as one types."""

    app = getters.app(HostApp)

    TITLE = "Read"
    HELP = read_keys.HELP
    BINDINGS = read_keys.BINDINGS

    def __init__(self) -> None:
        super().__init__()
        self._preset = -1
        self._furnished = self._unasked = False
        self._labs: dict[str, tuple[ComparedModel, PromptLab]] = {}

    @property
    def _rows(self) -> EraRows:
        return self.query_one(EraRows)

    def compose(self) -> ComposeResult:
        """The bar and the input: what the first frame needs. The rest follows it at once."""
        yield TopBar("read")
        yield SentenceInput(
            self.app.sentence, placeholder="Type a sentence about a film, or press ctrl+n for an example", id="sentence"
        )

    def on_mount(self) -> None:
        """Take keys from the first frame on."""
        self.query_one(SentenceInput).focus()
        self._furnish()

    @work
    async def _furnish(self) -> None:
        """Rows and strip; then follow what the screens share."""
        # Laying all this out keeps the processor so busy that the first frame would reach the terminal only after it.
        await sleep(FIRST_FRAME_SECONDS)
        rows = EraRows(self.app.comparison)
        await self.mount_all(
            [EngineNotice(), TwinLine(), TaskHeading(id="heading"), rows, ProvenanceStrip(), KeyFooter()]
        )
        self._furnished = True
        self.refresh_bindings()  # the footer shows what it is told, and was not there when it was told
        self.on_resize()
        self.watch(self.app, "comparison", self._line_up)
        self.watch(self.app, "current_model", self._switch)
        self.watch(self.app, "engine_state", self._follow_engine)
        self.watch(self.app, "truth", self.judge)
        self.ask()
        self.call_after_refresh(self.app.look_for_models)

    def on_screen_resume(self) -> None:
        """Another screen may have trained a model or changed the sentence."""
        if self._furnished:
            self.call_after_refresh(self.app.look_for_models)
            for row in self.query(EraRow):
                if row.focused_row:
                    self._explain(row.model)
        sentence = self.query_one(SentenceInput)
        if sentence.value != self.app.sentence:
            sentence.value = self.app.sentence
        elif self._unasked:
            self.ask()

    def on_resize(self) -> None:
        """The taller the screen, the more each row shows."""
        if not self._furnished:
            return
        self._share_room()

    @property
    def _room(self) -> Room:
        return Room.of(self.app.size.height, len(self._rows.shown))

    def _share_room(self) -> None:
        self._rows.share_room(self._room)
        self._offer()

    # ------------------------------------------------------------ asking and answering

    @on(Input.Changed, "#sentence")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.app.sentence:
            self.app.sentence = event.value
            self.app.history.note(event.value)
            self.app.truth = preset.label if (preset := find_preset(event.value)) else ""
        if self._furnished:
            self._offer()
            self.ask()

    def ask(self) -> None:
        """Ask every model for its answer to the sentence as it stands; older questions are forgotten."""
        self._unasked = False
        self.follow_why(typed=True)
        self.follow_twin(typed=True)
        if self.app.sentence.strip():
            self._answers(self.app.sentence)
            return
        self.workers.cancel_group(self, "answers")
        self._rows.clear()

    @work(exclusive=True, group="answers")
    async def _answers(self, text: str) -> None:
        specs = self._specs()
        if not specs:
            return
        async for answer in self.app.engine.ask(api.Predict(text, specs)):
            self._place(answer)
        # Every prefix is a sentence of its own: an engine busy with those of one key would be late for the next.
        await sleep(PAUSE_SECONDS)
        async for answer in self.app.engine.ask(api.PredictPrefixes(text, specs)):
            self._place(answer)

    def _specs(self) -> tuple[str, ...]:
        """The models to ask, the focused one first."""
        rows = sorted(self._rows.shown, key=lambda row: not row.focused_row)
        return tuple(row.model.spec for row in rows if row.model.spec)

    def _place(self, answer: api.Answer) -> None:
        if isinstance(answer, api.Failed) and not answer.model:
            self.app.notify_safe(f"{answer.message} {answer.hint}", "error")
        elif isinstance(answer, api.Predicted | api.Failed):
            self._rows.place(answer)

    def _follow_engine(self, state: EngineState) -> None:
        for row in self._rows.all:
            row.loading_engine = state in (EngineState.IDLE, EngineState.STARTING)
        if state is EngineState.DEAD:
            self._rows.clear()
        if state is EngineState.STARTING and self.is_mounted:
            # The latest question of a kind wins: from behind another screen it would take that one's answer away.
            self._unasked = not self.is_current
            if self.is_current:
                self.ask()

    # ------------------------------------------------------------ rows

    async def _line_up(self, comparison: list[ComparedModel]) -> None:
        loading = self.app.engine_state in (EngineState.IDLE, EngineState.STARTING)
        new = await self._rows.line_up(comparison, loading)
        self._share_room()
        self._switch(self.app.current_model)
        tasks, heading = group_tasks(comparison), self.query_one("#heading", TaskHeading)
        heading.display = len(tasks) == 1
        heading.show(tasks[0])
        self.refresh_bindings()
        self.judge(self.app.truth)
        if new:
            self.ask()

    def _switch(self, key: str) -> None:
        if (model := self._rows.focus_row(key)) is not None:
            self._explain(model)
            self.refresh_bindings()
        self.follow_why()

    def _explain(self, model: ComparedModel) -> None:
        """Where the parameters of the focused row come from; their values as soon as they are read."""
        known, strip = self.app.parameters.known(model), self.query_one(ProvenanceStrip)
        strip.show(model, known, "" if model.entry is None else "not read yet")
        # From behind another screen it would take that one's answer away: the latest question of a kind wins.
        if known is None and model.entry is not None and self.is_active:
            self._read_parameters(model)

    @work(exclusive=True, group="parameters")
    async def _read_parameters(self, model: ComparedModel) -> None:
        found = await self.app.parameters.read(model)
        if found is not None and model.key == self.app.current_model:
            known = found if isinstance(found, api.ParameterList) else None
            self.query_one(ProvenanceStrip).show(model, known, "cannot be read")

    def _offer(self) -> None:
        """Examples while nothing is typed, and where there is room for them anyway."""
        roomy = self._room is Room.GENEROUS
        self.query_one(Examples).display = roomy or not self.query_one(SentenceInput).value.strip()

    @on(Examples.Chosen)
    def _example(self, event: Examples.Chosen) -> None:
        event.stop()
        self.try_sentence(event.text)

    @on(EraRow.Chosen)
    def _chosen(self, event: EraRow.Chosen) -> None:
        event.stop()
        self.app.current_model = event.key

    @on(EraRow.TokenChosen)
    async def _token_chosen(self, event: EraRow.TokenChosen) -> None:
        event.stop()
        self.app.wished_token = event.place
        await self.app.action_go("words")

    # ------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """A letter that is no key belongs to the sentence, wherever the cursor was."""
        if self.focused is None and event.is_printable and event.key not in self.active_bindings:
            event.stop()
            sentence = self.query_one(SentenceInput)
            sentence.focus()
            sentence.insert_text_at_cursor(event.character or "")

    def action_move(self, step: int) -> None:
        """Switch to the era above or below."""
        models = [row.model for row in self._rows.shown] if self._furnished else self.app.comparison
        keys = [model.key for model in models]
        place = keys.index(self.app.current_model) if self.app.current_model in keys else 0
        self.app.current_model = keys[max(0, min(len(keys) - 1, place + step))]

    def action_own_rows(self) -> None:
        """Show only the models that were added, or all again."""
        self._rows.hide_others(not self._rows.own_only)
        self._share_room()
        self.action_move(0)
        self.ask()

    def action_preset(self, step: int) -> None:
        """Put the next example into the input."""
        self._preset = (self._preset + step) % len(presets())
        self.try_sentence(presets()[self._preset].text)

    def action_reading(self) -> None:
        """How the language model of the focused row reads the sentence, and how it would go on."""
        from tui.screens.reading import ReadingScreen

        self.app.push_screen(ReadingScreen(self.app.focused_model))

    def action_picture(self) -> None:
        """The lecture's drawing of the focused era over the sentence."""
        from tui.screens.picture import PictureScreen

        self.app.push_screen(PictureScreen())

    def action_errors(self) -> None:
        """What the focused model gets wrong of its own data's texts."""
        from tui.screens.errors import ErrorsScreen

        self.app.push_screen(ErrorsScreen())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """What does not fit the focused row, or what is there, is no key.

        Only a row that asks its language model can ask it otherwise; only added rows can be left alone, only a twin
        that is there be removed.
        """
        if action == "own_rows":
            return any(model.is_added for model in self.app.comparison)
        if action == "drop_twin":
            return self.has_twin
        return action != "lab" or self._asked is not None

    @property
    def _asked(self) -> ComparedModel | None:
        """The focused row, where it is one that asks."""
        return next((model for model in self.askable if model.key == self.app.current_model), None)

    @property
    def askable(self) -> list[ComparedModel]:
        """The rows that ask their language model."""
        return [model for model in self.app.comparison if model.era.asked and model.entry is not None]

    def open_lab(self) -> None:
        """The prompt lab of the focused row, or where it does not ask, of the first that does."""
        if self._asked is None and (askable := self.askable):
            self.app.current_model = askable[0].key
        self.action_lab()

    def action_lab(self) -> None:
        """Ask the focused row's language model otherwise; what was typed there is still there the next time."""
        from tui.prompt_lab import PromptLab
        from tui.screens.prompt_lab import PromptLabScreen

        if (model := self._asked) is None:
            return
        known = self._labs.get(model.key)
        if known is None or known[0] != model:
            known = self._labs[model.key] = model, PromptLab.of(model)
        self.app.push_screen(PromptLabScreen(known[1]))

    def action_clear(self) -> None:
        """Take the twin away; without one empty the input."""
        if self.has_twin:
            self.action_drop_twin()
        else:
            self.try_sentence("")

    def action_type(self) -> None:
        """Go to the input."""
        self.query_one(SentenceInput).focus()

    def action_forget(self) -> None:
        """Take the focused added model out of the comparison."""
        self.app.forget_model(self.app.current_model)
