"""The list of runs: status, title, progress and score of each; sorted, filtered, and marked to be compared."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from core.jobs import DEFAULT_DATA
from core.runs.listing import ORDERS, filter_rows, sort_rows
from core.runs.summaries import RunSummary
from core.runs.wording import clock, percent
from tui import safetext
from tui.widgets.train.run_status import LOOKS

MARKED = "▪"
_ONE_LINE_FROM = 64
"""From this width a run takes one line with columns; below, two lines."""
_SPLITS = {"test": "test", "validation": "val."}
_SCORE = 11
"""Cells of a score with the split that it is of."""


class RunFilter(Input):
    """What the listed runs must hold. Hidden as long as it is empty and not typed in."""

    BINDINGS = [Binding("escape", "clear", "All runs", key_display="esc", id="run-filter.clear")]

    def __init__(self) -> None:
        super().__init__(placeholder="name, era, status, #tag", compact=True, id="run-filter")
        self.display = False

    def action_clear(self) -> None:
        """List everything again."""
        self.value = ""
        self.post_message(self.Submitted(self, ""))


class RunList(OptionList):
    """One entry a run. Keeps its highlight on the same run while others come and go."""

    class Marked(Message):
        """Other runs are marked than before."""

    BINDINGS = [
        Binding("space", "mark", "Mark", id="runs.mark"),
        Binding("m", "screen.compare", "Compare", id="runs.compare"),
        Binding("slash", "screen.filter", "Filter", key_display="/", id="runs.filter"),
        Binding("o", "order", "Sort by time, score, era, name", show=False, id="runs.order"),
        Binding("e", "screen.edit", "Name and tags", show=False, id="runs.edit"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.border_title = "Runs"
        self._rows: tuple[RunSummary, ...] = ()
        self._listed: list[RunSummary] = []
        self._unreadable = 0
        self._marks: set[str] = set()
        self._sorted_by = "time"
        self._sought = ""

    @property
    def rows(self) -> tuple[RunSummary, ...]:
        """All there are, the newest first."""
        return self._rows

    @property
    def listed(self) -> list[RunSummary]:
        """Those that are shown, as they are shown."""
        return self._listed

    @property
    def marked(self) -> list[RunSummary]:
        """The marked ones, as they stand in the list; those that are filtered away come last."""
        first = [row for row in self._listed if row.id in self._marks]
        return first + [row for row in self._rows if row.id in self._marks and row not in first]

    @property
    def selected(self) -> str | None:
        """The id of the highlighted run."""
        return self.highlighted_option.id if self.highlighted_option else None

    def show(self, rows: Sequence[RunSummary], unreadable: int = 0) -> None:
        """List these runs; only what changed is drawn again. `unreadable`: folders that hold no run to be read."""
        self._rows, self._unreadable = tuple(rows), unreadable
        self._marks &= {row.id for row in rows}
        self._arrange()

    def select(self, run_id: str) -> None:
        """Highlight a run, also one that was filtered away."""
        if run_id not in [row.id for row in self._listed]:
            self.filter("")
        self.highlighted = self.get_option_index(run_id)

    def filter(self, wanted: str) -> None:
        """List only what holds every word of `wanted`."""
        if wanted != self._sought:
            self._sought = wanted
            self._arrange()

    def unmark(self) -> None:
        """Take all marks away."""
        marked, self._marks = self._marks, set()
        for row in self._listed:
            if row.id in marked:
                self.replace_option_prompt(row.id, self._prompt(row))
        self._say_how()
        self.post_message(self.Marked())

    def action_mark(self) -> None:
        """Mark the highlighted run, or take its mark away, and go on to the next."""
        if (here := self.highlighted) is None:
            return
        row = self._listed[here]
        self._marks ^= {row.id}
        self.replace_option_prompt(row.id, self._prompt(row))
        self.highlighted = min(here + 1, len(self._listed) - 1)
        self._say_how()
        self.post_message(self.Marked())

    def action_order(self) -> None:
        """Sort by the next of time, score, era and name."""
        orders = list(ORDERS)
        self._sorted_by = orders[(orders.index(self._sorted_by) + 1) % len(orders)]
        self._arrange()

    def on_resize(self, _event: Resize) -> None:
        """One line a run where there is room, two where there is not."""
        self._rebuild()

    def _arrange(self) -> None:
        before, self._listed = self._listed, sort_rows(filter_rows(self._rows, self._sought), self._sorted_by)
        if [row.id for row in before] != [row.id for row in self._listed]:
            self._rebuild()
        else:
            for old, new in zip(before, self._listed, strict=True):
                if old != new:
                    self.replace_option_prompt(new.id, self._prompt(new))
        self._say_how()

    def _rebuild(self) -> None:
        selected = self.selected
        self.set_options(Option(self._prompt(row), id=row.id) for row in self._listed)
        ids = [row.id for row in self._listed]
        if ids:
            self.highlighted = ids.index(selected) if selected in ids else 0

    def _say_how(self) -> None:
        """Order, filter and marks in the border, as far as they are not the usual."""
        parts = [f"by {self._sorted_by}"] if self._sorted_by != "time" else []
        if self._sought.strip():
            parts.append(f"{len(self._listed):,} of {len(self._rows):,}")
        if self._marks:
            parts.append(f"{len(self._marks)} marked" + (", m compares" if len(self._marks) > 1 else ""))
        if self._unreadable:
            parts.append(f"{self._unreadable:,} unreadable")
        self.border_subtitle = " · ".join(parts)

    def _prompt(self, row: RunSummary) -> Content:
        width = max(20, self.scrollable_content_region.width - 2)
        look = LOOKS[row.status]
        marked = row.id in self._marks
        glyph = (f"{MARKED} ", "bold $accent") if marked else (f"{look.glyph} ", look.style)
        if width >= _ONE_LINE_FROM:
            room = width - 32 - _SCORE
            return Content.assemble(
                glyph,
                _named(row, room),
                (f"  {look.word:<9}", look.style),
                f"{progress(row):>10} {score(row):>{_SCORE}}",
                (f"  {safetext.fit(row.id, 6):<6}", "$muted"),
            )
        parts = [part for part in (progress(row), score(row)) if part]
        second = next((said for gap in (" · ", " ") if len(said := gap.join(parts)) <= width - 20), "".join(parts[:1]))
        return Content.assemble(
            glyph,
            _named(row, width - 2),
            (f"\n  {look.word:<10}", look.style),
            safetext.column(second, width - 20),
            (f"  {safetext.fit(row.id, 6):<6}", "$muted"),
        )


def _named(row: RunSummary, cells: int) -> Content:
    """Title and tags in exactly so many cells; the title gives way."""
    tags = safetext.fit("".join(f" #{tag}" for tag in row.tags), cells // 2)
    room = cells - safetext.width(tags)
    title = safetext.fit(shorten_title(row.title, room), room)
    gap = " " * (room - safetext.width(title))
    return Content.assemble(title, (tags, "$secondary"), gap)


def shorten_title(title: str, cells: int) -> str:
    """The title on one line; the usual data need no mention where room is short."""
    title = safetext.one_line(title)
    return title if safetext.width(title) <= cells else title.replace(f" · {DEFAULT_DATA}", "", 1)


def progress(row: RunSummary) -> str:
    """How far, and how long still, while it runs; which run it waits for before."""
    if row.status == "queued":
        return f"↑ {safetext.fit(row.run.after, 6)}"
    if row.status not in ("running", "paused"):
        return ""
    share = f"{row.fraction:.0%}".replace("%", " %")
    return f"{share} {_left(row.eta)}" if row.eta is not None and row.status == "running" else share


def _left(seconds: float) -> str:
    """At most five characters: 11:26, 1.2 h, 14 h."""
    hours = seconds / 3600
    return clock(seconds) if hours < 1 else f"{hours:.1f} h" if hours < 9.95 else f"{min(hours, 999):.0f} h"


def score(row: RunSummary) -> str:
    """The best accuracy known and the split that it is of: the test's at the end; a language model's perplexity."""
    if row.accuracy is None and row.perplexity is not None:
        return f"ppl {row.perplexity:.0f}"
    return "" if row.accuracy is None else f"{percent(row.accuracy)} {_SPLITS.get(row.split, row.split)}"
