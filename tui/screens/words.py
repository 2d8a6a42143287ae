"""Words: what a model takes a word to be like, as a word and in its sentence."""

from __future__ import annotations

from textual import getters, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import ContentSwitcher

from core import api
from core.storage.paths import ASSETS
from tui import safetext
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.screens import word_keys
from tui.screens.own_workers import OwnWorkers
from tui.sentence_choice import SentenceChoice
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.top_bar import TopBar
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.option_bar import OptionBar
from tui.widgets.words.token_picker import TokenPicker
from tui.widgets.words.view_options import ViewOptions
from tui.widgets.words.view_tabs import ViewTabs
from tui.widgets.words.views import PAIRS, VIEWS
from tui.widgets.words.word_neighbors import WordNeighbors
from tui.widgets.words.word_query_form import WordQueryForm
from tui.widgets.words.word_view import WordView
from tui.word_model_choice import AskableModel, WordModelChoice
from tui.word_query import SentenceToken, WordQuery

_NAMES = [entry.name for entry in VIEWS]


class WordsScreen(OwnWorkers):
    """Pick a token or type a word: its neighbours, its senses, its map; and it beside another."""

    app = getters.app(HostApp)
    form = getters.query_one(WordQueryForm)
    """What is asked about."""

    TITLE = "Words"
    CSS_PATH = ASSETS / "words.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (150, "-broad")]
    HELP = word_keys.HELP
    BINDINGS = word_keys.BINDINGS

    def __init__(self) -> None:
        super().__init__()
        self._sentence = SentenceChoice()
        self._unread = True
        self._model_choice = WordModelChoice(self.app)
        self._options = ViewOptions()
        self._lent = False  # whether Compare opened on an example in the place of what is typed in Read

    def compose(self) -> ComposeResult:
        """What is asked about; then how it is looked at."""
        yield TopBar("words")
        yield EngineNotice()
        yield WordQueryForm()
        yield ViewTabs(_NAMES)
        yield OptionBar(id="options")
        with ContentSwitcher(initial=_NAMES[0]):
            # The others when they are first shown: most of opening the screen would be for what nobody sees.
            yield VIEWS[0].view(self._options, id=_NAMES[0])
        yield KeyFooter()

    def on_mount(self) -> None:
        """Follow what the screens share."""
        self.watch(self.app, "current_model", self._follow_model, init=False)
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self.query_one(TokenPicker).focus()

    def on_resize(self) -> None:
        """Another width has other choices."""
        self.call_after_refresh(self._show_options)

    def on_screen_resume(self) -> None:
        """The sentence or the model may have changed, and a run may have made what was not there."""
        self._look_for_pretrained()
        self.call_after_refresh(self.app.look_for_models)
        for view in self.query(WordView):
            view.expire()
        self._refresh()

    @work(exclusive=True, group="pretrained")
    async def _look_for_pretrained(self) -> None:
        await self._model_choice.look_for_pretrained()

    # ------------------------------------------------------------ what is asked

    @property
    def view(self) -> WordView:
        """The view that is shown."""
        return self.query_one(f"#{self.query_one(ViewTabs).current}", WordView)

    def _refresh(self) -> None:
        """Ask everything anew, as things stand."""
        if not self.is_current or self._model_choice.compared is None:
            return
        self._sentence.follow(self.app.sentence.strip())
        self.form.set_sentence(self._sentence.sentence, self._sentence.title)
        if self.app.wished_token is not None:
            self.form.pick(self.app.wished_token)
            self.app.wished_token = None
        self._unread = True
        self._ask()

    def _say_absent(self) -> None:
        """The app's model is not there: say so in whichever view is shown, or it would still show another's answer."""
        compared = self._model_choice.compared
        if compared is None:
            return
        self.form.show_model(str(compared.era.year), compared.name, compared.era.title)
        self.form.show_tokens(None)
        self.query_one(OptionBar).show(())
        heading = Content.assemble((safetext.fit(compared.name, 60), "bold"), (f" · {compared.absence}", "$muted"))
        self.view.switch_model("")
        self.view.say(heading, "Press m for the next model that can answer.")

    @work(exclusive=True, group="words")
    async def _ask(self) -> None:
        """Read the sentence if it is new, look the word up, and find out how else it can be looked at."""
        model, classifier = self._model_choice.model, self._model_choice.classifier
        if model is None:
            self._say_absent()
            return
        self.form.show_model(model.year, model.name, model.title)
        self.view.switch_model(model.spec)
        inspected = self._options.inspected
        if inspected is not None and inspected.model != model.spec:
            self._options.forget_model()
        if self._unread and classifier is not None:
            self._unread = not await self._read(classifier)
            if self._unread:
                return
        self._show_options()
        await self._look_up(model, model.labels or (classifier.labels if classifier else ()))
        self._show_options()
        if self._options.inspected is None:
            async for answer in self.app.engine.ask(api.Inspect(model.spec)):
                if isinstance(answer, api.Inspected):
                    self._options.inspected = answer
                    self._show_options()

    async def _read(self, classifier: AskableModel) -> bool:
        """Show the sentence's tokens; first read and pin an example's other sentence. False where it failed."""
        if (pair := self._sentence.unpinned) is not None:
            found = await self._tokenize(pair.first, classifier)
            tokens = tuple(token.text for token in found.tokens) if found else ()
            there = pair.word in tokens
            self.form.pinned = SentenceToken(pair.first, tokens.index(pair.word), tokens) if there else None
            self._sentence.unpinned = None
        answer = await self._tokenize(self.form.sentence, classifier)
        if answer is not None:
            self.form.show_tokens(answer, tinted=not self._model_choice.only_pretrained)
        return answer is not None

    async def _tokenize(self, sentence: str, classifier: AskableModel) -> api.Predicted | None:
        """The sentence's tokens and the running answer; None where it failed, which is said."""
        found = None
        async for answer in self.app.engine.ask(api.PredictPrefixes(sentence, (classifier.spec,))):
            if isinstance(answer, api.Failed):
                self.view.say_failure(answer)
            elif isinstance(answer, api.Predicted):
                found = answer
        return found

    async def _look_up(self, model: AskableModel, labels: tuple[str, ...]) -> None:
        form, options = self.form, self._options
        if not form.word and self.view.about_a_word:
            self.view.say("There is no word in this sentence", "Press e to write another, or / to type a word.")
            return
        looked_at = (options.layer, options.vectors, options.centring, options.corpus)
        place = form.word, form.token, form.pinned
        await self.view.look_up(WordQuery(model.spec, *place, *looked_at, labels, model.reads_sentences))

    def _show_options(self) -> None:
        self.query_one(OptionBar).show(*self._options.describe(self.view.offered), self.view.lead)

    # ------------------------------------------------------------ events

    @on(WordQueryForm.Changed)
    @on(WordView.Changed)
    def _changed(self, event: WordQueryForm.Changed | WordView.Changed) -> None:
        event.stop()
        self._ask()

    @on(WordQueryForm.Written)
    def _written(self, event: WordQueryForm.Written) -> None:
        event.stop()
        self._sentence.write(event.sentence)
        self._lent = False
        self.app.sentence = event.sentence
        self._refresh()

    @on(ViewTabs.Chosen)
    async def _view_chosen(self, event: ViewTabs.Chosen) -> None:
        event.stop()
        await self.action_view(event.view)

    @on(OptionBar.Clicked)
    def _option_clicked(self, event: OptionBar.Clicked) -> None:
        event.stop()
        self.action_option(event.option)

    @on(WordNeighbors.Chosen)
    @on(WordView.Follow)
    async def _chosen(self, event: WordNeighbors.Chosen | WordView.Follow) -> None:
        event.stop()
        if isinstance(event, WordView.Follow):
            await self.action_view(_NAMES[0])
        self.form.type(event.word)

    @on(IndexBuilder.Built)
    def _built(self, event: IndexBuilder.Built) -> None:
        event.stop()
        if event.asked_for:
            self.app.notify_safe(f"The index of {event.model} is ready.")
        self._options.forget_texts()
        self._ask()

    def _follow_model(self) -> None:
        self._model_choice.follow_app()
        self._options.forget_texts()
        self._refresh()

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._refresh()

    # ------------------------------------------------------------ keys

    async def _show_view(self, name: str) -> None:
        views = self.query_one(ContentSwitcher)
        if not views.query(f"#{name}"):
            view = VIEWS[_NAMES.index(name)].view(self._options, id=name)
            view.display = False
            await views.mount(view)
            view.apply_options()
        self.query_one(ViewTabs).current = views.current = name

    async def action_view(self, name: str) -> None:
        """Show another view of the same word; one of a pair begins with an example where nothing is pinned.

        The example goes with the view: what was typed in Read is read again.
        """
        await self._show_view(name)
        self.query_one(OptionBar).at = ""
        if self.view.about_a_pair and self.form.pinned is None:
            self._lent = bool(self._sentence.typed)
            await self.action_example()
        elif self._lent and not self.view.about_a_pair:
            self._lent, self.form.pinned = False, None
            self._sentence.write(self._sentence.typed)
            self._refresh()
        else:
            self._ask()

    async def action_step_view(self, step: int) -> None:
        """Show the next view."""
        here = _NAMES.index(self.query_one(ViewTabs).current)
        await self.action_view(_NAMES[(here + step) % len(_NAMES)])

    def action_options(self) -> None:
        """Show all options and go through them, or the essential ones alone."""
        bar = self.query_one(OptionBar)
        bar.all_shown = not bar.all_shown
        if bar.all_shown:
            bar.focus()
        elif bar.has_focus:
            self.query_one(TokenPicker).focus()

    def action_option(self, option: str) -> None:
        """Go to an option's next value, and say what it means."""
        self.query_one(OptionBar).at = option
        asks = self._options.change(option, self.view.offered)
        for view in self.query(WordView):
            view.apply_options()
        if asks:
            self._ask()
        elif self._model_choice.model is not None:
            self._show_options()

    def action_type(self) -> None:
        """Go to the view's own input, or to the word's."""
        if not self.view.focus_input():
            self.form.type()

    def action_edit(self) -> None:
        """Write another sentence."""
        self.form.edit()

    def action_model(self, step: int) -> None:
        """Switch to the next model that can answer: the eras' and added ones, then what is only pretrained."""
        self._ask_model(self._model_choice.choose_next(step))

    @work(group="model-list", exclusive=True)
    async def action_models(self) -> None:
        """Choose one of all models."""
        from tui.screens.word_models import WordModelList

        choice = self._model_choice
        chosen = await self.app.push_screen_wait(WordModelList(choice.models, choice.model))
        if chosen is not None:
            self._ask_model(choice.choose(chosen))

    def _ask_model(self, chosen: AskableModel | None) -> None:
        if chosen is None:
            return
        self._options.forget_texts()
        if chosen.key in ("", self.app.current_model):
            self._refresh()
        else:
            self.app.current_model = chosen.key

    def action_pin(self) -> None:
        """Pin the place asked about, or let it go."""
        self._lent = False
        if not self.form.pin():
            self.app.notify_safe("Pick a token of the sentence first: a word by itself stands nowhere.", "warning")
        elif self.view.about_a_pair:
            self._ask()

    async def action_example(self) -> None:
        """The view's own next example, or the next word in two sentences, beside each other."""
        if self.view.show_example():
            return
        pair = self._sentence.show_next_pair()
        self.form.set_sentence(self._sentence.sentence, self._sentence.title, wish=pair.word)
        await self._show_view(PAIRS)
        self._refresh()

    def action_epoch(self, step: int) -> None:
        """Look at the epoch before or after, where there are epochs."""
        self.view.step_epoch(step)

    async def action_card(self) -> None:
        """The card of the era that is asked; what is only pretrained is none."""
        if self._model_choice.only_pretrained:
            self.app.notify_safe("This is no era, so it has no card: m and M go to the eras.", "warning")
        else:
            await self.run_action("app.card")

    async def action_build(self) -> None:
        """Build the index that is missing."""
        for builder in self.view.query(IndexBuilder):
            await builder.build()

    def action_lists(self) -> None:
        """From the token or the input down to the lists."""
        self.view.focus_list()

    def action_save(self) -> None:
        """Write what is shown, or the vectors, into a file."""
        from tui.screens.save import SaveScreen

        if (model := self._model_choice.model) is not None:
            self.app.push_screen(SaveScreen(self.view.table(), self.app.export_screenshot(), model.spec))

    def action_copy(self) -> None:
        """Copy what is shown as a table, through the terminal."""
        table = self.view.table()
        if table is None:
            self.app.notify_safe("There is no table to copy here yet.", "warning")
            return
        self.app.copy_to_clipboard(table.tsv())
        rows = f"{len(table.rows):,} row{'' if len(table.rows) == 1 else 's'}"
        self.app.notify_safe(f"Copied {rows} through the terminal (OSC 52). If nothing arrives, x writes a file.")
