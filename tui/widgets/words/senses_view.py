"""The places of one word in groups, each with a letter, its typical words and its typical places."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core import api
from tui import safetext
from tui.view_table import ViewTable
from tui.widgets.words.concordance_line import concordance_line, keyword_cells, origin
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.word_view import WordView, key_hint
from tui.word_query import WordQuery

EXAMPLES = 8
STYLES = {
    "A": "bold $origin-vectors",
    "B": "bold $origin-language-model",
    "C": "bold $negative",
    "D": "bold $positive",
}
HEADER = (
    "word",
    "model",
    "sense",
    "size",
    "silhouette",
    "rank",
    "score",
    "left",
    "neighbor",
    "right",
    "label",
    "source",
)


class SensesView(WordView):
    """What was found of groups in a line, then the groups; or why there are none."""

    HELP = (
        "The silhouette says how much nearer the places are to their own group than to the next one: 0 is no "
        "grouping, 1 is groups far apart (Rousseeuw 1987). Groupings that are too weak are not shown."
    )
    options = frozenset({"layer", "vectors", "apart"})

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: api.SenseList | None = None
        self._query: WordQuery | None = None
        self._places: list[api.Neighbor | None] = []

    def compose_body(self) -> ComposeResult:
        """The verdict, the groups, where a line is from."""
        yield Static(classes="view-head")
        yield IndexBuilder()
        yield OptionList(markup=False)
        yield Static(classes="pane-source")

    async def look_up(self, query: WordQuery) -> None:
        """Group the word's places."""
        question = api.Senses(
            query.word, query.model, query.sentence, query.position, 1, query.layer, query.vectors, EXAMPLES
        )
        answer = await self.answer(question, f"Reading the places of {safetext.fit(query.word, 24)} in the corpus…")
        if isinstance(answer, api.Failed):
            self._found = None
            self.fail(answer)
        elif isinstance(answer, api.SenseList):
            self._found, self._query = answer, query
            self.query_one(".pane-source", Static).update(Content(""))
            await self._show(answer, query)

    async def _show(self, found: api.SenseList, query: WordQuery) -> None:
        missing = found.missing == "index"
        self.query_one(IndexBuilder).display = missing
        self.query_one(OptionList).display = not missing
        if not found.groups and not missing:
            self._refuse(found)
            return
        self.reveal()
        self.query_one(".view-head", Static).update(_verdict(found))
        self._fill()
        if missing:
            await self.offer_index(found.model, query.layer, query.vectors)

    def _refuse(self, found: api.SenseList) -> None:
        words = key_hint(
            "A grouping is only shown when it is better than chance: a weak one would look like senses where there are "
            "none. Try another word, a layer with ", "l", ", a kind of vector with ", "k", ", or a model with ", "m",
            ".",
        )  # fmt: skip
        verdict = found.verdict[:1].upper() + found.verdict[1:]
        self.say(verdict, words)

    def forget(self, asking: Content) -> None:
        """Empty verdict and groups."""
        self._found = self._query = None
        self.query_one(".view-head", Static).update(asking)
        self.query_one(".pane-source", Static).update(Content(""))
        self.query_one(IndexBuilder).display = False
        self._fill()

    def on_resize(self) -> None:
        """The contexts take the room there is."""
        self._fill()

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        self._places = []
        found, query = self._found, self._query
        if found is None or query is None:
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
                options.add_option(Option(concordance_line(place, cells, keyword, query.labels, letter)))
                self._places.append(place)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        place = self._places[event.option_index] if event.option_index < len(self._places) else None
        if place is not None:
            self.query_one(".pane-source", Static).update(origin(place, self.content_size.width))

    def focus_list(self) -> None:
        """Go to the places."""
        self.query_one(OptionList).focus()

    def table(self) -> ViewTable | None:
        """One row a place."""
        found = self._found
        if found is None or not found.groups:
            return None
        rows = tuple(
            (found.word, found.model, g.letter, g.size, g.silhouette, n.rank, n.score, n.left, n.neighbor, n.right,
             n.label, n.source)
            for g in found.groups
            for n in g.places
        )  # fmt: skip
        return ViewTable(f"senses {found.word} {found.model}", HEADER, rows)


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
