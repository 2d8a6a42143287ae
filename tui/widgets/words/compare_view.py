"""Two places beside each other, the pinned and the picked one: to every era, or to one model with neighbours."""

from __future__ import annotations

from time import monotonic

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static

from core import api
from tui.view_table import ViewTable
from tui.widgets.words.compared_bars import ComparedBars
from tui.widgets.words.context_neighbors import ContextNeighbors, make_heading
from tui.widgets.words.era_pace import EraPace
from tui.widgets.words.era_rows import EraRows, Row
from tui.widgets.words.sentence_line import sentence_line
from tui.widgets.words.view_options import ViewOptions
from tui.widgets.words.word_view import WordView, key_hint
from tui.word_query import SentenceToken, WordQuery

MOST = 15
HEADER = ("place", "word", "sentence", "model", "list", "rank", "neighbor", "score", "left", "right", "label", "source")
ERA_HEADER = (
    "word", "first", "second", "era", "cosine", "percentile", "one sense", "two senses", "another word", "verdict",
)  # fmt: skip


class CompareView(WordView):
    """Both sentences; to every era how alike the two places are, or to one model, with both lists of neighbours."""

    lead = "One word in two sentences: how alike are its two places?"
    uses = frozenset({"page", "layer", "vectors", "by"})
    about_a_pair = True

    def __init__(self, options: ViewOptions, id: str | None = None) -> None:
        super().__init__(options, id=id)
        self._tokens: tuple[SentenceToken, SentenceToken] | None = None
        self._known: dict[tuple[str, api.Place, api.Place], Row] = {}

    @property
    def offered(self) -> frozenset[str]:
        """Every era is looked at with its best vectors."""
        return frozenset({"page"}) if self.options.page == "eras" else self.uses

    def compose_body(self) -> ComposeResult:
        """Two lines; rows of eras, or four bars and two panes."""
        yield Static(id="spots")
        yield EraRows()
        yield ComparedBars()
        with Horizontal(id="compared"):
            yield ContextNeighbors(id="first-pane", classes="pane")
            yield ContextNeighbors(id="second-pane", classes="pane")

    async def look_up(self, query: WordQuery) -> None:
        """How alike, then the neighbours of the one and of the other."""
        if query.pinned is None:
            words = key_hint(
                "Pick a word and press ", "p", " to pin it: it becomes A. Then pick another word, or edit the sentence "
                "with ", "e", " and pick one there: that is B. Or press ", "n", " for an example.",
            )  # fmt: skip
            self.say("Nothing is pinned yet", words)
            return
        if query.token is None:
            words = key_hint("A place needs a sentence: pick a token with ", "←→", ", or edit it with ", "e", ".")
            self.say(f"{query.word} stands in no sentence", words)
            return
        pinned, token = query.pinned, query.token
        self.set_class(self.options.page == "eras", "-eras")
        if self.options.page == "eras":
            self.remark("")
            await self._ask_every_era(pinned, token)
            return
        question = api.Compare(query.model, pinned.place, token.place, query.layer, query.vectors)
        answer = await self.fetch(question, "Reading both sentences…")
        if isinstance(answer, api.Failed):
            self.say_failure(answer)
        elif isinstance(answer, api.Compared):
            self._tokens = (pinned, token)
            self.reveal()
            self.query_one(ComparedBars).show(answer)
            self._show_tokens()
            await self._neighbors(query, "#first-pane", "A", pinned)
            await self._neighbors(query, "#second-pane", "B", token)

    async def _ask_every_era(self, pinned: SentenceToken, token: SentenceToken) -> None:
        """A row at a time; what was answered of these two places is kept."""
        self._tokens = (pinned, token)
        self.reveal()
        self._show_tokens()
        places = pinned.place, token.place
        asked = [m for m in api.SIDE_BY_SIDE if not isinstance(self._known.get((m, *places)), api.EraCompared)]
        pace = EraPace(asked, monotonic())
        for model in asked:
            self.query_one(EraRows).show(self._era_rows(), model, pace)
            answer = await self.fetch(api.CompareEra(model, *places))
            if isinstance(answer, api.EraCompared | api.Failed):
                self._known[model, *places] = answer
            pace.finish(model, monotonic())
        self.query_one(EraRows).show(self._era_rows())

    def _era_rows(self) -> dict[str, Row]:
        if self._tokens is None:
            return {}
        first, second = (token.place for token in self._tokens)
        asked = ((model, (model, first, second)) for model in api.SIDE_BY_SIDE)
        return {model: self._known[key] for model, key in asked if key in self._known}

    def expire(self) -> None:
        """There may be other models now."""
        self._known.clear()

    async def _neighbors(self, query: WordQuery, pane: str, letter: str, token: SentenceToken) -> None:
        place = token.place

        def make_question(asked: WordQuery) -> api.Question:
            at = place.sentence, place.position
            return api.Neighbors(place.word, asked.model, "contextual", *at, MOST, 1, asked.layer, asked.vectors)

        answer, why = await self.ask_of_places(make_question, query)
        if answer is not None:
            self.remark(why)
        shown = self.query_one(pane, ContextNeighbors)
        if isinstance(answer, api.Failed):
            shown.say_failure(answer)
        elif isinstance(answer, api.NeighborList):
            shown.show(answer, query.labels, make_heading(f"{letter} · like ", answer.word, " there"))
            if letter == "A":
                await self.arm_builder(answer, query)
            self.set_class(answer.missing == "index", "-unindexed")

    def apply_options(self) -> None:
        """The order of the places."""
        for pane in self.query(ContextNeighbors):
            pane.by = self.options.by

    def forget(self, asking: Content) -> None:
        """Empty lines, bars and panes."""
        self._tokens = None
        self.query_one("#spots", Static).update(asking)
        self.query_one(EraRows).show({})
        self.query_one(ComparedBars).show(None)
        for pane in self.query(ContextNeighbors):
            pane.forget(Content(""))

    def on_resize(self) -> None:
        """The sentences take the room there is."""
        self._show_tokens()

    def _show_tokens(self) -> None:
        if self._tokens is None:
            return
        cells = max(20, self.size.width - 4)
        lines = (sentence_line(token, letter, cells) for token, letter in zip(self._tokens, "AB", strict=True))
        self.query_one("#spots", Static).update(Content("\n").join(lines))

    def focus_list(self) -> None:
        """Go to the first list."""
        if self.options.page == "eras":
            return  # rows that are only read
        self.query_one("#first-pane OptionList.same", OptionList).focus()

    def table(self) -> ViewTable | None:
        """Both lists, one row a neighbour."""
        if self._tokens is None or self.has_class("-saying"):
            return None
        if self.options.page == "eras":
            return self._era_table(*self._tokens)
        rows = []
        for letter, token, pane in zip("AB", self._tokens, ("#first-pane", "#second-pane"), strict=True):
            places = self.query_one(pane, ContextNeighbors)
            model = places.found.model if places.found else ""
            rows += [
                (letter, token.word, token.sentence, model, name, n.rank, n.neighbor, n.score, n.left, n.right, n.label,
                 n.source)
                for name, lines in places.lists()
                for n in lines
            ]  # fmt: skip
        first, second = self._tokens
        return ViewTable(f"compare {first.word} {second.word}", HEADER, tuple(rows)) if rows else None

    def _era_table(self, first: SentenceToken, second: SentenceToken) -> ViewTable | None:
        """One row an era that answered."""
        rows = []
        for row in self._era_rows().values():
            if isinstance(row, api.EraCompared):
                known = row.reference
                references = (known.same, known.apart, known.other) if known else (None, None, None)
                said = (row.model, row.cosine, row.percentile, *references, row.verdict)
                rows.append((first.word, first.sentence, second.sentence, *said))
        return ViewTable(f"compare {first.word} every era", ERA_HEADER, tuple(rows)) if rows else None
