"""What fine-tuning did to a model's word vectors: before against after, or against any epoch that its run has kept."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core import api
from tui import safetext
from tui.view_table import Cell, ViewTable
from tui.widgets.words.epoch_curve import EpochCurve
from tui.widgets.words.neighbor_line import cosine, score_bar
from tui.widgets.words.word_view import WordView, key_hint
from tui.word_query import WordQuery

WORDS = 40
PAIR, NUMBER, BAR = 18, 6, 16
WORD, STAYED = 16, 7
HEADER = ("model", "what", "first", "second", "before", "after", "count", "overlap")


class DriftView(WordView):
    """Pairs of words, then the words that moved most; enter looks one up."""

    HELP = (
        "[ and ] go back and forth through the epochs that the model's run has kept: the bars show how alike good and "
        "bad were before training (0) and after each epoch, and everything below is that of the epoch looked at.\n"
        "Tuning on labels moves the vectors of words that decide labels: good and bad stand in the same sentences, so "
        "their pretrained vectors are alike; their labels differ, so training parts them."
    )

    about_a_word = False

    class Turned(Message):
        """Another epoch is to be looked at."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: api.DriftList | None = None
        self._epochs: tuple[int, ...] = ()
        self._epoch: int | None = None
        self._asked_anew = False

    def compose_body(self) -> ComposeResult:
        """Head, epochs, pairs, heading, words."""
        yield Static(classes="view-head")
        yield EpochCurve()
        yield Static(id="drift-pairs")
        yield Static(id="drift-heading", classes="pane-heading")
        yield OptionList(markup=False)

    def ask_again(self) -> None:
        """Take the next answer anew: the model may be another by the same name, or have more epochs."""
        self._asked_anew = True

    async def look_up(self, query: WordQuery) -> None:
        """Compare C before and after."""
        found, anew, self._asked_anew = self._found, self._asked_anew, False
        if (
            found is not None
            and not anew
            and (found.model, found.epoch) == (query.model, self._epoch)
            and not self.has_class("-saying")
        ):
            return  # the answer does not depend on the word that is picked
        question = api.Drift(query.model, words=WORDS, epoch=self._epoch)
        answer = await self.answer(question, "Comparing all vectors before and after…")
        if isinstance(answer, api.Failed):
            self._found = None
            self.say(answer.message, Content.assemble(safetext.content(answer.hint, "$muted"), "  ",
                                                      key_hint("", "m", " is the next model.")))  # fmt: skip
        elif isinstance(answer, api.DriftList):
            self._found, self._epochs = answer, answer.epochs
            self.reveal()
            self._fill()

    def step_epoch(self, step: int) -> None:
        """Go to the epoch before or after, at the end of which stands the finished model."""
        places = [*self._epochs, None]
        if len(places) == 1:
            if self._found is not None:
                self.app.notify_safe(self._found.unkept, "warning")
            return
        here = places.index(self._epoch) + step
        self._turn(places[max(0, min(len(places) - 1, here))])

    @on(EpochCurve.Chosen)
    def _chosen(self, event: EpochCurve.Chosen) -> None:
        event.stop()
        self._turn(event.epoch)

    def _turn(self, epoch: int | None) -> None:
        if epoch != self._epoch:
            self._epoch = epoch
            self.post_message(self.Turned())

    def forget(self, asking: Content) -> None:
        """Empty pairs and words."""
        self._found, self._epochs, self._epoch = None, (), None
        self.query_one(EpochCurve).show(None)
        self.query_one(".view-head", Static).update(asking)
        for part in ("#drift-pairs", "#drift-heading"):
            self.query_one(part, Static).update(Content(""))
        self._fill()

    def on_resize(self) -> None:
        """The lines take the room there is."""
        self._fill()

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        found = self._found
        if found is None:
            return
        cells = max(40, self.size.width - 6)
        said = ". ".join(filter(None, (found.note, found.unkept)))
        self.query_one(".view-head", Static).update(safetext.content(said, "$muted"))
        self.query_one(EpochCurve).show(found)
        lines = [_pair(pair, cells) for pair in found.pairs]
        self.query_one("#drift-pairs", Static).update(Content("\n").join(lines))
        stayed = f"on average {100 * found.overlap:.0f} % of the {found.k} nearest stayed"
        heading = Content.assemble(("the words that moved most", "bold"), (f" · {stayed}", "$muted"))
        self.query_one("#drift-heading", Static).update(heading.truncate(cells, ellipsis=True))
        options.add_options([Option(_moved(word, found.k, cells - 2)) for word in found.moved])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._found is not None and event.option_index < len(self._found.moved):
            self.post_message(self.Follow(self._found.moved[event.option_index].word))

    def focus_list(self) -> None:
        """Go to the words."""
        self.query_one(OptionList).focus()

    def table(self) -> ViewTable | None:
        """The pairs, then the words."""
        found = self._found
        if found is None:
            return None
        pairs: list[tuple[Cell, ...]] = [
            (found.model, "pair", p.first, p.second, p.before, p.after, None, None) for p in found.pairs
        ]
        moved: list[tuple[Cell, ...]] = [
            (found.model, "moved", m.word, None, " ".join(m.before), " ".join(m.after), m.count, m.overlap)
            for m in found.moved
        ]
        courses: list[tuple[Cell, ...]] = [
            (found.model, f"epoch {epoch}", c.first, c.second, c.cosines[0], value, None, None)
            for c in found.courses
            for epoch, value in zip(found.epochs, c.cosines[1:], strict=True)
        ]
        return ViewTable(f"drift {found.model}", HEADER, (*pairs, *courses, *moved))


def _pair(pair: api.Pair, cells: int) -> Content:
    bar = max(6, min(BAR, (cells - PAIR - 2 * NUMBER - 8) // 2))
    names = f"{safetext.fit(pair.first, 9)} · {safetext.fit(pair.second, 9)}"
    return Content.assemble(
        (safetext.column(names, PAIR), ""),
        (f"{cosine(pair.before):>{NUMBER}} ", "$muted"),
        (score_bar(pair.before, bar), "$faint"),
        (" → ", "$muted"),
        (f"{cosine(pair.after):>{NUMBER}} ", "bold"),
        (score_bar(pair.after, bar), "$accent"),
    )


def _moved(word: api.Moved, k: int, cells: int) -> Content:
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
