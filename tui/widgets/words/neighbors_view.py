"""Two lenses on a word: the one vector that it has, and its state in this very sentence."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList

from core import api
from tui.view_table import Cell, ViewTable
from tui.widgets.words.context_neighbors import ContextNeighbors, make_heading
from tui.widgets.words.stand_in import describe_more
from tui.widgets.words.view_options import ViewOptions
from tui.widgets.words.word_neighbors import WordNeighbors
from tui.widgets.words.word_view import WordView
from tui.word_query import WordQuery

MOST = 30
HEADER = (
    "word", "model", "kind", "list", "rank", "neighbor", "score", "count", "left", "right", "label", "source",
    "percentile",
)  # fmt: skip


class NeighborsView(WordView):
    """Left the word, right its place; on a narrow screen one of them, or both while it has no places to show."""

    lead = "What is like this word: by itself, and in its sentence."
    uses = frozenset({"layer", "vectors", "centring", "by", "lens", "corpus"})

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(options, id=id)
        self._lent = False  # whether the places are another model's

    def compose_body(self) -> ComposeResult:
        """Two panes."""
        with Horizontal(id="panes"):
            yield WordNeighbors(id="static-pane", classes="pane")
            yield ContextNeighbors(id="context-pane", classes="pane")

    @property
    def offered(self) -> frozenset[str]:
        """Where both lenses are shown there is none to choose: also where the one has nothing to show.

        Places of another model are of its best layer.
        """
        one = self.screen.has_class("-narrow") and not (self.has_class("-unindexed") or self.has_class("-failed"))
        return self.uses - (frozenset() if one else {"lens"}) - ({"layer", "vectors"} if self._lent else frozenset())

    def apply_options(self) -> None:
        """Which pane a narrow screen shows, and the order of the places."""
        self.set_class(self.options.lens == "static", "-static")
        self.query_one(ContextNeighbors).by = self.options.by

    async def look_up(self, query: WordQuery) -> None:
        """The word first, then its place."""
        self.reveal()
        words, places = self.query_one(WordNeighbors), self.query_one(ContextNeighbors)
        known = True
        answer = await self.fetch(api.Neighbors(query.word, query.model, "static", k=MOST, centring=query.centring))
        if isinstance(answer, api.Failed):
            words.say_failure(answer)
        elif isinstance(answer, api.NeighborList):
            known = answer.known
            words.show(answer)
        self.set_class(not known, "-unknown")
        answer, why = await self.ask_of_places(lambda asked: make_contextual_question(asked, MOST), query)
        self._lent = bool(why)
        self.set_class(isinstance(answer, api.Failed), "-failed")
        if isinstance(answer, api.Failed):
            self.remove_class("-unindexed")
            places.say_failure(answer)
        elif isinstance(answer, api.NeighborList):
            self.set_class(answer.missing == "index", "-unindexed")
            self.options.learn_texts(answer.corpora)
            where = "in this sentence" if query.token else "by itself"
            more = describe_more(answer, await self.arm_builder(answer, query))
            where += " · to the language models" if why else ""
            places.show(answer, query.labels, make_heading("like ", answer.word, f" {where}"), why, more)

    def forget(self, asking: Content) -> None:
        """Empty both panes."""
        self.query_one(WordNeighbors).say(asking, "")
        self.query_one(ContextNeighbors).forget(asking)

    def focus_list(self) -> None:
        """Go to the first list that is shown."""
        panes = [pane for pane in self.query(".pane") if pane.display]
        lists = [each for pane in panes for each in pane.query(OptionList) if each.display and each.option_count]
        if lists:
            lists[0].focus()

    def table(self) -> ViewTable | None:
        """Both lenses, one row a neighbour."""
        rows: list[tuple[Cell, ...]] = []
        static, places = self.query_one(WordNeighbors).found, self.query_one(ContextNeighbors)
        if static is not None:
            rows += [_row(static, "static", n) for n in static.neighbors]
        if places.found is not None:
            rows += [_row(places.found, name, n) for name, lines in places.lists() for n in lines]
        named = static or places.found
        if named is None or not rows:
            return None
        return ViewTable(f"neighbors {named.word} {named.model}", HEADER, tuple(rows))


def make_contextual_question(query: WordQuery, k: int) -> api.Neighbors:
    """The question about the place, or about the word read by itself."""
    return api.Neighbors(
        query.word, query.model, "contextual", query.sentence, query.position, k, 1,
        query.layer, query.vectors, query.centring, query.corpus,
    )  # fmt: skip


def _row(found: api.NeighborList, name: str, n: api.Neighbor) -> tuple[Cell, ...]:
    return (
        found.word, found.model, found.lens, name, n.rank, n.neighbor, n.score, n.count, n.left, n.right, n.label,
        n.source, n.percentile,
    )  # fmt: skip
