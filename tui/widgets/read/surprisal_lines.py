"""The words of a sentence, each over its surprisal as a bar and a number; one place among them is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from core.api import SurprisalList, Surprise
from tui import safetext

FULL_BAR = 16.0
"""The bits of a full bar: a word that is one of 65,536."""
BAR = 6
LONGEST = 24
OPEN = "…"
"""What stands where the sentence is open."""
_EIGHTHS = " ▏▎▍▌▋▊▉"
LINES = 3
"""Of a row of words: the words, the bars, the numbers; on a tall screen one more apart."""
TALL = 34


@dataclass(frozen=True)
class Cell:
    """One place of the sentence on the screen; `index` is None for the open one."""

    index: int | None
    text: str
    column: int
    row: int
    width: int


class SurprisalLines(Widget, can_focus=True):
    """Words side by side; arrows and clicks choose the place that is looked at."""

    HELP = "Left and right go from word to word; the list below shows what the model finds likeliest there."
    BINDINGS = [
        Binding("left", "step(-1)", "Word", key_display="←→", id="reading.left"),
        Binding("right", "step(1)", "Next word", show=False, id="reading.right"),
        Binding("home", "step(-1000000)", "First word", show=False),
        Binding("end", "step(1000000)", "Last word", show=False),
    ]

    place: reactive[int | None] = reactive(None)
    """Which token is looked at; None for where the sentence is open."""

    @dataclass
    class Chosen(Message):
        """A place was chosen by the person."""

        place: int | None

    @dataclass
    class Typed(Message):
        """Something was typed that belongs into the sentence."""

        character: str

    def __init__(self) -> None:
        super().__init__()
        self.answer: SurprisalList | None = None

    def show(self, answer: SurprisalList | None) -> None:
        """Show these words; the place stays where it is as long as it exists."""
        self.answer = answer
        if self.place is not None and self.place >= len(self._tokens):
            self.place = None
        self.refresh(layout=True)

    @property
    def _pitch(self) -> int:
        return LINES + (self.app.size.height >= TALL)

    @property
    def _tokens(self) -> tuple[Surprise, ...]:
        return self.answer.tokens if self.answer else ()

    @property
    def looked_at(self) -> Surprise | None:
        """The token at the place; None where the sentence is open."""
        return None if self.place is None or self.place >= len(self._tokens) else self._tokens[self.place]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as all the words take."""
        return (self._cells(width)[-1].row + 1) * self._pitch if self.answer else LINES

    def render(self) -> Content:
        """As many rows of words as there is room for, those around the place first."""
        if self.answer is None:
            return Content("")
        cells = self._cells(self.content_size.width)
        top = self._top(cells)
        rows = range(top, min(top + self._shown_rows, cells[-1].row + 1))
        between = "\n" * (self._pitch - LINES + 1)
        return Content(between).join(self._row([cell for cell in cells if cell.row == row]) for row in rows)

    def _row(self, cells: list[Cell]) -> Content:
        words, bars, numbers = list[Content](), list[Content](), list[Content]()
        for cell in cells:
            bits = None if cell.index is None else self._tokens[cell.index].bits
            words.append(Content.styled(safetext.column(cell.text, cell.width - 1), self._style(cell)) + Content(" "))
            bars.append(Content(" " * cell.width) if bits is None else _bar(bits, cell.width))
            numbers.append(Content(" " * cell.width if bits is None else f"{bits:<{cell.width}.1f}"))
        return Content("\n").join(Content("").join(parts) for parts in (words, bars, numbers))

    def _style(self, cell: Cell) -> str:
        if cell.index == self.place:
            return "bold reverse" if self.has_focus else "bold underline"
        if cell.index is None:
            return "$muted"
        return "" if self._tokens[cell.index].token.known else "underline italic"

    def on_click(self, event: events.Click) -> None:
        """Look at the word under the mouse."""
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None or self.answer is None:
            return
        cells = self._cells(self.content_size.width)
        row = self._top(cells) + offset.y // self._pitch
        for cell in cells:
            if cell.row == row and cell.column <= offset.x < cell.column + cell.width:
                self._choose(cell.index)

    def on_key(self, event: events.Key) -> None:
        """What is typed belongs into the sentence; the question mark asks for help, as everywhere."""
        if event.is_printable and event.character and event.character != "?":
            event.stop()
            event.prevent_default()
            self.post_message(self.Typed(event.character))

    def action_step(self, step: int) -> None:
        """Look at the place so many further on."""
        if self.answer is None:
            return
        places = [cell.index for cell in self._cells(self.content_size.width)]
        here = places.index(self.place)
        self._choose(places[max(0, min(len(places) - 1, here + step))])

    def _choose(self, place: int | None) -> None:
        self.place = place
        self.post_message(self.Chosen(place))

    @property
    def _shown_rows(self) -> int:
        return max(1, (self.content_size.height + self._pitch - LINES) // self._pitch)

    def _top(self, cells: list[Cell]) -> int:
        here = next((cell.row for cell in cells if cell.index == self.place), 0)
        return max(0, min(here - self._shown_rows // 2, cells[-1].row + 1 - self._shown_rows))

    def _cells(self, width: int) -> list[Cell]:
        """Where each word stands, wrapped at `width`; a backward model is open before the first."""
        assert self.answer is not None
        words: list[tuple[int | None, str]] = [(n, each.token.text) for n, each in enumerate(self._tokens)]
        words.insert(0 if self.answer.direction == "backward" else len(words), (None, OPEN))
        cells: list[Cell] = []
        column = row = 0
        for index, word in words:
            text = safetext.fit(word, LONGEST)
            wide = max(BAR, safetext.width(text)) + 1
            if column and column + wide > width:
                column, row = 0, row + 1
            cells.append(Cell(index, text, column, row, wide))
            column += wide
        return cells


def find_place(answer: SurprisalList, caret: int) -> int | None:
    """Which token the caret is at; None where that is the open end of the sentence."""
    ends = [(each.token.start, each.token.end) for each in answer.tokens]
    backward = answer.direction == "backward"
    if not ends or (caret <= ends[0][0] if backward else caret >= ends[-1][1]):
        return None
    return next((n for n, (_, end) in enumerate(ends) if caret < end), len(ends) - 1)


def describe_sum(answer: SurprisalList) -> Content:
    """The sum, and what is to be known of this text."""
    if answer.mean is None or answer.perplexity is None:
        return Content.styled("Type something: the model says how surprised it is.", "$muted")
    shown = len(answer.tokens)
    cut = f"the first {shown:,} of {answer.words:,} words" if shown < answer.words else f"{shown:,} words"
    said = f"{answer.bits:.1f} bits for {cut} · {answer.mean:.2f} a word · perplexity {answer.perplexity:.1f}"
    remark = f" · {answer.remark}" if answer.remark else ""
    return Content.assemble((said, "bold"), (safetext.fit(remark, 300), "italic $muted"))


def _bar(bits: float, width: int) -> Content:
    """A surprisal as a bar of `BAR` cells in a column of `width`."""
    eighths = round(min(max(bits / FULL_BAR, 0.0), 1.0) * BAR * 8)
    full, part = divmod(eighths, 8)
    drawn = "█" * full + (_EIGHTHS[part] if part else "")
    rest = "·" * (BAR - len(drawn))
    return Content.assemble((drawn, "$origin-language-model"), (rest, "$faint"), " " * (width - BAR))
