"""What a model gets wrong of its own data's texts, over Read: who is taken for whom, and the surest mistakes."""

from __future__ import annotations

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from core import api
from core.runs.wording import clock
from tui import safetext
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.screens.own_workers import OwnWorkers
from tui.widgets.shared.confusion_table import ConfusionTable
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.error_texts import ErrorTexts, head_texts
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.sentence_input import LIMIT, SentenceInput, clean
from tui.widgets.shared.top_bar import TopBar


class ErrorsScreen(OwnWorkers):
    """One model's mistakes, or what two models answer differently."""

    app = getters.app(HostApp)

    TITLE = "Errors"
    AUTO_FOCUS = "ErrorTexts"
    HELP = (
        "Above: for each class how many texts have it, precision (of those given it, how many have it), recall (of "
        "those that have it, how many were given it) and F1, their harmonic mean; beside it what the class was taken "
        "for. Where not all classes have room, the pairs that are confused most stand there; tab goes to the table, "
        "and the arrows scroll it.\n"
        "Below: what is wrong, the surest mistake first. Enter opens the chosen text in Read, with its true label.\n"
        "Left and right go through the models. a sets a second one beside it, and then the next, and then none: listed "
        "is what the two answer differently, the widest margin first, with who is right. The margin is how much more "
        "probability each gives to its own answer than the other does, in points, on the mean of the two.\n"
        "/ looks for texts that hold something. s turns from the validation texts to the test texts and back. Who "
        "looks at test errors and then changes the recipe has no test any more: the score is a choice then.\n"
        "The first time a split is read word by word, which takes a while; Escape ends that. What was read is kept. "
        "The texts are those of the data itself, read where it is: they do not ship."
    )
    BINDINGS = [
        # Before the list, which would scroll sideways with them if it had anything there.
        Binding("left", "move(-1)", "Model", key_display="←→", id="errors.previous", priority=True),
        Binding("right", "move(1)", "Next model", show=False, id="errors.next", priority=True),
        Binding("a", "against", "Against", id="errors.against"),
        Binding("s", "split", "Validation/test", id="errors.split"),
        Binding("slash", "filter", "Filter", key_display="/", id="errors.filter"),
        Binding("enter", "open", "Open in Read", key_display="⏎", id="errors.open", priority=True),
        Binding("f6", "app.card", "Era card", show=False),
        Binding("f9,escape", "leave", "Back", key_display="esc", id="errors.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._split, self._against = api.VALIDATION, ""
        self._found: api.ErrorList | None = None

    def compose(self) -> ComposeResult:
        """Whose mistakes, the classes, the filter, the texts, the chosen one in full."""
        yield TopBar("read")
        yield EngineNotice()
        yield Static(id="which")
        yield Static(id="remark")
        with VerticalScroll(id="confusion"):
            yield ConfusionTable()
        yield Static(id="head")
        yield SentenceInput("", "only texts that hold this; Enter goes back to the list", id="filter")
        yield ErrorTexts()
        yield Static(id="text")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Read the focused model's validation texts."""
        self.query_one("#filter").display = False
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self._ask()

    @property
    def _models(self) -> list[ComparedModel]:
        return [model for model in self.app.comparison if model.entry is not None]

    @property
    def _model(self) -> ComparedModel | None:
        models = self._models
        return next((each for each in models if each.key == self.app.current_model), models[0] if models else None)

    @property
    def _rivals(self) -> list[str]:
        """The specs of what can stand beside the model: those of the same data and classes."""
        if (model := self._model) is None or model.entry is None:
            return []
        own = model.entry.data, model.entry.labels
        return [
            each.spec or ""
            for each in self._models
            if each is not model and each.entry is not None and (each.entry.data, each.entry.labels) == own
        ]

    # ------------------------------------------------------------ asking and showing

    def _ask(self) -> None:
        model = self._model
        if model is None or model.spec is None:
            self._say("There is no trained model yet: F4 trains one.")
            return
        if self._against not in self._rivals:
            self._against = ""
        wanted = self.query_one("#filter", SentenceInput).value
        self._read(api.ReadErrors(model.spec, self._against, self._split, wanted))

    @work(exclusive=True, group="errors")
    async def _read(self, question: api.ReadErrors) -> None:
        self.query_one("#confusion").add_class("-stale")
        async for answer in self.app.engine.ask(question):
            if isinstance(answer, api.SplitProgress):
                self._say(_tell_progress(answer, self._split))
            elif isinstance(answer, api.Failed):
                self._say(f"✕ {answer.message} {answer.hint}")
            elif isinstance(answer, api.ErrorList):
                self._show(answer)

    def _show(self, found: api.ErrorList) -> None:
        self._found = found
        self._say("")
        self.query_one("#which", Static).update(_tell_which(found))
        style = "$warning" if found.split == api.TEST else "$muted"
        self.query_one("#remark", Static).update(safetext.content(found.note, style))
        self.query_one(ConfusionTable).show(found)
        self.query_one("#head", Static).update(_tell_list(found, self.query_one("#filter", SentenceInput).value))
        self.query_one(ErrorTexts).show(found)
        self._tell_chosen()

    def _say(self, said: str) -> None:
        """Put a word in place of an answer; none while there is one."""
        stale = bool(said)
        self.query_one("#confusion").set_class(stale, "-stale")
        if not stale:
            return
        self._found = None
        self.query_one("#which", Static).update(safetext.content(safetext.fit(said, 400), "bold"))
        self.query_one("#remark", Static).update("")
        self.query_one("#head", Static).update("")
        self.query_one(ConfusionTable).show(None)
        self.query_one(ErrorTexts).show(None)
        self._tell_chosen()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        text = self.query_one(ErrorTexts).chosen
        said = Content("")
        if text is not None:
            said = Content.assemble(
                (f"{safetext.one_line(text.label)}: ", "bold"), safetext.one_line(text.text[:LIMIT])
            )
        self.query_one("#text", Static).update(said)

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._ask()

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._ask()

    @on(Input.Submitted, "#filter")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(ErrorTexts).focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

    # ------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """In the filter the cursor's keys are its own."""
        return action not in ("move", "open") or not isinstance(self.focused, Input)

    def action_move(self, step: int) -> None:
        """Look at the model above or below."""
        keys = [model.key for model in self._models]
        if (model := self._model) is not None:
            self.app.current_model = keys[max(0, min(len(keys) - 1, keys.index(model.key) + step))]
            self._ask()

    def action_against(self) -> None:
        """Set the next model beside it; after the last none."""
        choices = ["", *self._rivals]
        self._against = choices[(choices.index(self._against) + 1) % len(choices)]
        if len(choices) == 1:
            self.app.notify_safe("There is no other model of the same data to set beside it.")
        self._ask()

    def action_split(self) -> None:
        """Turn from validation to test and back."""
        self._split = api.TEST if self._split == api.VALIDATION else api.VALIDATION
        self._ask()

    def action_filter(self) -> None:
        """Look for texts that hold something."""
        wanted = self.query_one("#filter", SentenceInput)
        wanted.display = True
        wanted.focus()

    def action_open(self) -> None:
        """Put the chosen text into Read's sentence, with its true label, and go there."""
        if (text := self.query_one(ErrorTexts).chosen) is None:
            return
        if len(text.text) > LIMIT:
            self.app.notify_safe(
                f"The text is longer than a sentence holds: its first {LIMIT:,} characters.", "warning"
            )
        self.app.sentence, self.app.truth = clean(text.text), text.label
        self.app.history.note(self.app.sentence)
        self._end()

    def action_leave(self) -> None:
        """Out of the filter, which ends with that; else back to the rows."""
        wanted = self.query_one("#filter", SentenceInput)
        if wanted.display:
            wanted.display = False
            wanted.value = ""
            self.query_one(ErrorTexts).focus()
        else:
            self._end()

    def _end(self) -> None:
        """Nobody waits for what is still being read."""
        self.app.run_worker(_stop_reading(self.app), group="stop reading", exclusive=True)
        self.dismiss()


async def _stop_reading(app: HostApp) -> None:
    async for _ in app.engine.ask(api.StopReading()):
        pass


def _tell_progress(told: api.SplitProgress, split: str) -> str:
    left = f", {clock(told.eta)} left" if told.eta else ""
    return (
        f"{safetext.fit(told.model, 40)} reads the {split} texts: {told.read:,} of {told.total:,}{left}. "
        "It is read once and kept; Escape ends it."
    )


def _tell_which(found: api.ErrorList) -> Content:
    majority = max((score.n for score in found.classes), default=0) / found.n if found.n else 0.0
    parts = [
        (safetext.fit(found.model, 40), "bold $accent"),
        (f"  {safetext.fit(found.data, 40)}, {found.split}: {found.n:,} texts, ", ""),
        (f"{100 * found.accuracy:.1f} % right", "bold"),
        (f" (always one class {100 * majority:.1f})", "$muted"),
    ]
    if found.against:
        parts.append((f"   against {safetext.fit(found.against, 40)}", "bold $accent"))
    return Content.assemble(*parts)


def _tell_list(found: api.ErrorList, wanted: str) -> Content:
    """What is listed, how much of it, and what stands in a line."""
    if found.against:
        said = f"{found.found:,} answered differently: {found.won:,} only {found.model} has right, {found.lost:,} only "
        said += found.against
    else:
        said = f"{found.found:,} wrong"
    if wanted.strip():
        said += f"; {found.matching:,} hold what is looked for"
    if not found.texts:
        nothing = (
            "Escape clears the filter." if wanted.strip() else "a sets another model beside it, s turns the split."
        )
        return Content.assemble((f"{safetext.one_line(said)}. ", "bold"), (nothing, "$muted"))
    if len(found.texts) < found.matching:
        said += f"; the first {len(found.texts):,}"
    return Content.assemble((safetext.one_line(said), "bold"), (f"   {head_texts(found)}", "$muted"))
