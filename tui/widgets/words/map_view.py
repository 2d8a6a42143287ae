"""The neighbourhood of a word, or of its place in the sentence, as a map."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from core import api
from tui import safetext
from tui.view_table import ViewTable
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.word_map import WordMap
from tui.widgets.words.word_view import WordView
from tui.word_query import WordQuery

MOST = 30
HEADER = ("word", "model", "kind", "text", "role", "x", "y", "score", "left", "right", "label")


class MapView(WordView):
    """A legend, the map, and the point that is looked at."""

    options = frozenset({"layer", "vectors", "centring", "lens"})

    lens: reactive[str] = reactive("contextual")

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: api.MapPoints | None = None

    def compose_body(self) -> ComposeResult:
        """Legend, map, point, and what the map is not."""
        yield Static(classes="view-head")
        yield IndexBuilder()
        yield WordMap()
        yield Static(id="map-point")
        yield Static(id="map-note")

    async def look_up(self, query: WordQuery) -> None:
        """Lay the neighbourhood out."""
        question = api.Map(
            query.word, query.model, self.lens, query.sentence, query.position, MOST, 1, query.layer, query.vectors,
            query.centring,
        )  # fmt: skip
        answer = await self.answer(question, "Laying out the neighbourhood…")
        if isinstance(answer, api.Failed):
            self._found = None
            self.fail(answer)
        elif isinstance(answer, api.MapPoints):
            await self._show(answer, query)

    def forget(self, asking: Content) -> None:
        """Empty the map and what is said of it."""
        self._found = None
        self.query_one(IndexBuilder).display = False
        self.query_one(WordMap).show((), ())
        self.query_one(".view-head", Static).update(asking)
        for line in ("#map-point", "#map-note"):
            self.query_one(line, Static).update(Content(""))

    async def _show(self, found: api.MapPoints, query: WordQuery) -> None:
        self._found = found
        if not found.known:
            near = ", ".join(found.suggestions)
            self.say(f"{found.word} is unknown", f"Nearest spellings: {near}." if near else "No known word is like it.")
            return
        missing = found.missing == "index"
        self.reveal()
        self.query_one(IndexBuilder).display = missing
        self.query_one(".view-head", Static).update(Content("") if missing else _legend(found))
        for each in ("WordMap", "#map-point", "#map-note"):
            self.query_one(each).display = not missing
        if missing:
            await self.offer_index(found.model, query.layer, query.vectors)
            return
        self.query_one(WordMap).show(found.points, query.labels)
        self._note()

    def _note(self) -> None:
        found = self._found
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
            where = "what you asked about" if self.lens == "contextual" else "the word you asked about"
            line = Content.assemble(text, (f" · {where}", "$muted"))
        else:
            around = (
                f"{safetext.fit_end(point.left, 30)} [{point.text}] {point.right}" if point.left or point.right else ""
            )
            label = f"labelled {safetext.fit(point.label, 20)}" if point.label else ""
            said = " · ".join(filter(None, (f"cosine {point.score:.2f}", label, around)))
            line = Content.assemble(text, (f" · {safetext.fit(said, max(20, self.size.width - 30))}", "$muted"))
        self.query_one("#map-point", Static).update(line)

    @on(WordMap.Followed)
    def _followed(self, event: WordMap.Followed) -> None:
        event.stop()
        self.post_message(self.Follow(event.point.text))

    def focus_list(self) -> None:
        """Go to the map."""
        self.query_one(WordMap).focus()

    def table(self) -> ViewTable | None:
        """One row a point."""
        found = self._found
        if found is None or not found.points:
            return None
        rows = tuple(
            (found.word, found.model, found.lens, p.text, p.role, p.x, p.y, p.score, p.left, p.right, p.label)
            for p in found.points
        )
        return ViewTable(f"map {found.word} {found.model}", HEADER, rows)


def _legend(found: api.MapPoints) -> Content:
    asked = (("◆ ", "bold $accent"), (safetext.fit(found.word, 20), "bold"))
    if found.lens == "static":
        return Content.assemble(*asked, ("   ● ", "$origin-vectors"), ("its neighbours as a word", "$muted"))
    return Content.assemble(
        *asked,
        (" in its sentence   ", "$muted"),
        ("● ", "$positive"),
        ("the same word elsewhere   ○ other words", "$muted"),
    )
