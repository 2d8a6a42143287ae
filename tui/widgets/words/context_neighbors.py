"""The places nearest to a word in its sentence, one a line, aligned at the word: the same word, then other words."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core.api import Failed, Neighbor, NeighborList
from tui import safetext
from tui.widgets.words.concordance_line import (
    concordance_line,
    describe_source,
    keyword_cells,
    label_legend,
    sort_places,
)
from tui.widgets.words.index_builder import IndexBuilder
from tui.widgets.words.neighbor_line import describe_baseline

SAME = "the same word elsewhere"


class ContextNeighbors(Vertical):
    """A pane: note, keyword-in-context lines in two lists, and where the highlighted line comes from."""

    HELP = (
        "Each line is a place in the indexed text, the word in the middle. The dot and letter in front are the label "
        "of its text; a small dot is a review whose label nobody reads. s sorts by score, by the word on the left or "
        "by the word on the right. Where places of several texts are indexed, each line names its text, and w asks for "
        "those of one text."
    )

    by: reactive[str] = reactive("score", init=False)

    def compose(self) -> ComposeResult:
        """Note, lines; or what to do when there is no index."""
        yield Static(classes="pane-note")
        yield IndexBuilder()
        yield Static(SAME, classes="pane-heading same-heading")
        yield OptionList(classes="same", markup=False)
        yield Static("other words", classes="pane-heading")
        yield OptionList(classes="others", markup=False)
        yield Static(classes="pane-source")

    def on_mount(self) -> None:
        """Nothing yet."""
        self._shown: NeighborList | None = None
        self._labels: tuple[str, ...] = ()
        self._more = ""
        self._lines: dict[OptionList, list[Neighbor]] = {}
        self.clear()

    @property
    def found(self) -> NeighborList | None:
        """What is shown."""
        return self._shown

    def lists(self) -> tuple[tuple[str, list[Neighbor]], ...]:
        """The lines as they stand, under the names of their lists."""
        return tuple((name, self._lines.get(self._list(name), [])) for name in ("same", "others"))

    def show(
        self, found: NeighborList, labels: tuple[str, ...], heading: Content, why: str = "", more: str = ""
    ) -> None:
        """Show places; `labels` are the model's, in order, for their colours.

        `why` they are another model's, and how there are to be `more` of them.
        """
        self._shown, self._labels, self._more = found, labels, more
        self.border_title = heading
        baseline = describe_baseline(found.baseline)
        parts = (found.remark, "" if why else found.note, baseline.capitalize() if why else baseline)
        note = " ".join(filter(None, (why, " · ".join(filter(None, parts)))))
        self.query_one(".pane-note", Static).update(safetext.content(note))
        missing = found.missing == "index"
        self.set_class(missing, "-empty")
        self._fill()

    def say_failure(self, failed: Failed) -> None:
        """Show why there is no answer."""
        self.say(Content.styled("✕ no answer", "bold $error"), f"{failed.message} {failed.hint}")

    def say(self, heading: Content, note: str) -> None:
        """Show words in place of places."""
        self.clear()
        self.border_title = heading
        self.query_one(".pane-note", Static).update(safetext.content(note))

    def clear(self) -> None:
        """Show nothing."""
        self.forget(Content(""))
        self.add_class("-empty")

    def forget(self, heading: Content) -> None:
        """Show no places any more, but keep their lists where they are, and the focus with them."""
        self._shown = None
        self.border_title, self.border_subtitle = heading, None
        self.query_one(".pane-note", Static).update(Content(""))
        self.query_one(IndexBuilder).display = False
        self._fill()

    def watch_by(self) -> None:
        """Another order."""
        self._fill()

    def on_resize(self) -> None:
        """The contexts take the room there is."""
        self._fill()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        lines = self._lines.get(event.option_list, [])
        if event.option_list.has_focus and event.option_index < len(lines):
            self._tell(lines[event.option_index])

    def _tell(self, neighbor: Neighbor) -> None:
        self.query_one(".pane-source", Static).update(describe_source(neighbor, self.content_size.width))

    def _head(self, every: Sequence[Neighbor]) -> Content:
        """The heading, and what the marks in front of the lines are where there is room for that."""
        whole = Content.assemble(f"{SAME}   ", label_legend({n.label for n in every}, self._labels))
        return whole if whole.cell_length <= self.content_size.width else Content(SAME)

    def _list(self, name: str) -> OptionList:
        return self.query_one(f"OptionList.{name}", OptionList)

    def _fill(self) -> None:
        found = self._shown
        self._lines = {}
        every = (*found.same, *found.others) if found else ()
        for name in ("same", "others"):
            options = self._list(name)
            lines = sort_places(getattr(found, name) if found else (), self.by)
            self._lines[options] = lines
            cells = max(24, options.scrollable_content_region.width or self.content_size.width) - 2
            keyword = keyword_cells(every)
            options.clear_options()
            corpora = found.corpora if found else ()
            options.add_options(
                [Option(concordance_line(n, cells, keyword, self._labels, corpora=corpora)) for n in lines]
            )
            if not lines and found is not None:
                options.add_option(Option(Content.styled("nothing else in the indexed text", "$muted"), disabled=True))
        self.query_one(".same-heading", Static).update(self._head(every))
        if found is None or found.missing:
            self.border_subtitle = None
            self.query_one(".pane-source", Static).update(Content(""))
            return
        self.set_class(not found.same, "-only-others")
        said = (f"{found.searched:,} places searched", self._more, f"by {self.by}")
        self.border_subtitle = " · ".join(filter(None, said))
        nearest = next((lines[0] for lines in self._lines.values() if lines), None)
        if nearest is None:
            self.query_one(".pane-source", Static).update(Content(""))
        else:
            self._tell(nearest)


def make_heading(before: str, word: str, after: str) -> Content:
    """A pane's title around a word."""
    return Content.assemble((before, "$muted"), (safetext.fit(word, 24), "bold $foreground"), (after, "$muted"))
