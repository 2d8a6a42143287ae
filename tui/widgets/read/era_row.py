"""One model's line in the comparison: who it is, what it answers, how sure it is, and its tokens as it read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from core.api import Explained, Failed, Predicted
from core.budget import name_budget
from tui import safetext
from tui.model_comparison import ComparedModel
from tui.model_scores import HEADING, describe_row, name_accuracy
from tui.widgets.read import why_lines
from tui.widgets.read.twin_line import describe_change
from tui.widgets.shared import probability_bar, token_line

if TYPE_CHECKING:
    from core.catalog.models import ModelEntry

GUTTER, YEAR, NAME, ANSWER, ACCURACY = 2, 8, 11, 15, 13
TITLED_FROM = 112
WIDEST_BAR = 81
MOST_NUMBERED_LINES = 3
ELSEWHERE = 24
"""Lines of a screen that are not the rows': bar, input, heading, provenance, footer."""


class Room(StrEnum):
    """How much a row may show."""

    TIGHT = "tight"
    """The tokens of the focused row only."""
    ROOMY = "roomy"
    """Every row's tokens."""
    GENEROUS = "generous"
    """Every row's tokens with their numbers, and the idea of eras that are not there yet."""

    @classmethod
    def of(cls, height: int, rows: int) -> Room:
        """What a screen of that height has for so many rows: seeing all of them comes before seeing all of each."""
        left = height - ELSEWHERE
        return cls.GENEROUS if 4 * rows <= left else cls.ROOMY if 3 * rows < left else cls.TIGHT


class EraRow(Widget):
    """A row of the comparison; a click switches to it."""

    focused_row = reactive(False, toggle_class="-focused", layout=True)
    room = reactive(Room.ROOMY, layout=True)
    loading_engine = reactive(False)
    truth = reactive("")
    """The true label of the sentence; empty where it is not known."""
    method = reactive("", layout=True)
    """How the focused row's words are explained; empty for the running answer."""
    why: reactive[Explained | Failed | None] = reactive(None, layout=True)
    """What its words do to its answer, or to an earlier one."""

    twinned = reactive(False)
    """Whether the answer to the sentence's twin stands where the accuracy does."""
    twin: reactive[Predicted | None] = reactive(None)

    @dataclass
    class Chosen(Message):
        """The row was clicked."""

        key: str

    @dataclass
    class TokenChosen(Message):
        """A token of the focused row was clicked: its place."""

        place: int

    def __init__(self, model: ComparedModel) -> None:
        super().__init__(classes="-absent" if model.entry is None else "")
        self.model = model
        self.answer: Predicted | Failed | None = None

    def show(self, answer: Predicted | Failed | None) -> None:
        """Show an answer, or that there is none."""
        self.answer = answer
        # Most answers take as many lines as the one before: then nothing else on the screen moves.
        width = self.content_size.width
        grows = not width or len(self._lines(width)) != self.content_size.height
        self.refresh(layout=grows)
        if grows and self.focused_row:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def replace(self, model: ComparedModel) -> None:
        """The model behind the row changed."""
        if model != self.model:
            self.model = model
            self.set_class(model.entry is None, "-absent")
            self.why = None
            self.show(None)

    def watch_why(self) -> None:
        """More lines than before may stand under the focused row."""
        if self.focused_row and self.is_attached:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def on_click(self, event: events.Click) -> None:
        """Switch to this row; a token of the focused row opens in Words."""
        event.stop()
        place = event.style.meta.get(token_line.TOKEN)
        if self.focused_row and isinstance(place, int):
            self.post_message(self.TokenChosen(place))
        else:
            self.post_message(self.Chosen(self.model.key))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as are drawn."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The row's lines."""
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        lines = [Content("").join([self._who(width), self._what(width)])]
        indent = GUTTER + YEAR
        if self.focused_row and self.model.is_added and self.model.entry is not None:
            title = safetext.fit(f"{self.model.entry.title} · {self.model.entry.spec}", width - indent - 1)
            lines.append(Content.styled(" " * indent + title, "$muted"))
        if self.focused_row and self.model.entry is not None and (said := self._describe(self.model.entry)):
            lines.append(Content.styled(" " * indent + safetext.fit(said, width - indent), "italic $muted"))
        if self.focused_row and isinstance(self.answer, Predicted) and len(self.answer.probabilities) > 2:
            shares = probability_bar.all_shares(self.answer.probabilities, width - indent - 1)
            lines.append(Content(" " * indent) + shares)
        if isinstance(self.answer, Predicted) and self.answer.tokens:
            cells = max(10, width - indent - 1)
            if self.focused_row and self.method:
                lines += why_lines.lines(self.answer, self.why, self.method, (GUTTER, indent), cells, self._ansi)
            elif self.focused_row or self.room is Room.GENEROUS:
                lines += self._read_closely(self.answer, indent, cells)
            elif self.room is Room.ROOMY:
                lines.append(Content(" " * indent) + token_line.plain_line(self.answer, cells, self._ansi))
        elif self.room is Room.GENEROUS and self.model.entry is None:
            lines.append(Content.styled(safetext.fit(" " * indent + self.model.era.idea, width), "$muted"))
        elif self.room is not Room.TIGHT and self.model.entry is not None:
            lines.append(Content(""))
        return lines

    def _describe(self, entry: ModelEntry) -> str:
        """What stands behind the row's score, and for one that is asked how it can be asked otherwise."""
        asked = f"{name_budget(entry.label_budget)} · ^t asks otherwise" if self.model.era.asked else ""
        return " · ".join(part for part in (asked, describe_row(entry)) if part)

    def _read_closely(self, answer: Predicted, indent: int, room: int) -> list[Content]:
        lines = token_line.numbered_lines(answer, room, self._ansi, MOST_NUMBERED_LINES)
        label, percents = probability_bar.running_percents(answer)
        sign = "▸" if len(answer.probabilities) == 2 else label
        legend = safetext.column(f"% {sign}" if percents else "", indent - GUTTER - 1)
        out = []
        for number, line in enumerate(lines):
            gutter = legend if number % 2 else " " * (indent - GUTTER - 1)
            out.append(Content.assemble(" " * GUTTER, (gutter, "$muted"), " ", line))
        if self.focused_row:
            said = why_lines.describe_running(answer)
            out.append(Content.assemble(" " * indent, (safetext.fit(said, room), "italic $muted")))
        if notes := _notes(answer):
            out.append(Content.assemble(" " * indent, (safetext.fit(notes, room), "italic $muted")))
        return out

    def _who(self, width: int) -> Content:
        model = self.model
        marker = ("▌" if self.focused_row else " ", "bold $accent")
        named = "bold" if self.focused_row else ""
        muted = "$muted"
        when = model.era.year if len(model.era.year) < YEAR else model.era.year[: YEAR - 2] + "."
        parts = [marker, self._judge(), (f"{when:<{YEAR}}", muted)]
        if model.is_added:
            wide = _title_width(width)
            name = model.name if wide else model.short_name
            parts.append((safetext.column(name, NAME + wide - 1) + " ", named))
            return Content.assemble(*parts)
        parts.append((safetext.column(model.name, NAME), named if model.entry else muted))
        if title := _title_width(width):
            parts.append((safetext.column(model.era.title, title - 1) + " ", muted))
        return Content.assemble(*parts)

    def _judge(self) -> tuple[str, str]:
        """Whether the answer is the true one, where that is known and is one of the model's classes."""
        if not isinstance(self.answer, Predicted) or self.truth not in self.answer.probabilities:
            return " ", ""
        return ("✓", "bold $success") if self.answer.label == self.truth else ("✗", "bold $error")

    def _what(self, width: int) -> Content:
        room = width - GUTTER - YEAR - NAME - _title_width(width)
        if self.model.entry is None:
            return Content.styled(safetext.fit(self.model.absence, room), "italic $muted")
        accuracy = self._accuracy()
        middle = room - ACCURACY
        match self.answer:
            case Failed(message=message, hint=hint):
                said = safetext.column(f"⚠ {message} {hint}".strip(), middle - 1) + " "
                return Content.assemble((said, "$error"), accuracy)
            case Predicted() as answer:
                return Content.assemble(self._answer(answer, middle), accuracy)
        waiting = "loading…" if self.loading_engine else ""
        return Content.assemble((safetext.column(waiting, middle), "italic $muted"), accuracy)

    def _answer(self, answer: Predicted, middle: int) -> Content:
        lean = probability_bar.lean_of(answer.probabilities)
        percent = round(100 * answer.probabilities.get(answer.label, 0.0))
        label = safetext.column(answer.label, ANSWER - 6)
        said = f"bold {probability_bar.colour(lean)}"
        return Content.assemble(
            (label, said),
            (f"{percent:>4}%", said),
            " ",
            probability_bar.bar(answer.probabilities, _bar_width(middle)),
            " " * (middle - ANSWER - _bar_width(middle)),
        )

    def _accuracy(self) -> Content:
        if self.twinned:
            if self.twin is None or not isinstance(self.answer, Predicted):
                return Content(" " * ACCURACY)
            return describe_change(self.answer, self.twin, ACCURACY - 1) + Content(" ")
        text = name_accuracy(self.model.entry) if self.model.entry else ""
        return Content.styled(safetext.column(text, ACCURACY - 1, "right") + " ", "$muted")

    @property
    def _ansi(self) -> bool:
        return self.app.current_theme.ansi


def _notes(answer: Predicted) -> str:
    """What to know about how the text was read: what was left out, and which words meant nothing to the model."""
    tokens = len(answer.tokens)
    notes: list[str] = []
    if 0 < answer.read < tokens:
        notes.append(f"reads the first {answer.read:,} of {tokens:,} tokens")
    if answer.running and len(answer.running) < tokens:
        notes.append(f"tints the first {len(answer.running)}")
    if unknown := token_line.unknown_words(answer):
        notes.append("unknown to this model: " + ", ".join(unknown))
    return " · ".join(notes)


def heading(
    width: int, labels: tuple[str, ...], task: str = "", majority: float | None = None, scored: str = HEADING
) -> Content:
    """The names of the columns, aligned with the rows of that width, of the models that tell these `labels` apart.

    `task`: the data they were trained on; `majority`: the largest class's share of its test texts, 0 to 1. Both stand
    where there is room. `scored`: what stands in the last column.
    """
    title = _title_width(width)
    named = f"{'year':<{YEAR}}{'model':<{NAME}}"
    if title and task:
        share = f" · one class {100 * majority:.1f}" if majority is not None else ""
        named += safetext.column(task, title - 1 - len(share)).rstrip() + share
    who = safetext.column(" " * GUTTER + named, GUTTER + YEAR + NAME + title)
    middle = width - GUTTER - YEAR - NAME - title - ACCURACY
    bar = _bar_width(middle)
    side = (bar - 1) // 2
    half = side - 3
    if len(labels) == 2:
        left, right = labels
        scale = f"◂ {safetext.column(left, half)} │ {safetext.column(right, half, 'right')} ▸"
    else:
        scale = f"0 % {'·' * max(0, bar - 10)} 100 %" if labels else ""
    said = f"{who}{'answer':<{ANSWER}}{safetext.column(scale, bar)}".ljust(width - ACCURACY)
    return Content.styled(f"{said}{scored:>{ACCURACY - 1}} ", "$muted")


def _bar_width(middle: int) -> int:
    return min(WIDEST_BAR, middle - ANSWER - 1)


def _title_width(width: int) -> int:
    return 34 if width >= TITLED_FROM else 0
