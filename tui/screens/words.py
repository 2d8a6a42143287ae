"""Words: what a model takes a word to be like, as a word and in its sentence."""

from __future__ import annotations

from textual import getters, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import ContentSwitcher, Footer, Input

from core import api
from core.storage.paths import ASSETS
from tui import safetext
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.presets import Pair, pairs, presets
from tui.screens import word_keys
from tui.screens.own_workers import OwnWorkers
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.words.analogy_view import METHODS, AnalogyView
from tui.widgets.words.compare_view import CompareView
from tui.widgets.words.concordance_line import SORTS
from tui.widgets.words.context_neighbors import ContextNeighbors
from tui.widgets.words.drift_view import DriftView
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.map_view import MapView
from tui.widgets.words.neighbors_view import NeighborsView
from tui.widgets.words.option_bar import OptionBar
from tui.widgets.words.senses_view import SensesView
from tui.widgets.words.token_picker import TokenPicker
from tui.widgets.words.view_options import CENTRING_NAMES, LENS_NAMES, ViewOptions, after
from tui.widgets.words.view_tabs import VIEWS, ViewTabs
from tui.widgets.words.word_neighbors import WordNeighbors
from tui.widgets.words.word_query_form import WordQueryForm
from tui.widgets.words.word_view import WordView
from tui.word_model_choice import AskableModel, WordModelChoice
from tui.word_query import SentenceToken, WordQuery


class WordsScreen(OwnWorkers):
    """Pick a token or type a word: its neighbours, its senses, its map; and it beside another."""

    app = getters.app(HostApp)

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
        self._choice = WordModelChoice(self.app)
        self._options = ViewOptions()

    def compose(self) -> ComposeResult:
        """What is asked about; then how it is looked at."""
        yield TopBar("words")
        yield EngineNotice()
        yield WordQueryForm()
        yield ViewTabs()
        yield OptionBar(id="options")
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
        self.call_after_refresh(self.app.look_for_models)
        self.query_one(DriftView).ask_again()
        self._refresh()

    @work(exclusive=True, group="pretrained")
    async def _look_for_pretrained(self) -> None:
        """What can be asked beside the eras; the store is read off the event loop."""
        await self._choice.look_for_pretrained()

    # ------------------------------------------------------------ what is asked

    @property
    def view(self) -> WordView:
        """The view that is shown."""
        return self.query_one(f"#{self.query_one(ViewTabs).current}", WordView)

    @property
    def head(self) -> WordQueryForm:
        """What is asked about."""
        return self.query_one(WordQueryForm)

    def _refresh(self) -> None:
        """Ask everything anew, as things stand."""
        if not self.is_current or self._choice.compared is None:
            return
        typed = self.app.sentence.strip()
        if typed != self._typed_in_read:
            self._typed_in_read, self._own = typed, ""
        title = "the sentence from Read" if typed else "an example: nothing is typed in Read yet"
        sentence = self._own or typed or presets()[0].text
        self.head.set_sentence(sentence, "an example" if self._own else title)
        self._unread = True
        self._ask()

    def _say_absent(self) -> None:
        """The app's model is not there: say so in whichever view is shown, or it would still show another's answer."""
        model = self._choice.compared
        if model is None:
            return
        self.head.introduce(str(model.era.year), model.name, model.era.title)
        self.head.show(None)
        self.query_one(OptionBar).show(())
        heading = Content.assemble((safetext.fit(model.name, 60), "bold"), (f" · {model.absence}", "$muted"))
        self.view.turn_to("")
        self.view.say(heading, "Press m for the next model that can answer.")

    @work(exclusive=True, group="words")
    async def _ask(self) -> None:
        """Read the sentence if it is new, look the word up, and find out how else it can be looked at."""
        subject, reader = self._choice.model, self._choice.classifier
        if subject is None:
            self._say_absent()
            return
        self.head.introduce(subject.year, subject.name, subject.title)
        self.view.turn_to(subject.spec)
        inspected = self._options.inspected
        if inspected is not None and inspected.model != subject.spec:
            self._options.forget_model()
        if self._unread and reader is not None:
            self._unread = not await self._read(reader)
            if self._unread:
                return
        self._show_options()
        await self._look_up(subject)
        self._show_options()
        if self._options.inspected is None:
            async for answer in self.app.engine.ask(api.Inspect(subject.spec)):
                if isinstance(answer, api.Inspected):
                    self._options.inspected = answer
                    self._show_options()

    async def _read(self, reader: AskableModel) -> bool:
        """Show the sentence's tokens; first read and pin an example's other sentence. False where it failed."""
        if self._pair is not None:
            pair, found = self._pair, await self._run(self._pair.first, reader)
            tokens = tuple(token.text for token in found.tokens) if found else ()
            self.head.pinned = (
                SentenceToken(pair.first, tokens.index(pair.word), tokens) if pair.word in tokens else None
            )
            self._pair = None
        answer = await self._run(self.head.sentence, reader)
        if answer is not None:
            self.head.show(answer, tinted=not self._choice.only_pretrained)
        return answer is not None

    async def _run(self, sentence: str, reader: AskableModel) -> api.Predicted | None:
        found = None
        async for answer in self.app.engine.ask(api.PredictPrefixes(sentence, (reader.spec,))):
            if isinstance(answer, api.Failed):
                self.view.fail(answer)
            elif isinstance(answer, api.Predicted):
                found = answer
        return found

    async def _look_up(self, subject: AskableModel) -> None:
        head, options, reader = self.head, self._options, self._choice.classifier
        if not head.word and self.view.about_a_word:
            self.view.say("There is no word in this sentence", "Press e to write another, or / to type a word.")
            return
        labels = subject.labels or (reader.labels if reader else ())
        await self.view.look_up(
            WordQuery(
                subject.spec,
                head.word,
                head.token,
                head.pinned,
                options.layer,
                options.vectors,
                options.centring,
                labels,
            )
        )

    def _show_options(self) -> None:
        self.query_one(OptionBar).show(*self._options.described(self.view.choices))

    # ------------------------------------------------------------ events

    @on(WordQueryForm.Changed)
    def _changed(self, event: WordQueryForm.Changed) -> None:
        event.stop()
        self._ask()

    @on(WordQueryForm.Written)
    def _written(self, event: WordQueryForm.Written) -> None:
        event.stop()
        self._own, self._typed_in_read = "", event.sentence
        self.app.sentence = event.sentence
        self._refresh()

    @on(Input.Changed, "#expression")
    def _expressed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask()

    @on(ViewTabs.Chosen)
    def _view_chosen(self, event: ViewTabs.Chosen) -> None:
        event.stop()
        self.action_view(event.view)

    @on(OptionBar.Clicked)
    async def _option_clicked(self, event: OptionBar.Clicked) -> None:
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
        self.app.notify_safe(f"The index of {event.model} is ready.")
        self._ask()

    def _switched(self) -> None:
        self._choice.follow_app()
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
        chosen = self._choice.choose_next(step)
        if chosen is None:
            return
        if chosen.key in ("", self.app.current_model):
            self._refresh()
        else:
            self.app.current_model = chosen.key

    def action_pin(self) -> None:
        """Pin the place asked about, or let it go."""
        if not self.head.pin():
            self.app.notify_safe("Pick a token of the sentence first: a word by itself stands nowhere.", "warning")
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
        if self._options.next_layer():
            self._ask()

    def action_vectors(self) -> None:
        """Look at the next kind of vector."""
        if self._options.next_vectors(self.view.choices):
            self._ask()

    def action_centring(self) -> None:
        """Take cosines another way."""
        self._options.centring = after(CENTRING_NAMES, self._options.centring)
        self._ask()

    def action_sort(self) -> None:
        """Sort the places by another thing."""
        self._options.by = after(SORTS, self._options.by)
        for pane in self.query(ContextNeighbors):
            pane.by = self._options.by
        self._show_options()

    def action_lens(self) -> None:
        """Look at the word instead of its place, or back."""
        self._options.lens = after(LENS_NAMES, self._options.lens)
        self.query_one(NeighborsView).lens = self.query_one(MapView).lens = self._options.lens
        self._ask()

    def action_method(self) -> None:
        """Add the cosines, or multiply them."""
        self._options.method = self.query_one(AnalogyView).method = after(METHODS, self._options.method)
        self._ask()

    def action_epoch(self, step: int) -> None:
        """In Drift, look at the epoch before or after."""
        if isinstance(self.view, DriftView):
            self.view.step_epoch(step)

    async def action_card(self) -> None:
        """The card of the era that is asked; what is only pretrained is none."""
        if self._choice.only_pretrained:
            self.app.notify_safe("This is no era, so it has no card: m and M go to the eras.", "warning")
        else:
            await self.run_action("app.card")

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

        subject = self._choice.model
        if subject is not None:
            self.app.push_screen(SaveWords(self.view.table(), self.app.export_screenshot(), subject.spec))

    def action_copy(self) -> None:
        """Copy what is shown as a table, through the terminal."""
        shown = self.view.table()
        if shown is None:
            self.app.notify_safe("There is no table to copy here yet.", "warning")
            return
        self.app.copy_to_clipboard(shown.tsv())
        rows = f"{len(shown.rows):,} row{'' if len(shown.rows) == 1 else 's'}"
        self.app.notify_safe(f"Copied {rows} through the terminal (OSC 52). If nothing arrives, x writes a file.")
