"""The occurrences nearest to a word in its sentence, one a line, aligned at the word."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core.api import Neighbor, NeighborList
from tui import safetext
from tui.widgets.index_builder import IndexBuilder

LABEL, SCORE = 3, 5
KEYWORD = 16


class ContextNeighbors(Vertical):
    """A pane: note, keyword-in-context lines, and where the highlighted line comes from."""

    def compose(self) -> ComposeResult:
        """Note, lines; or what to do when there is no index."""
        yield Static(classes="pane-note")
        yield IndexBuilder()
        yield OptionList(markup=False)
        yield Static(classes="pane-source")

    def on_mount(self) -> None:
        """Nothing yet."""
        self._shown: NeighborList | None = None
        self._labels: tuple[str, ...] = ()
        self.query_one(IndexBuilder).display = False

    def show(self, found: NeighborList, labels: tuple[str, ...], in_sentence: bool) -> None:
        """Show occurrences; `labels` are the model's, in order, for their colours."""
        self._shown, self._labels = found, labels
        where = " in this sentence" if in_sentence else " by itself"
        word = safetext.fit(found.word, 24)
        self.border_title = Content.assemble(("like ", "$muted"), (word, "bold $foreground"), (where, "$muted"))
        self.query_one(".pane-note", Static).update(safetext.content(found.note))
        self.query_one(IndexBuilder).display = found.missing == "index"
        self.query_one(OptionList).display = found.missing != "index"
        self._fill()

    def clear(self) -> None:
        """Show nothing."""
        self._shown = None
        self.border_title = None
        self.query_one(".pane-note", Static).update(Content(""))
        self.query_one(IndexBuilder).display = False
        self._fill()

    def on_resize(self) -> None:
        """The contexts take the room there is."""
        self._fill()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self._shown is not None and event.option_index < len(self._shown.neighbors):
            self._tell(self._shown.neighbors[event.option_index])

    def _tell(self, neighbor: Neighbor) -> None:
        label = f" · labelled {safetext.fit(neighbor.label, 24)}" if neighbor.label else ""
        source = safetext.fit(neighbor.source, 40)
        self.query_one(".pane-source", Static).update(Content.styled(f"{source}{label}", "$muted"))

    def _fill(self) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        self.query_one(".pane-source", Static).update(Content(""))
        if self._shown is None or not self._shown.neighbors:
            return
        cells = max(30, options.scrollable_content_region.width or self.content_size.width) - 2
        widest = max(safetext.width(safetext.fit(n.neighbor, KEYWORD)) for n in self._shown.neighbors)
        options.add_options([Option(self._line(n, cells, widest)) for n in self._shown.neighbors])
        options.highlighted = 0

    def _line(self, neighbor: Neighbor, cells: int, keyword: int) -> Content:
        room = cells - LABEL - SCORE - keyword - 2
        left = room // 2
        letter = safetext.column(neighbor.label[:1].upper() or " ", 2)
        place = self._labels.index(neighbor.label) if neighbor.label in self._labels else -1
        paint = ("$negative", "$positive")[place] if len(self._labels) == 2 and place >= 0 else "$muted"
        return Content.assemble(
            (f"●{letter}"[:LABEL], paint),
            (f"{neighbor.score:.2f} ", "$muted"),
            (safetext.column(_whole_words(neighbor.left, left, from_end=True), left, "right"), "$muted"),
            " ",
            (safetext.column(neighbor.neighbor, keyword), "bold $accent"),
            " ",
            safetext.column(_whole_words(neighbor.right, room - left), room - left),
        )


def _whole_words(text: str, cells: int, from_end: bool = False) -> str:
    """As many whole words as fit, from the start or from the end; a text of one long word stays as it is."""
    words = safetext.visible(text).split()
    if from_end:
        words.reverse()
    kept: list[str] = []
    for word in words:
        if kept and safetext.width(" ".join([*kept, word])) > cells:
            break
        kept.append(word)
    return " ".join(reversed(kept) if from_end else kept)
