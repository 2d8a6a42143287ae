"""Where each word of the sentence looks in a transformer: by layer and head, averaged or one by one."""

from __future__ import annotations

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from core import api
from tui import safetext
from tui.engine_client import EngineState
from tui.host import HostApp
from tui.model_comparison import ComparedModel
from tui.screens.own_workers import OwnWorkers
from tui.widgets.read.attention_matrix import LEGEND, AttentionMatrix, describe_row, describe_window
from tui.widgets.shared.engine_notice import EngineNotice
from tui.widgets.shared.key_footer import KeyFooter
from tui.widgets.shared.top_bar import TopBar


class AttentionScreen(OwnWorkers):
    """Over Read: a matrix of words, each row where its word looks."""

    app = getters.app(HostApp)

    TITLE = "Attention"
    HELP = (
        "Each row is a word, each column a word that it may look at; the darker the cell, the more of its weight goes "
        "there. A row adds up to 100 %. Left and right go through the heads, up and down through the layers; before "
        "the first stands the mean of all. PgUp and PgDn choose the word whose row is told in words.\n"
        "[CLS] and [SEP] are the beginning and the end of the text: much of the weight goes to them, and says nothing "
        "of words. A word of several wordpieces is looked at with the sum of its pieces' weights, and looks with their "
        "mean.\n"
        "Where a word looks is not why the answer is what it is: other weights can give the same answer (Jain and "
        "Wallace 2019; Wiegreffe and Pinter 2019). What a word does to the answer, ctrl+y in Read says."
    )
    BINDINGS = [
        Binding("up", "turn(-1, 0)", "Layer", key_display="↑↓", id="attention.layer"),
        Binding("down", "turn(1, 0)", "Next layer", show=False, id="attention.next_layer"),
        Binding("left", "turn(0, -1)", "Head", key_display="←→", id="attention.head"),
        Binding("right", "turn(0, 1)", "Next head", show=False, id="attention.next_head"),
        Binding("pageup", "step(-1)", "Word", key_display="PgUp PgDn", id="attention.word"),
        Binding("pagedown", "step(1)", "Next word", show=False, id="attention.next_word"),
        Binding("home", "step(-1000000)", "First word", show=False),
        Binding("end", "step(1000000)", "Last word", show=False),
        Binding("0", "mean", "Mean of all", id="attention.mean"),
        Binding("ctrl+y,escape", "leave", "Back", key_display="esc", id="attention.leave"),
    ]

    def __init__(self, compared: ComparedModel) -> None:
        super().__init__()
        self._compared = compared
        self._layer = self._head = 0

    def compose(self) -> ComposeResult:
        """Whose weights, the matrix, one row in words, and what weights do not say."""
        yield TopBar("read")
        yield EngineNotice()
        yield Static(id="which")
        yield AttentionMatrix()
        yield Static(id="row")
        yield Static(id="caveat")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Look at the first word of the text, and ask."""
        matrix = self.query_one(AttentionMatrix)
        matrix.place = 1
        matrix.focus()
        self.watch(self.app, "engine_state", self._follow_engine, init=False)
        self._ask()

    def on_resize(self) -> None:
        """What is shown of a long text depends on the room."""
        self.call_after_refresh(self._tell)

    @work(exclusive=True, group="attention")
    async def _ask(self) -> None:
        question = api.Attend(self.app.sentence, self._compared.spec or "", self._layer, self._head)
        async for answer in self.app.engine.ask(question):
            if isinstance(answer, api.Attention):
                self.query_one(AttentionMatrix).show(answer)
                self._tell()
            elif isinstance(answer, api.Failed):
                said = safetext.fit(f"{answer.message} {answer.hint}", 400)
                self.query_one("#which", Static).update(Content.assemble(("✕ ", "bold $error"), said))

    @on(AttentionMatrix.Moved)
    def _tell(self) -> None:
        matrix = self.query_one(AttentionMatrix)
        if (answer := matrix.answer) is None:
            return
        layer = f"layer {answer.layer} of {answer.layers}" if answer.layer else f"mean of {answer.layers} layers"
        head = f"head {answer.head} of {answer.heads}" if answer.head else f"mean of {answer.heads} heads"
        parts = [f"{layer}, {head}    ", LEGEND, describe_window(answer, *matrix.shown)]
        if answer.read < answer.tokens:
            parts.append(f"the first {answer.read:,} of {answer.tokens:,} tokens are read")
        name = safetext.fit(self._compared.name, 24)
        said = "  ".join(part for part in parts[1:] if part)
        self.query_one("#which", Static).update(
            Content.assemble((name, "bold $origin-transformer"), "  ", (parts[0], "bold"), (said, "$muted"))
        )
        told = safetext.fit(describe_row(answer, matrix.place), 400)
        self.query_one("#row", Static).update(Content(told))
        self.query_one("#caveat", Static).update(safetext.content(f"{answer.note}. {answer.caveat}", "italic $muted"))

    def _follow_engine(self, state: EngineState) -> None:
        if state is EngineState.STARTING:
            self._ask()

    def action_turn(self, layers: int, heads: int) -> None:
        """Another layer or head; 0, before the first, is the mean of all."""
        answer = self.query_one(AttentionMatrix).answer
        if answer is not None:
            self._layer = (self._layer + layers) % (answer.layers + 1)
            self._head = (self._head + heads) % (answer.heads + 1)
            self._ask()

    def action_mean(self) -> None:
        """The mean of all layers and heads."""
        self._layer = self._head = 0
        self._ask()

    def action_step(self, by: int) -> None:
        """Tell the row of another word."""
        self.query_one(AttentionMatrix).step(by)

    def action_leave(self) -> None:
        """Back to the rows."""
        self.dismiss()
