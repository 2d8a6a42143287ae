"""What fine-tuning did to a model's word vectors: before against after, or against any epoch that its run has kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
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
PAIR, NUMBER, BAR = 19, 6, 16
WORD, STAYED = 16, 7


class DriftView(AnswerView[api.DriftList]):
    """Pairs of words, then the words that moved most; enter looks one up."""

    HELP = (
        "[ and ] go back and forth through the epochs that the model's run has kept: the curve shows how alike good "
        "and bad were before training (0) and after each epoch, and everything else is that of the epoch looked at.\n"
        "Tuning on labels moves the vectors of words that decide labels: good and bad stand in the same sentences, so "
        "their pretrained vectors are alike; their labels differ, so training parts them."
    )
    lead = "What tuning on labels did to all words; the picked one does not matter."
    about_a_word = False
    answer_type = api.DriftList
    header = ("model", "what", "first", "second", "before", "after", "count", "overlap")

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(options, id=id)
        self._epochs: tuple[int, ...] = ()
        self._epoch: int | None = None
        self._expired = False

    def compose_body(self) -> ComposeResult:
        """Head; pairs beside their epochs; the words under a heading, and the one that is looked at in full."""
        yield Static(classes="view-head")
        with Horizontal(id="drift-top"):
            yield Static(id="drift-pairs")
            with Vertical(id="drift-course"):
                yield Static(id="drift-when")
                yield EpochCurve()
        yield Static(id="drift-heading", classes="pane-heading")
        yield OptionList(markup=False)
        yield Static(id="drift-word")

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
        for part in ("#drift-pairs", "#drift-when", "#drift-heading", "#drift-word"):
            self.query_one(part, Static).update(Content(""))
        super().forget(asking)

    def fill(self) -> None:
        """A line a pair, and a line a word that moved."""
        options = self.query_one(OptionList)
        options.clear_options()
        found = self.found
        if found is None:
            return
        said = ". ".join(filter(None, (found.note, found.unkept)))
        self.show_head(safetext.content(said, "$muted"))
        course = self.query_one(EpochCurve)
        course.show(found)
        self.query_one("#drift-course").display = course.display
        self.query_one("#drift-when", Static).update(_describe_epoch(found))
        cells = max(40, self.size.width - 6)
        bar = 0 if course.display else BAR
        lines = [_pair_heading(bar), *(_pair_line(pair, bar) for pair in found.pairs)]
        self.query_one("#drift-pairs", Static).update(Content("\n").join(lines))
        self.query_one("#drift-heading", Static).update(_moved_heading(found, cells - 2))
        options.add_options([Option(_moved_line(word, found.k, cells - 2)) for word in found.moved])
        if found.moved:
            self._tell(found.moved[0])

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self.found is not None and event.option_index < len(self.found.moved):
            self._tell(self.found.moved[event.option_index])

    def _tell(self, word: api.Moved) -> None:
        """All neighbours of a word: its line may have no room for them."""
        name = safetext.fit(word.word, WORD)
        lines = (("before", word.before, "$muted"), ("after", word.after, ""))
        said = [
            Content.assemble((f"{name} {when:<6} ", "bold $muted"), safetext.content(", ".join(near), style))
            for when, near, style in lines
        ]
        self.query_one("#drift-word", Static).update(Content("\n").join(said))

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


def _describe_epoch(found: api.DriftList) -> Content:
    """Which pair the curve is of, which epoch is looked at, and the keys to others."""
    course = found.courses[0] if found.courses else None
    if course is None:
        return Content("")
    when = f"finished (epoch {found.best})" if found.epoch is None else f"after epoch {found.epoch}"
    pair = f"{safetext.fit(course.first, 6)} · {safetext.fit(course.second, 6)}"
    return Content.assemble((pair, "bold"), (f" {when} ", "$muted"), key_hint("", "[", " ", "]"))


def _pair_heading(bar: int) -> Content:
    before, after = (f"{name:>{NUMBER}}".ljust(NUMBER + bool(bar) + bar) for name in ("before", "after"))
    return Content.styled(f"{'cosine of':<{PAIR}}{before}   {after}", "$muted")


def _pair_line(pair: api.Pair, bar: int) -> Content:
    names = f"{safetext.fit(pair.first, 9)} · {safetext.fit(pair.second, 9)}"
    bars = [f" {score_bar(value, bar)}" if bar else "" for value in (pair.before, pair.after)]
    return Content.assemble(
        (safetext.column(names, PAIR), ""),
        (f"{format_cosine(pair.before):>{NUMBER}}", "$muted"),
        (bars[0], "$faint"),
        (" → ", "$muted"),
        (f"{format_cosine(pair.after):>{NUMBER}}", "bold"),
        (bars[1], "$accent"),
    )


def _moved_heading(found: api.DriftList, cells: int) -> Content:
    """What stands in the columns of the words that moved most."""
    half = max(8, cells - WORD - STAYED) // 2
    stayed = f"; of the {found.k} nearest {100 * found.overlap:.0f} % stayed on average"
    columns = f"{'word':<{WORD}}{'stayed':<{STAYED}}{'nearest before':<{half}}nearest after"
    return Content.assemble(
        ("the words that moved most", "bold"), (stayed, "$muted"), "\n", (columns, "$muted")
    ).truncate(2 * cells)


def _moved_line(word: api.Moved, k: int, cells: int) -> Content:
    room = max(8, cells - WORD - STAYED)
    half = room // 2
    kept = f"{round(word.overlap * k)}/{k}"
    return Content.assemble(
        (safetext.column(word.word, WORD), "bold"),
        (f"{kept:<{STAYED}}", "$muted"),
        (safetext.column(_list_whole(word.before, half - 3), half - 3), "$muted"),
        (" → ", "$muted"),
        safetext.column(_list_whole(word.after, room - half), room - half),
    )


def _list_whole(words: Sequence[str], cells: int) -> str:
    """As many words as fit, one at least; the line under the list has all of them."""
    kept = list(words[:1])
    for word in words[1:]:
        if safetext.width(", ".join([*kept, word])) > cells:
            break
        kept.append(word)
    return ", ".join(kept)
