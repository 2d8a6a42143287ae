"""The lecture's picture of the focused era, over Read: up and down go through the eras, left and right to a word."""

from __future__ import annotations

from dataclasses import replace

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from core import api
from core.drawing.heat import KEY
from core.drawing.lecture import Known
from tui import safetext
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.screens.own_workers import OwnWorkers
from tui.widgets.read.parameter_blocks import ParameterBlocks, attends_instead
from tui.widgets.read.picture_canvas import TALL, PictureCanvas
from tui.widgets.read.provenance_strip import cell_of
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.shared.top_bar import TopBar

MOST_ATTENDED = 32
"""Words of a long text whose looks are asked for: as many as have states."""
NAMES = {"after": "after training", "before": "before training", "difference": "after less before"}


class PictureScreen(OwnWorkers):
    """One model over one sentence; nothing in it is drawn that is no number of the model's."""

    app = getters.app(HostApp)

    TITLE = "Picture"
    AUTO_FOCUS = "PictureCanvas"
    HELP = (
        "The words stand below, above each its row of C (c), then W_e, then the state h after it, with W_h from one to "
        "the next; on top what is pooled of them, W_o, and the softmax. Strips are numbers of the vectors at evenly "
        "spaced coordinates: blocks are above zero, strokes below, the denser the larger.\n"
        "Under each h stands the answer as if the sentence ended there.\n"
        "Up and down go through the eras. What keeps its colour and its place is the same; one line says what is new. "
        "Δ is what training moved, with ‖W−W₀‖/‖W₀‖ behind it, = what it did not.\n"
        "Where two language models answer, one a direction, ctrl+r shows the states of the other.\n"
        "Left and right choose a word. Then its c and h are enlarged, and under each state stands how much of the word "
        "it still holds: how far it moves, of its own length, when the word is left out of the sentence.\n"
        "Of a transformer stands below that where the word looks, the mean of all heads: its share of 1; the "
        "rest goes to the ends of the text. ctrl+y shows the heads one by one. Where it looks is not why the answer "
        "is what it is.\n"
        "The maps at the bottom are the parameters themselves, rows and columns sampled evenly. F9 turns them: after "
        "training, before it, and the difference. PgUp and PgDn scroll a picture that is higher than the screen."
    )
    BINDINGS = [
        Binding("up,ctrl+up", "move(-1)", "Era", key_display="↑↓", id="picture.previous"),
        Binding("down,ctrl+down", "move(1)", "Next era", show=False, id="picture.next"),
        Binding("f9", "turn", "Before/after", id="picture.turn"),
        Binding("ctrl+r", "reader", "Direction", id="picture.reader"),
        Binding("ctrl+y", "attention", "Attention", id="picture.attention"),
        Binding("pageup", "scroll(-1)", "Scroll up", show=False, id="picture.up"),
        Binding("pagedown", "scroll(1)", "Scroll down", show=False, id="picture.down"),
        Binding("tab", "app.focus_next", "From the words to the sentence and back", show=False),
        Binding("ctrl+l", "clear", "Clear", show=False, id="picture.clear"),
        Binding("f6", "app.card", "Era card", show=False),
        Binding("f8,escape", "leave", "Back", key_display="esc", id="picture.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._reader = ""
        """The direction whose states are shown, where a model reads in several; the first if empty."""

    def compose(self) -> ComposeResult:
        """The sentence, the era, its picture, its parameters."""
        yield TopBar("read")
        yield EngineNotice()
        yield SentenceInput(self.app.sentence, "Type a sentence", id="sentence", select_on_focus=False)
        yield Static(id="era")
        yield Static(id="news")
        with VerticalScroll(id="drawing", can_focus=False):
            yield PictureCanvas()
        yield Static(id="maps")
        yield ParameterBlocks()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Draw, and follow the era."""
        self.watch(self.app, "current_model", self._switch)
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self.watch(self.query_one(SentenceInput), "selection", self._follow_caret, init=False)

    def on_resize(self) -> None:
        """Taller screens get taller maps."""
        height = self.app.size.height
        self.query_one(ParameterBlocks).set_height(1 if height < TALL else 3 if height < 48 else 8)

    @property
    def _model(self) -> ComparedModel:
        return self.app.focused_model

    # ------------------------------------------------------------ asking and drawing

    def _switch(self) -> None:
        model = self._model
        title = Content.assemble(
            safetext.content(safetext.fit(f"{model.name}  ", 60), "bold"),
            (f"{model.era.year}  ", "$muted"),
            model.era.title,
        )
        self.query_one("#era", Static).update(title)
        self.query_one("#news", Static).update(Content.styled(model.era.news, "$muted"))
        self._show_parameters(self.app.parameters.known(model))
        self.refresh_bindings()
        self._ask()

    def _ask(self) -> None:
        """Have the sentence read by the focused era."""
        self._stale(True)
        model = self._model
        if model.spec is None:
            self._show(None, model.absence or "looking for models…")
            return
        self._read(self.app.sentence, model, model.spec)

    @work(exclusive=True, group="picture")
    async def _read(self, text: str, model: ComparedModel, spec: str) -> None:
        known: Known | None = None
        questions: list[api.Question] = [
            api.ReadStates(text, spec, reader=self._reader),
            api.ReadSteps(text, spec, self._reader),
        ]
        if attends_instead(model) and text.strip():
            questions.append(api.Attend(text, spec, first=MOST_ATTENDED))
        for question in questions:
            async for answer in self.app.engine.ask(question):
                if isinstance(answer, api.Failed) and known is None:
                    self._show(None, f"{answer.message} {answer.hint}")
                    return
                if isinstance(answer, api.StateList):
                    frozen = model.entry.info.frozen if model.entry else ()
                    known = Known(model.era, answer, frozen=frozen)
                elif isinstance(answer, api.StepList) and known is not None:
                    known = replace(known, steps=answer)
                elif isinstance(answer, api.Attention) and known is not None:
                    known = replace(known, attention=answer)
                if known is not None:
                    known = replace(known, parameters=self.app.parameters.known(model))
                self._show(known, "")
        found = await self.app.parameters.read(model)
        if isinstance(found, api.ParameterList) and known is not None:
            self._show_parameters(found)
            self._show(replace(known, parameters=found), "")
        elif isinstance(found, api.Failed):
            self.query_one(ParameterBlocks).show(model, cell_of(model), None, "cannot be read")

    def _show(self, known: Known | None, said: str) -> None:
        canvas = self.query_one(PictureCanvas)
        canvas.said, canvas.known = said, known
        self.refresh_bindings()
        self._stale(False)
        if self.query_one(SentenceInput).has_focus:
            self._follow_caret()

    def _follow_caret(self) -> None:
        """While one types, the word is the one at the caret."""
        sentence, canvas = self.query_one(SentenceInput), self.query_one(PictureCanvas)
        if sentence.has_focus and canvas.known is not None:
            tokens = canvas.known.states.tokens
            canvas.chosen = sum(token.start < sentence.cursor_position for token in tokens) - 1 if tokens else None

    def _stale(self, stale: bool) -> None:
        self.query_one("#drawing").set_class(stale, "-stale")

    def _show_parameters(self, found: api.ParameterList | None) -> None:
        model = self._model
        unread = "" if model.entry is None else "not read yet"
        self.query_one(ParameterBlocks).show(model, cell_of(model), found, unread)
        self._say_maps()

    def _say_maps(self) -> None:
        """Which of the maps are shown, and why some are not."""
        maps = self.query_one(ParameterBlocks)
        missing = safetext.fit("; ".join(maps.missing), 2 * self.app.size.width)
        said = safetext.content(f"   {missing or f'{KEY}; sampled evenly'}", "$muted")
        self.query_one("#maps", Static).update(Content.assemble((f"parameters {NAMES[maps.side]}", "bold"), said))

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._ask()
        elif state is EngineState.DEAD:
            self._show(None, "")

    @on(Input.Changed, "#sentence")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.app.sentence:
            self.app.sentence = event.value
            self._ask()

    @on(PictureCanvas.Typed)
    def _typed(self, event: PictureCanvas.Typed) -> None:
        sentence = self.query_one(SentenceInput)
        sentence.focus()
        sentence.insert_text_at_cursor(event.character)

    # ------------------------------------------------------------ keys

    def action_move(self, step: int) -> None:
        """Switch to the era above or below."""
        keys = [model.key for model in self.app.comparison]
        place = keys.index(self._model.key)
        self.app.current_model = keys[max(0, min(len(keys) - 1, place + step))]

    def action_scroll(self, step: int) -> None:
        """Show what is below or above, where the picture is higher than the screen."""
        drawing = self.query_one("#drawing", VerticalScroll)
        drawing.scroll_relative(y=step * max(1, drawing.size.height // 2), animate=False)

    def action_turn(self) -> None:
        """Show the parameters after training, before it, or the difference."""
        self.query_one(ParameterBlocks).turn()
        self._say_maps()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only a transformer attends; only what reads in several directions has another."""
        if action == "reader":
            known = self.query_one(PictureCanvas).known if self.is_mounted else None
            return known is not None and len(known.states.readers) > 1
        return action != "attention" or (self._model.entry is not None and attends_instead(self._model))

    def action_reader(self) -> None:
        """Show the states of the language model that reads in the other direction."""
        known = self.query_one(PictureCanvas).known
        if known is not None and (readers := known.states.readers):
            self._reader = readers[(readers.index(known.states.reader) + 1) % len(readers)]
            self._ask()

    def action_attention(self) -> None:
        """Where each word looks, layer by layer and head by head."""
        from tui.screens.attention import AttentionScreen

        self.app.push_screen(AttentionScreen(self._model))

    def action_clear(self) -> None:
        """Empty the sentence, and type."""
        sentence = self.query_one(SentenceInput)
        sentence.value = ""
        sentence.focus()

    def action_leave(self) -> None:
        """Back to the rows."""
        self.dismiss()
