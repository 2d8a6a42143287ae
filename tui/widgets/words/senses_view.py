"""The places of one word in groups, each with a letter, its typical words and its typical places."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core import api
from tui import safetext
from tui.view_table import Cell
from tui.widgets.words.answer_view import AnswerView
from tui.widgets.words.concordance_line import concordance_line, describe_source, keyword_cells
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.view_options import ViewOptions
from tui.widgets.words.word_view import key_hint
from tui.word_query import WordQuery

EXAMPLES = 8
STYLES = {
    "A": "bold $origin-vectors",
    "B": "bold $origin-language-model",
    "C": "bold $negative",
    "D": "bold $positive",
}


class SensesView(AnswerView[api.SenseList]):
    """What was found of groups in a line, then the groups; or why there are none."""

    HELP = (
        "The silhouette says how much nearer the places are to their own group than to the next one: 0 is no "
        "grouping, 1 is groups far apart (Rousseeuw 1987). Groupings that are too weak are not shown."
    )
    lead = "The word's places in text, grouped by what the model makes of them."
    uses = frozenset({"layer", "vectors", "apart", "corpus"})
    answer_type = api.SenseList
    header = (
        "word", "model", "sense", "size", "silhouette", "rank", "score", "left", "neighbor", "right", "label", "source",
    )  # fmt: skip

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(options, id=id)
        self._labels: tuple[str, ...] = ()
        self._places: list[api.Neighbor | None] = []

    def compose_body(self) -> ComposeResult:
        """The verdict, the groups, where a line is from."""
        yield Static(classes="view-head")
        yield IndexBuilder()
        yield OptionList(markup=False)
        yield Static(classes="pane-source")

    def make_question(self, query: WordQuery) -> api.Question:
        """The word's places in groups."""
        return api.Senses(
            query.word,
            query.model,
            query.sentence,
            query.position,
            1,
            query.layer,
            query.vectors,
            EXAMPLES,
            query.corpus,
        )

    def describe_wait(self, query: WordQuery) -> str:
        """The first time, all of the word's places are read."""
        return f"Reading the places of {safetext.fit(query.word, 24)} in the corpus…"

    async def draw(self, found: api.SenseList, query: WordQuery) -> None:
        """The groups; or why there are none, or what to do where there is no index."""
        self._labels = query.labels
        self.options.learn_texts(found.corpora)
        self.query_one(".pane-source", Static).update(Content(""))
        missing = found.missing == "index"
        await self.arm_builder(found, query)
        self.query_one(OptionList).display = not missing
        if not found.groups and not missing:
            self._say_ungrouped(found)
            return
        self.reveal()
        self.show_head(_verdict(found))
        self.fill()

    def _say_ungrouped(self, found: api.SenseList) -> None:
        words = key_hint(
            "A grouping is only shown when it is better than chance: a weak one would look like senses where there are "
            "none. Try another word, a layer with ", "l", ", a kind of vector with ", "k", ", or a model with ", "m",
            ".",
        )  # fmt: skip
        verdict = found.verdict[:1].upper() + found.verdict[1:]
        self.say(verdict, words)

    def forget(self, asking: Content) -> None:
        """Empty verdict and groups."""
        self.query_one(".pane-source", Static).update(Content(""))
        self.query_one(IndexBuilder).display = False
        super().forget(asking)

    def fill(self) -> None:
        """A title a group, and a line a place."""
        options = self.query_one(OptionList)
        options.clear_options()
        self._places = []
        found = self.found
        if found is None:
            return
        cells = max(24, options.scrollable_content_region.width or self.size.width - 4) - 2
        keyword = keyword_cells(place for group in found.groups for place in group.places)
        for n, group in enumerate(found.groups):
            if n:
                options.add_option(Option("", disabled=True))
                self._places.append(None)
            options.add_option(Option(_title(group, found, cells), disabled=True))
            self._places.append(None)
            letter = (safetext.fit(group.letter, 1), STYLES.get(group.letter, "bold"))
            for place in group.places:
                line = concordance_line(place, cells, keyword, self._labels, letter, found.corpora)
                options.add_option(Option(line))
                self._places.append(place)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        place = self._places[event.option_index] if event.option_index < len(self._places) else None
        if place is not None:
            self.query_one(".pane-source", Static).update(describe_source(place, self.content_size.width))

    def name_table(self, found: api.SenseList) -> str:
        """After the word."""
        return f"senses {found.word} {found.model}"

    def list_rows(self, found: api.SenseList) -> Iterable[tuple[Cell, ...]]:
        """One row a place."""
        for g in found.groups:
            for n in g.places:
                yield (
                    found.word, found.model, g.letter, g.size, g.silhouette, n.rank, n.score, n.left, n.neighbor,
                    n.right, n.label, n.source,
                )  # fmt: skip


def _verdict(found: api.SenseList) -> Content:
    if found.missing:
        return safetext.content(found.note, "$muted")
    word = safetext.fit(found.word, 24)
    mine = Content("")
    if found.mine:
        mine = Content.assemble(
            (" · your sentence's falls into ", "$muted"), (safetext.fit(found.mine, 2), STYLES.get(found.mine, "bold"))
        )
    return Content.assemble((word, "bold"), ": ", safetext.content(found.verdict), mine)


def _title(group: api.Sense, found: api.SenseList, cells: int) -> Content:
    style = STYLES.get(group.letter, "bold")
    count = f"{group.size} place{'s' if group.size != 1 else ''} · silhouette {group.silhouette:.2f}"
    yours = " · yours" if group.letter == found.mine else ""
    names = ", ".join(safetext.fit(name, 20) for name in group.names) or "no typical words"
    room = max(4, cells - safetext.width(count + yours) - 8)
    return Content.assemble(
        (f" {safetext.fit(group.letter, 2)} ", f"{style} reverse"),
        " ",
        (safetext.fit(names, room), style),
        (f"  {count}", "$muted"),
        (yours, "bold"),
    )
