"""What fine-tuning did to a model's word vectors: before against after, or against any epoch that its run has kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core import api
from tui import safetext
from tui.view_table import Cell
from tui.widgets.words.answer_view import AnswerView
from tui.widgets.words.epoch_curve import EpochCurve
from tui.widgets.words.neighbor_line import format_cosine, score_bar
from tui.widgets.words.view_options import ViewOptions
from tui.widgets.words.word_view import key_hint
from tui.word_query import WordQuery

WORDS = 40
PAIR, NUMBER, BAR = 18, 6, 16
WORD, STAYED = 16, 7


class DriftView(AnswerView[api.DriftList]):
    """Pairs of words, then the words that moved most; enter looks one up."""

    HELP = (
        "[ and ] go back and forth through the epochs that the model's run has kept: the bars show how alike good and "
        "bad were before training (0) and after each epoch, and everything below is that of the epoch looked at.\n"
        "Tuning on labels moves the vectors of words that decide labels: good and bad stand in the same sentences, so "
        "their pretrained vectors are alike; their labels differ, so training parts them."
    )
    about_a_word = False
    answer_type = api.DriftList
    header = ("model", "what", "first", "second", "before", "after", "count", "overlap")

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(options, id=id)
        self._epochs: tuple[int, ...] = ()
        self._epoch: int | None = None
        self._expired = False

    def compose_body(self) -> ComposeResult:
        """Head, epochs, pairs, heading, words."""
        yield Static(classes="view-head")
        yield EpochCurve()
        yield Static(id="drift-pairs")
        yield Static(id="drift-heading", classes="pane-heading")
        yield OptionList(markup=False)

    def expire(self) -> None:
        """Take the next answer anew: the model may be another by the same name, or have more epochs."""
        self._expired = True

    async def look_up(self, query: WordQuery) -> None:
        """Compare C before and after, unless that is what is shown: it does not depend on the word that is picked."""
        expired, self._expired = self._expired, False
        shown = (self.found.model, self.found.epoch) if self.found is not None else None
        if expired or shown != (query.model, self._epoch) or self.has_class("-saying"):
            await super().look_up(query)

    def make_question(self, query: WordQuery) -> api.Question:
        """All vectors of the model, at the epoch that is looked at."""
        return api.Drift(query.model, words=WORDS, epoch=self._epoch)

    def describe_wait(self, query: WordQuery) -> str:  # noqa: ARG002
        """Some 20,000 vectors are read twice."""
        return "Comparing all vectors before and after…"

    async def draw(self, found: api.DriftList, query: WordQuery) -> None:  # noqa: ARG002
        """Epochs, pairs and words."""
        self._epochs = found.epochs
        self.reveal()
        self.fill()

    def refuse(self, failed: api.Failed) -> None:
        """Say why nothing is compared, and how to go on."""
        self.say(failed.message, Content.assemble(safetext.content(failed.hint, "$muted"), "  ",
                                                  key_hint("", "m", " is the next model.")))  # fmt: skip

    def step_epoch(self, step: int) -> None:
        """Go to the epoch before or after, at the end of which stands the finished model."""
        epochs = [*self._epochs, None]
        if len(epochs) == 1:
            if self.found is not None:
                self.app.notify_safe(self.found.unkept, "warning")
            return
        here = epochs.index(self._epoch) + step
        self._go_to(epochs[max(0, min(len(epochs) - 1, here))])

    @on(EpochCurve.Chosen)
    def _chosen(self, event: EpochCurve.Chosen) -> None:
        event.stop()
        self._go_to(event.epoch)

    def _go_to(self, epoch: int | None) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self.post_message(self.Changed())

    def forget(self, asking: Content) -> None:
        """Empty pairs and words."""
        self._epochs, self._epoch = (), None
        self.query_one(EpochCurve).show(None)
        for part in ("#drift-pairs", "#drift-heading"):
            self.query_one(part, Static).update(Content(""))
        super().forget(asking)

    def fill(self) -> None:
        """A line a pair, and a line a word that moved."""
        options = self.query_one(OptionList)
        options.clear_options()
        found = self.found
        if found is None:
            return
        cells = max(40, self.size.width - 6)
        said = ". ".join(filter(None, (found.note, found.unkept)))
        self.show_head(safetext.content(said, "$muted"))
        self.query_one(EpochCurve).show(found)
        lines = [_pair_line(pair, cells) for pair in found.pairs]
        self.query_one("#drift-pairs", Static).update(Content("\n").join(lines))
        stayed = f"on average {100 * found.overlap:.0f} % of the {found.k} nearest stayed"
        heading = Content.assemble(("the words that moved most", "bold"), (f" · {stayed}", "$muted"))
        self.query_one("#drift-heading", Static).update(heading.truncate(cells, ellipsis=True))
        options.add_options([Option(_moved_line(word, found.k, cells - 2)) for word in found.moved])

    def list_words(self, found: api.DriftList) -> Sequence[str]:
        """Those that moved most."""
        return [moved.word for moved in found.moved]

    def name_table(self, found: api.DriftList) -> str:
        """After the model alone."""
        return f"drift {found.model}"

    def list_rows(self, found: api.DriftList) -> Iterable[tuple[Cell, ...]]:
        """The pairs, their epochs, then the words."""
        for p in found.pairs:
            yield found.model, "pair", p.first, p.second, p.before, p.after, None, None
        for c in found.courses:
            for epoch, value in zip(found.epochs, c.cosines[1:], strict=True):
                yield found.model, f"epoch {epoch}", c.first, c.second, c.cosines[0], value, None, None
        for m in found.moved:
            yield found.model, "moved", m.word, None, " ".join(m.before), " ".join(m.after), m.count, m.overlap


def _pair_line(pair: api.Pair, cells: int) -> Content:
    bar = max(6, min(BAR, (cells - PAIR - 2 * NUMBER - 8) // 2))
    names = f"{safetext.fit(pair.first, 9)} · {safetext.fit(pair.second, 9)}"
    return Content.assemble(
        (safetext.column(names, PAIR), ""),
        (f"{format_cosine(pair.before):>{NUMBER}} ", "$muted"),
        (score_bar(pair.before, bar), "$faint"),
        (" → ", "$muted"),
        (f"{format_cosine(pair.after):>{NUMBER}} ", "bold"),
        (score_bar(pair.after, bar), "$accent"),
    )


def _moved_line(word: api.Moved, k: int, cells: int) -> Content:
    room = max(8, cells - WORD - STAYED)
    half = room // 2
    kept = f"{round(word.overlap * k)}/{k}"
    return Content.assemble(
        (safetext.column(word.word, WORD), "bold"),
        (f"{kept:<{STAYED}}", "$muted"),
        (safetext.column(", ".join(word.before), half - 3), "$muted"),
        (" → ", "$muted"),
        safetext.column(", ".join(word.after), room - half),
    )
