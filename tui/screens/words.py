"""Words: what a model takes a word to be like, as a word and in its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, Static

from core import api
from core.paths import ASSETS
from tui import safetext
from tui.engine import EngineState
from tui.lineup import Contender
from tui.presets import presets
from tui.widgets.context_neighbors import ContextNeighbors
from tui.widgets.index_builder import IndexBuilder
from tui.widgets.notice import EngineNotice
from tui.widgets.sentence_input import SentenceInput
from tui.widgets.token_picker import TokenPicker, telling
from tui.widgets.top_bar import TopBar
from tui.widgets.word_neighbors import WordNeighbors

if TYPE_CHECKING:
    from tui.app import NlpTui

MOST = 30


class WordsScreen(Screen[None]):
    """Pick a token or type a word: its neighbours as a word, and beside them its neighbours in context."""

    TITLE = "Words"
    CSS_PATH = ASSETS / "words.tcss"
    HELP = (
        "Pick a token of the sentence with left and right, or press / and type any word.\n"
        "Left: the words whose vectors lie nearest to its own, whatever the sentence; the number at the end says how "
        "often each stood in the unlabelled text: neighbours of rare words are shaky.\n"
        "C is the model's table of vectors; centred: the mean of all was taken off before comparing.\n"
        "Right: places in film reviews where the model's hidden state was most like its state at this very token. "
        "The dot and letter are the label of the review the place comes from."
    )
    BINDINGS = [
        Binding("slash,i", "type", "Type a word", key_display="/", id="words.type"),
        Binding("m,ctrl+down", "model(1)", "Model", key_display="m", id="words.model"),
        Binding("M,ctrl+up", "model(-1)", "Model before", show=False, id="words.model_before"),
        Binding("b,ctrl+b", "build", "Build the index", show=False, id="words.build"),
        Binding("down", "lists", "To the lists", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._word: str | None = None
        """A typed word; None while a token of the sentence is picked."""
        self._sentence = ""

    @property
    def nlp(self) -> NlpTui:
        """The app, with its own type."""
        return cast("NlpTui", self.app)

    def compose(self) -> ComposeResult:
        """Tokens, a word, two panes."""
        yield TopBar("words")
        yield EngineNotice()
        yield TokenPicker(id="tokens")
        with Horizontal(id="asking"):
            yield SentenceInput(placeholder="press / and type any word", id="word")
            yield Static(id="model")
        with Horizontal(id="panes"):
            yield WordNeighbors(id="static-pane", classes="pane")
            yield ContextNeighbors(id="context-pane", classes="pane")
        yield Footer()

    def on_mount(self) -> None:
        """Follow what the screens share."""
        self.watch(self.app, "current_model", self._switched, init=False)
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self.query_one("#word").border_title = "or any word"
        self.query_one("#model").border_title = "in the eyes of"
        self.query_one("#model").border_subtitle = "m: the next model"
        self.query_one(TokenPicker).focus()

    def on_screen_resume(self) -> None:
        """The sentence or the model may have changed."""
        self._refresh()

    # ------------------------------------------------------------ what is asked

    @property
    def _contender(self) -> Contender | None:
        return next((c for c in self.nlp.contenders if c.key == self.nlp.current_model), None)

    def _refresh(self) -> None:
        contender = self._contender
        if contender is None or not self.is_current:
            return
        self._introduce(contender)
        sentence = self.nlp.sentence.strip() or presets()[0].text
        if sentence != self._sentence:
            self._sentence = sentence
            self.query_one(TokenPicker).picked = None
        given = "the sentence from Read" if self.nlp.sentence.strip() else "an example: nothing is typed in Read yet"
        self.query_one(TokenPicker).border_title = given
        if contender.spec is None:
            self._nothing(contender)
        else:
            self._read_sentence(contender.spec)

    @work(exclusive=True, group="words")
    async def _read_sentence(self, spec: str) -> None:
        picker = self.query_one(TokenPicker)
        async for answer in self.nlp.engine.ask(api.Run(self._sentence, (spec,))):
            if isinstance(answer, api.Predicted):
                picker.show(answer)
                if picker.picked is None:
                    picker.picked = telling(answer)
            elif isinstance(answer, api.Failed):
                self._failed(answer)
                return
        await self._look_up(spec)

    @work(exclusive=True, group="words")
    async def _look_up_only(self, spec: str) -> None:
        await self._look_up(spec)

    async def _look_up(self, spec: str) -> None:
        picker = self.query_one(TokenPicker)
        word, position = self._word, None
        if word is None:
            if picker.picked is None or picker.picked >= len(picker.tokens):
                return
            position = picker.picked
            word = picker.tokens[position]
        elif word in picker.tokens:
            position = picker.tokens.index(word)
        sentence = self._sentence if position is not None else None
        for question in (
            api.Neighbors(word, spec, "static", k=MOST),
            api.Neighbors(word, spec, "contextual", sentence, position, k=MOST),
        ):
            async for answer in self.nlp.engine.ask(question):
                await self._show(answer, position is not None)

    async def _show(self, answer: api.Answer, in_sentence: bool) -> None:
        if isinstance(answer, api.Failed):
            self._failed(answer)
        elif isinstance(answer, api.NeighborList) and answer.lens == "static":
            self.query_one(WordNeighbors).show(answer)
        elif isinstance(answer, api.NeighborList):
            contender = self._contender
            labels = contender.entry.labels if contender and contender.entry else ()
            self.query_one(ContextNeighbors).show(answer, labels, in_sentence)
            if answer.missing == "index":
                await self.query_one(IndexBuilder).offer(answer.model, self.nlp.home)

    def _failed(self, answer: api.Failed) -> None:
        heading = Content.styled("✕ no answer", "bold $error")
        self.query_one(WordNeighbors).say(heading, f"{answer.message} {answer.hint}")
        self.query_one(ContextNeighbors).clear()

    def _nothing(self, contender: Contender) -> None:
        self.workers.cancel_group(self, "words")
        heading = Content.assemble((contender.name, "bold"), (f" · {contender.absence}", "$muted"))
        self.query_one(TokenPicker).show(None)
        self.query_one(WordNeighbors).say(heading, "Press m for the next model that can answer.")
        self.query_one(ContextNeighbors).clear()

    def _introduce(self, contender: Contender) -> None:
        name = safetext.fit(contender.name, 60)
        title = "" if contender.is_added else f"  {contender.era.title}"
        said = Content.assemble((f"{contender.era.year} ", "$muted"), (name, "bold"), (title, "$muted"))
        self.query_one("#model", Static).update(said)

    # ------------------------------------------------------------ events

    @on(TokenPicker.Picked)
    def _picked(self, event: TokenPicker.Picked) -> None:
        event.stop()
        self._word = None
        with self.prevent(Input.Changed):
            self.query_one("#word", SentenceInput).value = ""
        self._ask_again()

    @on(Input.Changed, "#word")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._word = event.value.strip().lower() or None
        self._ask_again()

    @on(events.Click, "#model")
    def _model_clicked(self, event: events.Click) -> None:
        event.stop()
        self.action_model(1)

    @on(WordNeighbors.Chosen)
    def _chosen(self, event: WordNeighbors.Chosen) -> None:
        event.stop()
        self.query_one("#word", SentenceInput).value = event.word

    @on(IndexBuilder.Built)
    def _built(self, event: IndexBuilder.Built) -> None:
        event.stop()
        self.nlp.notify_safe(f"The index of {event.model} is ready.")
        self._ask_again()

    def _ask_again(self) -> None:
        contender = self._contender
        if contender is not None and contender.spec is not None:
            self._look_up_only(contender.spec)

    def _switched(self) -> None:
        self._refresh()

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._refresh()

    # ------------------------------------------------------------ keys

    def action_type(self) -> None:
        """Go to the word's input."""
        self.query_one("#word", SentenceInput).focus()

    def action_model(self, step: int) -> None:
        """Switch to the next model that can answer."""
        keys = [contender.key for contender in self.nlp.contenders if contender.spec]
        if not keys:
            return
        here = keys.index(self.nlp.current_model) if self.nlp.current_model in keys else -min(step, 0) - 1
        self.nlp.current_model = keys[(here + step) % len(keys)]

    async def action_build(self) -> None:
        """Build the index that is missing."""
        builder = self.query_one(IndexBuilder)
        if builder.display:
            await builder.build()

    def action_lists(self) -> None:
        """From the token or the input down to the neighbours."""
        self.query_one("#static-pane OptionList", OptionList).focus()
