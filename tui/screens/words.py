"""Words: what a model takes a word to be like, as a word and in its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import ContentSwitcher, Footer, Input

from core import api
from core.storage.paths import ASSETS
from tui import safetext
from tui.asked import Asked, Spot, Subject
from tui.engine_client import EngineState
from tui.presets import Pair, pairs, presets
from tui.respondent import Respondent
from tui.screens import word_keys
from tui.screens.own_workers import OwnWorkers
from tui.widgets.shared.notice import EngineNotice
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.words.analogy_view import METHODS, AnalogyView
from tui.widgets.words.compare_view import CompareView
from tui.widgets.words.concordance_line import SORTS
from tui.widgets.words.context_neighbors import ContextNeighbors
from tui.widgets.words.drift_view import DriftView
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.map_view import MapView
from tui.widgets.words.neighbors_view import NeighborsView
from tui.widgets.words.senses_view import SensesView
from tui.widgets.words.token_picker import TokenPicker
from tui.widgets.words.view_tabs import VIEWS, ViewTabs
from tui.widgets.words.word_head import WordHead
from tui.widgets.words.word_neighbors import WordNeighbors
from tui.widgets.words.word_options import WordOptions
from tui.widgets.words.word_outlook import CENTRING_NAMES, LENS_NAMES, Outlook, after
from tui.widgets.words.word_view import WordView

if TYPE_CHECKING:
    from tui.app import NlpTui


class WordsScreen(OwnWorkers):
    """Pick a token or type a word: its neighbours, its senses, its map; and it beside another."""

    TITLE = "Words"
    CSS_PATH = ASSETS / "words.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (150, "-broad")]
    HELP = word_keys.HELP
    BINDINGS = word_keys.BINDINGS

    def __init__(self) -> None:
        super().__init__()
        self._own = ""  # an example's sentence, in place of the one that Read has too
        self._typed_in_read = ""
        self._unread = True
        self._pair: Pair | None = None  # an example whose first sentence is still to be read and pinned
        self._pairs_shown = 0
        self._respondent = Respondent(self.nlp)
        self._outlook = Outlook()

    @property
    def nlp(self) -> NlpTui:
        """The app, with its own type."""
        return cast("NlpTui", self.app)

    def compose(self) -> ComposeResult:
        """What is asked about; then how it is looked at."""
        yield TopBar("words")
        yield EngineNotice()
        yield WordHead()
        yield ViewTabs()
        yield WordOptions(id="options")
        with ContentSwitcher(initial=VIEWS[0]):
            yield NeighborsView(id="neighbors")
            yield CompareView(id="compare")
            yield SensesView(id="senses")
            yield MapView(id="map")
            yield AnalogyView(id="analogy")
            yield DriftView(id="drift")
        yield Footer()

    def on_mount(self) -> None:
        """Follow what the screens share."""
        self.watch(self.app, "current_model", self._switched, init=False)
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self.query_one(TokenPicker).focus()

    def on_resize(self) -> None:
        """Another width has other choices, and more or less room for keys."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self.query_one(Footer).compact = self.has_class("-narrow")
        self._show_options()

    def on_screen_resume(self) -> None:
        """The sentence or the model may have changed, and a run may have made what was not there."""
        self._look_for_pretrained()
        self.call_after_refresh(self.nlp.look_for_models)
        self.query_one(DriftView).ask_again()
        self._refresh()

    @work(exclusive=True, group="pretrained")
    async def _look_for_pretrained(self) -> None:
        """What can be asked beside the eras; the store is read off the event loop."""
        await self._respondent.look()

    # ------------------------------------------------------------ what is asked

    @property
    def view(self) -> WordView:
        """The view that is shown."""
        return self.query_one(f"#{self.query_one(ViewTabs).current}", WordView)

    @property
    def head(self) -> WordHead:
        """What is asked about."""
        return self.query_one(WordHead)

    def _refresh(self) -> None:
        """Ask everything anew, as things stand."""
        if not self.is_current or self._respondent.contender is None:
            return
        typed = self.nlp.sentence.strip()
        if typed != self._typed_in_read:
            self._typed_in_read, self._own = typed, ""
        title = "the sentence from Read" if typed else "an example: nothing is typed in Read yet"
        sentence = self._own or typed or presets()[0].text
        self.head.set_sentence(sentence, "an example" if self._own else title)
        self._unread = True
        self._ask()

    def _say_absent(self) -> None:
        """The app's model is not there: say so in whichever view is shown, or it would still show another's answer."""
        contender = self._respondent.contender
        if contender is None:
            return
        self.head.introduce(str(contender.era.year), contender.name, contender.era.title)
        self.head.show(None)
        self.query_one(WordOptions).show(())
        heading = Content.assemble((safetext.fit(contender.name, 60), "bold"), (f" · {contender.absence}", "$muted"))
        self.view.turn_to("")
        self.view.say(heading, "Press m for the next model that can answer.")

    @work(exclusive=True, group="words")
    async def _ask(self) -> None:
        """Read the sentence if it is new, look the word up, and find out how else it can be looked at."""
        subject, reader = self._respondent.subject, self._respondent.reader
        if subject is None:
            self._say_absent()
            return
        self.head.introduce(subject.year, subject.name, subject.title)
        self.view.turn_to(subject.spec)
        inspected = self._outlook.inspected
        if inspected is not None and inspected.model != subject.spec:
            self._outlook.forget_model()
        if self._unread and reader is not None:
            self._unread = not await self._read(reader)
            if self._unread:
                return
        self._show_options()
        await self._look_up(subject)
        self._show_options()
        if self._outlook.inspected is None:
            async for answer in self.nlp.engine.ask(api.Inspect(subject.spec)):
                if isinstance(answer, api.Inspected):
                    self._outlook.inspected = answer
                    self._show_options()

    async def _read(self, reader: Subject) -> bool:
        """Show the sentence's tokens; first read and pin an example's other sentence. False where it failed."""
        if self._pair is not None:
            pair, found = self._pair, await self._run(self._pair.first, reader)
            tokens = tuple(token.text for token in found.tokens) if found else ()
            self.head.pinned = Spot(pair.first, tokens.index(pair.word), tokens) if pair.word in tokens else None
            self._pair = None
        answer = await self._run(self.head.sentence, reader)
        if answer is not None:
            self.head.show(answer, tinted=not self._respondent.alone)
        return answer is not None

    async def _run(self, sentence: str, reader: Subject) -> api.Predicted | None:
        found = None
        async for answer in self.nlp.engine.ask(api.PredictPrefixes(sentence, (reader.spec,))):
            if isinstance(answer, api.Failed):
                self.view.fail(answer)
            elif isinstance(answer, api.Predicted):
                found = answer
        return found

    async def _look_up(self, subject: Subject) -> None:
        head, outlook, reader = self.head, self._outlook, self._respondent.reader
        if not head.word and self.view.about_a_word:
            self.view.say("There is no word in this sentence", "Press e to write another, or / to type a word.")
            return
        labels = subject.labels or (reader.labels if reader else ())
        await self.view.look_up(
            Asked(
                subject.spec,
                head.word,
                head.spot,
                head.pinned,
                outlook.layer,
                outlook.vectors,
                outlook.centring,
                labels,
            )
        )

    def _show_options(self) -> None:
        self.query_one(WordOptions).show(*self._outlook.described(self.view.choices))

    # ------------------------------------------------------------ events

    @on(WordHead.Changed)
    def _changed(self, event: WordHead.Changed) -> None:
        event.stop()
        self._ask()

    @on(WordHead.Written)
    def _written(self, event: WordHead.Written) -> None:
        event.stop()
        self._own, self._typed_in_read = "", event.sentence
        self.nlp.sentence = event.sentence
        self._refresh()

    @on(Input.Changed, "#expression")
    def _expressed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask()

    @on(ViewTabs.Chosen)
    def _view_chosen(self, event: ViewTabs.Chosen) -> None:
        event.stop()
        self.action_view(event.view)

    @on(WordOptions.Clicked)
    async def _option_clicked(self, event: WordOptions.Clicked) -> None:
        event.stop()
        await self.run_action(event.action)

    @on(WordNeighbors.Chosen)
    @on(WordView.Follow)
    def _chosen(self, event: WordNeighbors.Chosen | WordView.Follow) -> None:
        event.stop()
        if isinstance(event, WordView.Follow):
            self.action_view(VIEWS[0])
        self.head.type(event.word)

    @on(DriftView.Turned)
    def _turned(self, event: DriftView.Turned) -> None:
        event.stop()
        self._ask()

    @on(IndexBuilder.Built)
    def _built(self, event: IndexBuilder.Built) -> None:
        event.stop()
        self.nlp.notify_safe(f"The index of {event.model} is ready.")
        self._ask()

    def _switched(self) -> None:
        self._respondent.follow()
        self._refresh()

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._refresh()

    # ------------------------------------------------------------ keys

    def action_view(self, view: str) -> None:
        """Show another view of the same word."""
        self.query_one(ViewTabs).current = view
        self.query_one(ContentSwitcher).current = view
        if view == "compare" and self.head.pinned is None and not self._typed_in_read:
            self.action_example()
        else:
            self._ask()

    def action_step_view(self, step: int) -> None:
        """Show the next view."""
        here = VIEWS.index(self.query_one(ViewTabs).current)
        self.action_view(VIEWS[(here + step) % len(VIEWS)])

    def action_type(self) -> None:
        """Go to the word's input, in Analogy to that of the expression."""
        if isinstance(self.view, AnalogyView):
            self.view.query_one("#expression").focus()
        else:
            self.head.type()

    def action_edit(self) -> None:
        """Write another sentence."""
        self.head.edit()

    def action_model(self, step: int) -> None:
        """Switch to the next model that can answer: the eras' and added ones, then what is only pretrained."""
        chosen = self._respondent.step(step)
        if chosen is None:
            return
        if chosen.key in ("", self.nlp.current_model):
            self._refresh()
        else:
            self.nlp.current_model = chosen.key

    def action_pin(self) -> None:
        """Pin the place asked about, or let it go."""
        if not self.head.pin():
            self.nlp.notify_safe("Pick a token of the sentence first: a word by itself stands nowhere.", "warning")
        elif isinstance(self.view, CompareView):
            self._ask()

    def action_example(self) -> None:
        """The next word in two sentences, beside each other; in Analogy the next expression."""
        if isinstance(self.view, AnalogyView):
            self.view.next_example()
            return
        self._pair = pairs()[self._pairs_shown % len(pairs())]
        self._pairs_shown += 1
        self._own = self._pair.second
        self.head.set_sentence(self._own, "an example", wish=self._pair.word)
        self.query_one(ViewTabs).current = self.query_one(ContentSwitcher).current = "compare"
        self._refresh()

    def action_layer(self) -> None:
        """Look at the next layer."""
        if self._outlook.next_layer():
            self._ask()

    def action_vectors(self) -> None:
        """Look at the next kind of vector."""
        if self._outlook.next_vectors(self.view.choices):
            self._ask()

    def action_centring(self) -> None:
        """Take cosines another way."""
        self._outlook.centring = after(CENTRING_NAMES, self._outlook.centring)
        self._ask()

    def action_sort(self) -> None:
        """Sort the places by another thing."""
        self._outlook.by = after(SORTS, self._outlook.by)
        for pane in self.query(ContextNeighbors):
            pane.by = self._outlook.by
        self._show_options()

    def action_lens(self) -> None:
        """Look at the word instead of its place, or back."""
        self._outlook.lens = after(LENS_NAMES, self._outlook.lens)
        self.query_one(NeighborsView).lens = self.query_one(MapView).lens = self._outlook.lens
        self._ask()

    def action_method(self) -> None:
        """Add the cosines, or multiply them."""
        self._outlook.method = self.query_one(AnalogyView).method = after(METHODS, self._outlook.method)
        self._ask()

    def action_epoch(self, step: int) -> None:
        """In Drift, look at the epoch before or after."""
        if isinstance(self.view, DriftView):
            self.view.step_epoch(step)

    def action_card(self) -> None:
        """The card of the era that is asked; what is only pretrained is none."""
        if self._respondent.alone:
            self.nlp.notify_safe("This is no era, so it has no card: m and M go to the eras.", "warning")
        else:
            self.nlp.action_card()

    async def action_build(self) -> None:
        """Build the index that is missing."""
        for builder in self.view.query(IndexBuilder):
            if builder.display:
                await builder.build()

    def action_lists(self) -> None:
        """From the token or the input down to the lists."""
        self.view.focus_list()

    def action_save(self) -> None:
        """Write what is shown, or the vectors, into a file."""
        from tui.screens.save_words import SaveWords

        subject = self._respondent.subject
        if subject is not None:
            self.app.push_screen(SaveWords(self.view.shown(), self.app.export_screenshot(), subject.spec))

    def action_copy(self) -> None:
        """Copy what is shown as a table, through the terminal."""
        shown = self.view.shown()
        if shown is None:
            self.nlp.notify_safe("There is no table to copy here yet.", "warning")
            return
        self.app.copy_to_clipboard(shown.tsv())
        rows = f"{len(shown.rows):,} row{'' if len(shown.rows) == 1 else 's'}"
        self.nlp.notify_safe(f"Copied {rows} through the terminal (OSC 52). If nothing arrives, x writes a file.")
