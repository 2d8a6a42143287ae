"""Read: one sentence, every era's answer to it, and where the focused era's parameters come from."""

from __future__ import annotations

from asyncio import sleep
from typing import TYPE_CHECKING

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer, Input

from core import api
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.presets import presets
from tui.read_tasks import group_tasks
from tui.screens.explaining import Explaining
from tui.widgets.read.era_row import EraRow, Room
from tui.widgets.read.era_rows import EraRows
from tui.widgets.read.examples import Examples
from tui.widgets.read.provenance_strip import ProvenanceStrip
from tui.widgets.read.task_heading import TaskHeading
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.sentence_input import LIMIT, SentenceInput
from tui.widgets.shared.top_bar import TopBar

if TYPE_CHECKING:
    from tui.prompt_lab import PromptLab

FIRST_FRAME_SECONDS = 0.05
ROOMY = 100
"""Columns in which all keys have room."""


class ReadScreen(Explaining):
    """Type a sentence; every row answers as one types."""

    app = getters.app(HostApp)

    TITLE = "Read"
    HELP = (
        "Type a sentence. Every era answers it as you type: orange leans left to the first label, blue leans right to "
        "the second.\n"
        "Up and down switch to another era. Under its answer stand its tokens, tinted by the answer after each of "
        "them, with the percent of the right-hand label beneath; underlined tokens are unknown to the model.\n"
        "ctrl+y asks why: under the focused row's tokens then stands what each does to the answer, in percentage "
        "points of the right-hand label: when it is left out, by gradient × input, by integrated gradients. Once more, "
        "and bert shows where each word looks. The line beneath says which it is.\n"
        "On the right stands how many of its test texts this very model gets right, in percent, and in brackets how "
        "far chance in choosing them reaches (95 %, Wilson). Under the focused row stand how many texts that were, "
        "what always answering one class would score on them, and the mean ± standard deviation over trainings of the "
        "era with several seeds.\n"
        "Models of other tasks have rows under a heading of their own; ctrl+o leaves only the models that you added, "
        "and brings the eras back.\n"
        "The strip below shows the formula, and for each of its letters a small map of its true values, rows and "
        "columns sampled evenly (blocks are above zero, strokes below), where they came from, and by how much of its "
        "own norm training moved it. Under elmo's lie the language models it reads, with the share that each has in "
        "the mix; bert has layers of attention in place of W_e and W_h.\n"
        "F8 draws the focused era over the sentence, as the lecture does.\n"
        "F9 shows what the focused model gets wrong of its own data's texts, and what two models answer differently.\n"
        "F7 shows how the row's language model itself reads the sentence: how surprised it is by each word, what it "
        "would have written there, and how it goes on.\n"
        "ctrl+t, on a row that asks the language model, opens the prompt lab: ask with a template or words of "
        "your own, and see what it finds likeliest at the blank and how its answer comes of that."
    )
    BINDINGS = [
        Binding("up,ctrl+up", "move(-1)", "Era", key_display="↑↓", id="read.previous"),
        Binding("down,ctrl+down", "move(1)", "Next era", show=False, id="read.next"),
        Binding("ctrl+n", "preset(1)", "Example", id="read.preset"),
        Binding("ctrl+y", "why", "Why", id="read.why"),
        Binding("f7", "reading", "Surprisal", id="read.reading"),
        Binding("f8", "picture", "Draw", id="read.picture"),
        Binding("f9", "errors", "Errors", id="read.errors"),
        Binding("ctrl+t", "lab", "Prompt", id="read.lab"),
        Binding("ctrl+o", "own_rows", "Own rows", id="read.own"),
        Binding("ctrl+l", "clear", "Clear", show=False, id="read.clear"),
        Binding("i,enter,slash", "type", "Type a sentence", show=False, id="read.type"),
        Binding("x", "forget", "Remove the focused added model", show=False, id="read.forget"),
    ]

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
        await self.mount_all([EngineNotice(), TaskHeading(id="heading"), rows, ProvenanceStrip(), Footer()])
        self._furnished = True
        self.refresh_bindings()  # the footer shows what it is told, and was not there when it was told
        self.on_resize()
        self.watch(self.app, "comparison", self._line_up)
        self.watch(self.app, "current_model", self._switch)
        self.watch(self.app, "engine_state", self._follow_engine)
        self.ask()
        self.call_after_refresh(self.app.look_for_models)

    def on_screen_resume(self) -> None:
        """Another screen may have trained a model or changed the sentence."""
        if self._furnished:
            self.call_after_refresh(self.app.look_for_models)
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
        self.call_after_refresh(self._fit_keys)

    def _fit_keys(self) -> None:
        self.query_one(Footer).compact = self.app.size.width < ROOMY

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
        self.app.sentence = event.value
        if self._furnished:
            self._offer()
            self.ask()

    @on(SentenceInput.Cut)
    def _cut(self, event: SentenceInput.Cut) -> None:
        said = f"{event.pasted:,} characters were pasted, {event.kept:,} are kept: a sentence holds {LIMIT:,}."
        self.app.notify_safe(said, "warning")

    def ask(self) -> None:
        """Ask every model for its answer to the sentence as it stands; older questions are forgotten."""
        self._unasked = False
        self.follow_why(typed=True)
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
        for question in (api.Predict(text, specs), api.PredictPrefixes(text, specs)):
            async for answer in self.app.engine.ask(question):
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
        if known is None and model.entry is not None:
            self._read_parameters(model)

    @work(exclusive=True, group="parameters")
    async def _read_parameters(self, model: ComparedModel) -> None:
        found = await self.app.parameters.read(model)
        if model.key == self.app.current_model:
            failed = isinstance(found, api.Failed)
            self.query_one(ProvenanceStrip).show(
                model, None if isinstance(found, api.Failed) else found, "cannot be read" if failed else ""
            )

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

    def try_sentence(self, text: str) -> None:
        """Put a sentence into the input and the cursor at its end."""
        sentence = self.query_one(SentenceInput)
        sentence.value = text
        sentence.action_end()
        sentence.focus()

    def action_reading(self) -> None:
        """How the language model of the focused row reads the sentence, and how it would go on."""
        from tui.screens.reading import ReadingScreen

        compared = self.app.comparison
        self.app.push_screen(
            ReadingScreen(next((model for model in compared if model.key == self.app.current_model), compared[0]))
        )

    def action_picture(self) -> None:
        """The lecture's drawing of the focused era over the sentence."""
        from tui.screens.picture import PictureScreen

        self.app.push_screen(PictureScreen())

    def action_errors(self) -> None:
        """What the focused model gets wrong of its own data's texts."""
        from tui.screens.errors import ErrorsScreen

        self.app.push_screen(ErrorsScreen())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only a row that asks its language model can ask it otherwise; only added rows can be left alone."""
        if action == "own_rows":
            return any(model.is_added for model in self.app.comparison)
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
        """Empty the input."""
        self.try_sentence("")

    def action_type(self) -> None:
        """Go to the input."""
        self.query_one(SentenceInput).focus()

    def action_forget(self) -> None:
        """Take the focused added model out of the comparison."""
        self.app.forget_model(self.app.current_model)
