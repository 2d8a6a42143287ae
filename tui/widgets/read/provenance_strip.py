"""The lesson in one strip: the formula of the focused model, and where each of its letters comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from core import api
from core.budget import name_budget
from core.eras.table import Era, Origin, Reads
from tui import safetext
from tui.model_comparison import ComparedModel
from tui.widgets.read.language_model_panel import LanguageModelPanel
from tui.widgets.read.parameter_blocks import GATES, ParameterBlocks
from tui.widgets.shared.parameter_block import colour

if TYPE_CHECKING:
    from core.catalog.models import ModelEntry


class ProvenanceStrip(Widget):
    """Formula, a block a letter, the language models beneath them if there are any, and the era's idea."""

    def __init__(self) -> None:
        super().__init__()
        self._compared: ComparedModel | None = None

    def compose(self) -> ComposeResult:
        """Formula above, blocks side by side, what carries them, idea below."""
        yield Static(id="formula")
        yield ParameterBlocks()
        yield LanguageModelPanel()
        yield Static(id="idea")

    def show(self, compared: ComparedModel, found: api.ParameterList | None = None, unread: str = "") -> None:
        """Explain this model's parameters; `unread` says why nothing was read of their values yet."""
        self._compared = compared
        era, entry = compared.era, compared.entry
        self.query_one(ParameterBlocks).show(compared, cell_of(compared), found, unread)
        panel = self.query_one(LanguageModelPanel)
        panel.display = era.reads_states and bool(compared.language_models)
        if entry is not None:
            panel.show(compared.language_models, entry.mix)
        self._say()

    def _say(self) -> None:
        """The formula and the idea, as fully as the width allows."""
        compared = self._compared
        if compared is not None:
            era, entry = compared.era, compared.entry
            cell = cell_of(compared)
            directions = len(entry.directions) if entry and era.fine_tuned else 1
            room = self.content_size.width or self.app.size.width - 4
            self.query_one("#formula", Static).update(_formula(era, cell, directions, room))
            self.query_one("#idea", Static).update(_idea(compared, cell, wide=room >= 100))

    def on_resize(self) -> None:
        """Taller screens get a taller picture of each parameter."""
        height = self.app.size.height
        rows = 1 if height < 34 else 2 if height < 48 else 4
        self.query_one(ParameterBlocks).set_height(rows)
        self._say()


def cell_of(compared: ComparedModel) -> str:
    """The kind of its RNN; a language model that is asked is an LSTM, unless it is a transformer."""
    era, entry = compared.era, compared.entry
    cell = entry.cell if entry else ""
    asks_transformer = entry is not None and entry.info.encoder is not None
    return "lstm" if era.asked and not asks_transformer else cell


def _formula(era: Era, cell: str, directions: int, room: int) -> Content:
    """What is computed, and that it is done in each of the `directions`; in at most `room` cells if it can be."""
    paint = {parameter.symbol: f"bold {colour(parameter.origin)}" for parameter in era.parameters}
    if era.reads is Reads.WORDPIECES:
        return Content.assemble(
            "h = attention( ",
            ("C", paint["C"]),
            "[wordpieces] )     p = softmax( ",
            ("W_o", paint["W_o"]),
            " mean(h) )",
        )
    if era.reads is Reads.NGRAMS:
        return Content.assemble(
            ("x", "bold"), " = tf-idf( words, pairs of words )     p = softmax( ", ("W_o", paint["W_o"]), " x )"
        )
    if era.parameter("W_h").origin is Origin.NONE:
        return Content.assemble(
            ("h", "bold"), " = mean( ", ("C", paint["C"]), "[words] )     p = softmax( ", ("W_o", paint["W_o"]), " h )"
        )
    name = {"lstm": "LSTM", "gru": "GRU", "rnn": "tanh"}.get(cell, "f")
    reads: tuple[Content | str | tuple[str, str], ...] = (("C", paint["C"]), "[wordₙ]")
    if era.reads_states:
        below = colour(Origin.RANDOM if era.untrained else Origin.LANGUAGE_MODEL)
        reads = ("[ ", *reads, " ; γ·", ("LM", f"bold {below}"), "ₙ ]")
    state = Content.assemble(
        ("h", "bold"), f"ₙ = {name}( ", ("W_h", paint["W_h"]), " hₙ₋₁ + ", ("W_e", paint["W_e"]), " ", *reads, " )"
    )
    if era.asked:
        attends = Content.assemble(("h", "bold"), " = attention( ", ("C", paint["C"]), "[wordpieces] )")
        return _describe_asking(state if cell == "lstm" else attends, paint, room)
    answer = Content.assemble("p = softmax( ", ("W_o", paint["W_o"]), " pool(h) )")
    said = Content("     ").join([state, answer])
    if directions < 2:
        return said if said.cell_length <= room else Content("  ").join([state, answer])
    for gap, times in (
        ("     ", f"mean of {directions} directions"),
        ("   ", f"× {directions} directions"),
        ("  ", f"× {directions}"),
    ):
        said = Content(gap).join([state, answer, Content.styled(times, paint["W_h"])])
        if said.cell_length <= room:
            break
    return said


def _describe_asking(state: Content, paint: dict[str, str], room: int) -> Content:
    """The language model's own softmax at the blank, of which the rows of the answer words are W_o."""
    c, w_o = ("C", paint["C"]), ("W_o", paint["W_o"])
    answer = Content.assemble("p(class) = Σ softmax( ", c, " q )[its words]")
    whole = Content.assemble(answer, " at the blank", "   ", w_o, " = those rows of ", c)
    for said in (Content("     ").join([state, whole]), whole):
        if said.cell_length <= room:
            return said
    return Content.assemble(answer, "  ", w_o, " ⊂ ", c)


def _idea(compared: ComparedModel, cell: str, *, wide: bool) -> Content:
    era, entry = compared.era, compared.entry
    if era.fine_tuned and entry is not None and len(entry.directions) > 1:
        return Content.assemble(era.idea, (_describe_average(compared, wide), "$muted"))
    if era.asked and entry is not None:
        return Content.assemble(era.idea, (_describe_labels(entry), "$muted"))
    gates = ""
    if era.reads is Reads.WORDPIECES and entry is not None:
        return Content.assemble(era.idea, (_describe_encoder(entry), "$muted"))
    if GATES.get(cell, 1) > 1 and era.reads is Reads.VECTORS:
        gates = f" The {cell.upper()} stacks its {GATES[cell]} gates in W_e and W_h."
    return Content.assemble(era.idea, (gates, "$muted"))


def _describe_labels(entry: ModelEntry) -> str:
    """What a model that is asked has learned from labels."""
    if entry.label_budget == 0:
        return " Here no label was read."
    return f" Here {name_budget(entry.label_budget)} tuned it."


def _describe_encoder(entry: ModelEntry) -> str:
    """Which transformer it is where it is not the one that the era is told about."""
    from core.jobs import TrainJob

    named = entry.info.encoder
    name = named.name if named else ""
    return f" Here it is {safetext.one_line(name)}." if name not in ("", TrainJob.encoder) else ""


def _describe_average(compared: ComparedModel, wide: bool) -> str:
    """That both directions answer, and what their language models were worth before they were fine-tuned."""
    known = [f"{model.perplexity:.0f}" for model in compared.language_models if model.perplexity is not None]
    before = (
        f" Before that their perplexity was {' and '.join(known)}."
        if known and wide and compared.era.pretrained
        else ""
    )
    return f" A forward and a backward model answer, averaged.{before}"
