"""The neighbourhood of a word, or of its place in the sentence, as a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from core import api
from tui import safetext
from tui.view_table import Cell
from tui.widgets.words.answer_view import AnswerView
from tui.widgets.words.concordance_line import label_legend
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.word_map import MARKS, WordMap, group_style
from tui.word_query import WordQuery

MOST = 30
GAP = 3


class MapView(AnswerView[api.MapPoints]):
    """A legend, the map, its groups, and the point that is looked at."""

    HELP = (
        "Shapes are groups of points that belong together: k-means over the vectors themselves, not over their places "
        "on the map, with two to five groups, whichever have the best silhouette (0: no grouping, 1: groups far "
        "apart). They are shown where that is better than for each of nine draws of as many random words that are as "
        "common, or random places. Each group is named by its most central word."
    )
    lead = "What is most like it, laid out flat: what stands near is alike."
    uses = frozenset({"layer", "vectors", "centring", "map lens"})
    answer_type = api.MapPoints
    header = ("word", "model", "kind", "text", "role", "x", "y", "score", "left", "right", "label", "group")

    def compose_body(self) -> ComposeResult:
        """Legend, map, point, and what the map is not."""
        yield Static(classes="view-head")
        yield IndexBuilder()
        yield WordMap()
        yield Static(id="map-groups")
        yield Static(id="map-point")
        yield Static(id="map-note")

    def make_question(self, query: WordQuery) -> api.Question:
        """The neighbourhood in two dimensions, through the lens that is chosen."""
        return api.Map(
            query.word, query.model, self.options.map_lens, query.sentence, query.position, MOST, 1, query.layer,
            query.vectors, query.centring,
        )  # fmt: skip

    def describe_wait(self, query: WordQuery) -> str:  # noqa: ARG002
        """The neighbours are looked for first."""
        return "Laying out the neighbourhood…"

    async def draw(self, found: api.MapPoints, query: WordQuery) -> None:
        """The map; or the spellings of an unknown word, or what to do where there is no index."""
        if not found.known:
            near = ", ".join(found.suggestions)
            self.say(f"{found.word} is unknown", f"Nearest spellings: {near}." if near else "No known word is like it.")
            return
        missing = found.missing == "index"
        self.reveal()
        await self.arm_builder(found, query)
        self.show_head(Content("") if missing else _legend(found, query.labels))
        for each in ("WordMap", "#map-groups", "#map-point", "#map-note"):
            self.query_one(each).display = not missing
        if missing:
            return
        self.query_one(WordMap).show(found.points, query.labels)
        self.fill()
        self._note()

    def forget(self, asking: Content) -> None:
        """Empty the map and what is said of it."""
        self.query_one(IndexBuilder).display = False
        self.query_one(WordMap).show((), ())
        for line in ("#map-point", "#map-note"):
            self.query_one(line, Static).update(Content(""))
        super().forget(asking)

    def fill(self) -> None:
        """The groups, in the room there is."""
        found, cells = self.found, max(20, self.size.width - 4)
        self.query_one("#map-groups", Static).update(_describe_groups(found, cells) if found else Content(""))

    def _note(self) -> None:
        found = self.found
        if found is None or not found.points:
            return
        across, up = (f"{100 * share:.0f} %" for share in found.explained)
        said = f"Neighbours are computed in the full space; → shows {across} of it, ↑ {up}."
        self.query_one("#map-note", Static).update(Content.styled(said, "$muted"))

    @on(WordMap.Walked)
    def _walked(self, event: WordMap.Walked) -> None:
        event.stop()
        point = event.point
        text = Content.styled(safetext.fit(point.text, 24), "bold")
        if point.role == "asked":
            where = "what you asked about" if self.options.map_lens == "contextual" else "the word you asked about"
            line = Content.assemble(text, (f" · {where}", "$muted"))
        else:
            around = (
                f"{safetext.fit_end(point.left, 30)} [{point.text}] {point.right}" if point.left or point.right else ""
            )
            label = f"labelled {safetext.fit(point.label, 20)}" if point.label else ""
            said = " · ".join(filter(None, (f"cosine {point.score:.2f}", label, around)))
            line = Content.assemble(text, (f" · {safetext.fit(said, max(20, 2 * self.size.width - 40))}", "$muted"))
        self.query_one("#map-point", Static).update(line)

    @on(WordMap.Followed)
    def _followed(self, event: WordMap.Followed) -> None:
        event.stop()
        self.post_message(self.Follow(event.point.text))

    def focus_list(self) -> None:
        """Go to the map."""
        self.query_one(WordMap).focus()

    def name_table(self, found: api.MapPoints) -> str:
        """After the word."""
        return f"map {found.word} {found.model}"

    def list_rows(self, found: api.MapPoints) -> Iterable[tuple[Cell, ...]]:
        """One row a point."""
        for p in found.points:
            group = "" if p.cluster is None else found.clusters[p.cluster].name
            yield (
                found.word, found.model, found.lens, p.text, p.role, p.x, p.y, p.score, p.left, p.right, p.label, group,
            )  # fmt: skip


def _describe_groups(found: api.MapPoints, cells: int) -> Content:
    """What was found of groups, and each with its mark, the word that names it and its size: in two lines at most."""
    verdict = safetext.content(found.verdict[:1].upper() + found.verdict[1:], "$muted")
    if not found.clusters:
        return verdict
    sizes = [f" {cluster.size}" for cluster in found.clusters]
    room = (cells - sum(2 + len(size) + GAP for size in sizes)) // len(sizes)
    groups = Content(" " * GAP).join(
        Content.assemble(
            _mark(n, found), " ", safetext.fit(safetext.one_line(cluster.name), room), (sizes[n], "$muted")
        )
        for n, cluster in enumerate(found.clusters)
    )
    fits = verdict.cell_length + GAP + groups.cell_length <= cells
    return Content(" " * GAP if fits else "\n").join([verdict, groups])


def _mark(cluster: int, found: api.MapPoints) -> Content:
    """A cluster's mark; only words have its colour, places have that of their label."""
    style = group_style(cluster) if found.lens == "static" else "$muted"
    return Content.styled(MARKS["neighbor"][cluster % len(MARKS["neighbor"])], style)


def _legend(found: api.MapPoints, labels: Sequence[str]) -> Content:
    asked = (("◆ ", "bold $accent"), (safetext.fit(found.word, 20), "bold"))
    if found.lens == "static":
        marks = Content("").join(_mark(n, found) for n in range(max(1, len(found.clusters))))
        return Content.assemble(*asked, "   ", marks, (" its neighbours as a word", "$muted"))
    seen = {point.label for point in found.points if point.role == "same"}
    same = Content.assemble(("   same word: ", "$muted"), label_legend(seen, labels, "●")) if seen else Content("")
    return Content.assemble(*asked, same, (f"   {MARKS['other'][: max(1, len(found.clusters))]} other words", "$muted"))
