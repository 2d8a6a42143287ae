"""The language model's own reading of the sentence: how surprised it is by each word, and how it would go on."""

from __future__ import annotations

from asyncio import sleep

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from core import api
from tui import safetext
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.screens import reading_keys
from tui.screens.own_workers import OwnWorkers
from tui.widgets.read.continuation import Continuation
from tui.widgets.read.language_model_voices import BOTH_SIDES, Voice, describe_absence, list_voices
from tui.widgets.read.likely_words import LikelyWords
from tui.widgets.read.surprisal_lines import BAR, FULL_BAR, SurprisalLines, describe_sum, find_place
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.sentence_input import LIMIT, SentenceInput
from tui.widgets.shared.top_bar import TopBar

MOST, MOST_MASKED = 64, 32
"""Words of a long text that are looked at: each masked word is a pass of its own through a transformer."""
LIKELIEST = 24
A_GO = 40
"""Words that are written before the key is to be pressed again."""
PACE = 0.06
"""Seconds between two words: as fast as one reads."""
PATIENCE = 0.25
"""Seconds after which it is said that the model still reads."""
HOTTEST = 2.0
EXPLANATION = Content.assemble(
    ("surprisal", "bold"),
    (" in bits: a bit more is half as likely; ", "$muted"),
    ("█" * BAR, "$origin-language-model"),
    (f" is {FULL_BAR:g} or more", "$muted"),
)


class ReadingScreen(OwnWorkers):
    """Over Read: the sentence, its words with their surprisal, the likeliest words in one place, and writing on."""

    app = getters.app(HostApp)

    TITLE = "Language model"
    HELP = reading_keys.HELP
    BINDINGS = reading_keys.BINDINGS

    def __init__(self, compared: ComparedModel) -> None:
        super().__init__()
        self._compared = compared
        self._voices: tuple[Voice, ...] = ()
        self._turned = 0
        self._temperature, self._seed = 0.8, 0
        self._written: tuple[str, ...] = ()
        self._continuation = self._problem = ""
        self._reading = self._writing = False

    @property
    def _voice(self) -> Voice | None:
        return self._voices[self._turned] if self._voices else None

    def compose(self) -> ComposeResult:
        """The sentence; how it is read; one place of it, and how it goes on."""
        yield TopBar("read")
        yield EngineNotice()
        # Going to it selects nothing: what is typed among the words goes on with the sentence.
        yield SentenceInput(self.app.sentence, "Type the beginning of a sentence", id="sentence", select_on_focus=False)
        yield Static(id="voice")
        yield Static(EXPLANATION, id="explanation")
        yield SurprisalLines()
        yield Static(id="sum")
        with Horizontal(id="below"):
            yield LikelyWords()
            yield Continuation()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Find out who reads, and have it read."""
        self._voices = list_voices(self._compared, self.app.catalog)
        sentence = self.query_one(SentenceInput)
        self.watch(sentence, "selection", self._follow_caret, init=False)
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self.query_one(SurprisalLines).focus()
        self._show_written()
        self._ask()

    # ------------------------------------------------------------ reading

    def _ask(self) -> None:
        """Have the sentence read as it stands."""
        voice = self._voice
        if voice is None:
            self._say_voice(
                Content("There is no language model yet: `nlp-tui pretrain lm --direction both` makes the pair.")
            )
            return
        lines = [Content.assemble((voice.title, "bold $origin-language-model"), (f"  {voice.given}", "$muted"))]
        if absence := describe_absence(self._compared, voice):
            lines.append(Content.styled(absence, "italic"))
        self._say_voice(Content("\n").join(lines))
        self._read(self.app.sentence, voice)

    def _say_voice(self, said: Content) -> None:
        self.query_one("#voice", Static).update(said)

    @work(exclusive=True, group="reading")
    async def _read(self, text: str, voice: Voice) -> None:
        most = MOST_MASKED if voice.direction == BOTH_SIDES else MOST
        self._reading = True
        waiting = self.set_timer(PATIENCE, self._say_reading)
        try:
            async for answer in self.app.engine.ask(api.Surprisal(text, voice.model, voice.direction, LIKELIEST, most)):
                self._reading = False
                if isinstance(answer, api.SurprisalList):
                    self._show(answer)
                elif isinstance(answer, api.Failed):
                    self._show(None)
                    problem = safetext.content(safetext.fit(f"{answer.message} {answer.hint}", 400))
                    self._sum(Content.assemble(("✕ ", "bold $error"), problem))
        finally:
            waiting.stop()

    def _say_reading(self) -> None:
        if self._reading:
            self._sum(Content.styled("reading…", "italic $muted"))

    def _show(self, answer: api.SurprisalList | None) -> None:
        lines = self.query_one(SurprisalLines)
        lines.show(answer)
        if answer is not None:
            self._sum(describe_sum(answer))
        if self.query_one(SentenceInput).has_focus:
            self._follow_caret()
        self._show_likely()

    def _sum(self, said: Content) -> None:
        self.query_one("#sum", Static).update(said)

    @on(SurprisalLines.Chosen)
    def _show_likely(self) -> None:
        lines = self.query_one(SurprisalLines)
        self.query_one(LikelyWords).show(lines.answer, lines.looked_at)

    def _follow_caret(self) -> None:
        """While one types, the place is where the caret is."""
        sentence, lines = self.query_one(SentenceInput), self.query_one(SurprisalLines)
        if sentence.has_focus and lines.answer is not None:
            lines.place = find_place(lines.answer, sentence.cursor_position)
            self._show_likely()

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._ask()
        elif state is EngineState.DEAD:
            self._stop()
            self._show(None)
            self._sum(Content(""))

    @on(Input.Changed, "#sentence")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self.app.sentence:
            self.app.sentence = event.value
            self._forget_written()
            self._ask()

    @on(SurprisalLines.Typed)
    def _typed(self, event: SurprisalLines.Typed) -> None:
        sentence = self.query_one(SentenceInput)
        sentence.focus()
        sentence.insert_text_at_cursor(event.character)

    # ------------------------------------------------------------ writing on

    @work(exclusive=True, group="writing")
    async def _write(self, model: str) -> None:
        text = self.app.sentence
        for _ in range(A_GO):
            if not await self._write_word(text, model):
                break
            await sleep(PACE)
        self._writing = False
        self._show_written()

    async def _write_word(self, text: str, model: str) -> bool:
        """Whether another word came."""
        question = api.WriteOn(text, model, 1, self._temperature, self._seed, self._written)
        async for answer in self.app.engine.ask(question):
            if isinstance(answer, api.Failed):
                self._problem = f"{answer.message} {answer.hint}"
            elif isinstance(answer, api.Written):
                self._written += tuple(each.word for each in answer.words)
                self._continuation = answer.continuation
                self._show_written()
                return True
        return False

    def _stop(self) -> None:
        self.workers.cancel_group(self, "writing")
        self._writing = False
        self._show_written()

    def _forget_written(self) -> None:
        self._written, self._continuation, self._problem = (), "", ""
        self._stop()

    def _begin(self) -> None:
        voice = next((voice for voice in self._voices if voice.direction == "forward"), None)
        if voice is None:
            self._problem = "No forward language model is here, and only such a one knows what comes next."
            self._show_written()
            return
        self._problem, self._writing = "", True
        self._show_written()
        self._write(voice.model)

    def _begin_anew(self) -> None:
        """With another seed or temperature it is another text: what was written of the old one goes."""
        going = self._writing or bool(self._written)
        self._forget_written()
        if going:
            self._begin()

    def _show_written(self) -> None:
        panel = self.query_one(Continuation)
        panel.show_settings(self._temperature, self._seed, self._writing)
        panel.show_text(self.app.sentence, self._continuation, self._problem)

    # ------------------------------------------------------------ keys

    def action_write(self) -> None:
        """Write on, or stop."""
        if self._writing:
            self._stop()
        else:
            self._begin()

    def action_take_over(self) -> None:
        """Make what was written part of the sentence."""
        if not self._continuation:
            return
        whole = self.app.sentence + self._continuation
        if len(whole) > LIMIT:
            self.app.notify_safe(f"A sentence holds {LIMIT:,} characters: what is beyond is left out.", "warning")
        sentence = self.query_one(SentenceInput)
        sentence.value = whole
        sentence.action_end()

    def action_turn(self) -> None:
        """Read in the next direction there is."""
        if self._voices:
            self._turned = (self._turned + 1) % len(self._voices)
            self._ask()

    def action_warm(self, step: int) -> None:
        """Another temperature, a tenth up or down."""
        self._temperature = min(HOTTEST, max(0.0, round(self._temperature + step / 10, 1)))
        self._begin_anew()

    def action_reseed(self, step: int) -> None:
        """The next seed, or the one before."""
        self._seed = max(0, self._seed + step)
        self._begin_anew()

    def action_clear(self) -> None:
        """Empty the sentence, and type."""
        sentence = self.query_one(SentenceInput)
        sentence.value = ""
        sentence.focus()

    def action_leave(self) -> None:
        """Back to the rows."""
        self.dismiss()
