"""The prompt lab, over Read: a template with its blank, what the language model puts there, and how that answers."""

from __future__ import annotations

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Static

from core import api
from core.eras.prompts import PromptError, Template
from tui import safetext
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.prompt_lab import PromptLab
from tui.screens.own_workers import OwnWorkers
from tui.widgets.read.blank_words import BlankWords
from tui.widgets.read.prompt_calculation import PromptCalculation
from tui.widgets.read.read_words import describe_direction, describe_reading
from tui.widgets.read.template_strip import TemplateStrip
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.sentence_input import SentenceInput
from tui.widgets.shared.top_bar import TopBar

LIKELIEST = 10
IN_LAB = {"--answers": "the field answers"}


class PromptLabScreen(OwnWorkers):
    """Ask a language model otherwise, and see what becomes of its answer."""

    app = getters.app(HostApp)

    TITLE = "Prompt lab"
    HELP = (
        "A language model is asked by a template: the sentence stands at {text}, and at ___ it is asked which word "
        "comes there. No parameter is new. A forward model has read what stands before the blank, a backward one what "
        "stands behind it; what lies beyond the blank is not read.\n"
        "Up and down go through the model's templates and your own. Type into the template, or into the answer words "
        "such as `bad=dull,slow good=great`: the answer follows each key. Tab goes to the next field. None of it "
        "changes the row in Read.\n"
        "On the left stand the likeliest words at the blank; those that count for a class have its colour and mark. "
        "On the right each class's words are added up, and divided by what the same template gives them when there is "
        "no text at all: that is calibration. The shares of these are the template's answer.\n"
        "Below, each template alone, their mean, and how far the answer depends on how one asks."
    )
    BINDINGS = [
        Binding("up,ctrl+up", "step(-1)", "Template", key_display="↑↓", id="lab.previous"),
        Binding("down,ctrl+down", "step(1)", "Next template", show=False, id="lab.next"),
        Binding("tab", "app.focus_next", "Next field", id="lab.field"),
        Binding("ctrl+r", "restore", "Its own words", id="lab.restore"),
        Binding("pageup", "turn(-1)", "The calculation, further up", show=False, id="lab.page_up"),
        Binding("pagedown", "turn(1)", "The calculation, further down", show=False, id="lab.page_down"),
        Binding("ctrl+l", "clear", "Empty the sentence", show=False, id="lab.clear"),
        Binding("f6", "app.card", "Era card", show=False),
        Binding("ctrl+t,escape", "leave", "Back", key_display="esc", id="lab.leave"),
    ]

    def __init__(self, lab: PromptLab) -> None:
        super().__init__()
        self._lab = lab
        self._answer: api.Prompted | None = None

    def compose(self) -> ComposeResult:
        """Sentence, template, answer words; then what comes of them."""
        yield TopBar("read")
        yield EngineNotice()
        yield SentenceInput(self.app.sentence, "Type a sentence", id="sentence", select_on_focus=False)
        with Horizontal(classes="asked"):
            yield Label("template")
            yield SentenceInput(
                self._lab.chosen, "{text} . it was ___", id="template", select_on_focus=False, compact=True
            )
        with Horizontal(classes="asked"):
            yield Label("answers")
            yield SentenceInput(
                self._lab.answers,
                "negative=bad,awful positive=good,great",
                id="answers",
                select_on_focus=False,
                compact=True,
            )
        yield Static(id="reading")
        yield Static(id="direction")
        with Horizontal(id="lab"):
            yield BlankWords()
            with VerticalScroll(id="sums", can_focus=False), Vertical():
                yield PromptCalculation()
                yield TemplateStrip(self._lab)
        yield KeyFooter()

    def on_mount(self) -> None:
        """Begin in the template."""
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        template = self.query_one("#template", SentenceInput)
        template.focus()
        template.action_end()
        self._ask()

    def on_resize(self) -> None:
        """As much of the sentence is shown as there is room for."""
        self.call_after_refresh(self._say_reading)

    # ------------------------------------------------------------ asking and answering

    def _ask(self) -> None:
        """Ask as the fields stand; what cannot be asked is said, and the last answer stays, dimmed."""
        try:
            question = self._lab.question(self.app.sentence)
        except PromptError as error:
            self.workers.cancel_group(self, "asking")
            self._say_problem(f"{error.message} {error.hint}")
            return
        self._put(question)

    @work(exclusive=True, group="asking")
    async def _put(self, question: api.AskPrompt) -> None:
        async for answer in self.app.engine.ask(question):
            if isinstance(answer, api.Prompted):
                self._answer = answer
                self._show()
            elif isinstance(answer, api.Failed):
                self._lab.refuse()
                self._say_problem(f"{answer.message} {answer.hint}")

    def _show(self) -> None:
        """The last answer, of the template that is looked at."""
        answer = self._answer
        found = self._lab.find(answer) if answer else None
        self.query_one(BlankWords).show(found)
        self.query_one(PromptCalculation).show(found, answer.calibrated if answer else True)
        self.query_one(TemplateStrip).show(answer)
        self.query_one("#lab").set_class(False, "-stale")
        self._say_reading()

    def _say_reading(self) -> None:
        """The sentence in its template, and who reads it."""
        try:
            template = Template(self._lab.chosen.strip())
        except PromptError:
            return
        found = self._lab.find(self._answer) if self._answer else None
        direction = found.direction if found else template.direction
        line = self.query_one("#reading", Static)
        cells = line.content_size.width or self.app.size.width - 4
        # Both lines are as high as ever: the screen need not be laid out anew at each key.
        line.update(describe_reading(template, direction, self.app.sentence, cells), layout=False)
        if not self.query_one("#lab").has_class("-stale"):
            unknown = self._answer.unknown if self._answer else ()
            said = describe_direction(template, direction, tuple(word for word in unknown if word in template.words))
            self.query_one("#direction", Static).update(Content.styled(said, "italic $muted"), layout=False)

    def _say_problem(self, problem: str) -> None:
        self.query_one("#lab").set_class(True, "-stale")
        for option, field in IN_LAB.items():
            problem = problem.replace(f"with {option}", f"in {field}")
        said = safetext.content(safetext.fit(safetext.one_line(problem), 400))
        self.query_one("#direction", Static).update(Content.assemble(("✕ ", "bold $error"), said))
        # One's own template is listed as it stands, above the answers that were.
        self.query_one(TemplateStrip).show(self._answer)
        self._say_reading()

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._ask()
        elif state is EngineState.DEAD:
            self.query_one("#lab").set_class(True, "-stale")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        lab = self._lab
        match event.input.id:
            case "sentence" if event.value != self.app.sentence:
                self.app.sentence = event.value
            case "template" if event.value != lab.chosen:
                lab.edit(event.value)
            case "answers" if event.value != lab.answers:
                lab.answers = event.value
            case _:
                return
        self._ask()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """What was typed has been asked already: on to the sentence."""
        event.stop()
        self.query_one("#sentence").focus()

    # ------------------------------------------------------------ keys

    def action_step(self, by: int) -> None:
        """Look at another template."""
        self._lab.step(by)
        template = self.query_one("#template", SentenceInput)
        template.value = self._lab.chosen
        template.action_end()
        if self._answer is not None and self._lab.find(self._answer) is not None:
            self._show()
        self._ask()

    def action_turn(self, by: int) -> None:
        """Where there is little room, or there are many classes, the right side is longer than the screen."""
        sums = self.query_one("#sums", VerticalScroll)
        sums.scroll_relative(y=by * max(1, sums.size.height - 1), animate=False)

    def action_restore(self) -> None:
        """The answer words that the model has of itself."""
        self.query_one("#answers", SentenceInput).value = self._lab.usual_answers

    def action_clear(self) -> None:
        """Empty the sentence, and type."""
        sentence = self.query_one("#sentence", SentenceInput)
        sentence.value = ""
        sentence.focus()

    def action_leave(self) -> None:
        """Back to the rows."""
        self.dismiss()
