"""The list of runs, newest first: status, title, progress and score of each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from core.jobs import DEFAULT_DATA
from core.runs.summaries import RunSummary
from core.runs.wording import clock, percent
from tui import safetext
from tui.widgets.train.run_status import LOOKS

_ONE_LINE_FROM = 64
"""From this width a run takes one line with columns; below, two lines."""


class RunList(OptionList):
    """One entry a run. Keeps its highlight on the same run while others come and go."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.border_title = "Runs"
        self._rows: tuple[RunSummary, ...] = ()

    @property
    def rows(self) -> tuple[RunSummary, ...]:
        """What is listed."""
        return self._rows

    @property
    def selected(self) -> str | None:
        """The id of the highlighted run."""
        return self.highlighted_option.id if self.highlighted_option else None

    def show(self, rows: Sequence[RunSummary]) -> None:
        """List these runs; only what changed is drawn again."""
        before, self._rows = self._rows, tuple(rows)
        if [row.id for row in before] == [row.id for row in rows]:
            for old, new in zip(before, rows, strict=True):
                if old != new:
                    self.replace_option_prompt(new.id, self._prompt(new))
            return
        self._rebuild(self.selected)

    def select(self, run_id: str) -> None:
        """Highlight a run that is listed."""
        self.highlighted = self.get_option_index(run_id)

    def on_resize(self, _event: Resize) -> None:
        """One line a run where there is room, two where there is not."""
        for row in self._rows:
            self.replace_option_prompt(row.id, self._prompt(row))

    def _rebuild(self, selected: str | None) -> None:
        self.set_options(Option(self._prompt(row), id=row.id) for row in self._rows)
        ids = [row.id for row in self._rows]
        if ids:
            self.highlighted = ids.index(selected) if selected in ids else 0

    def _prompt(self, row: RunSummary) -> Content:
        width = max(20, self.scrollable_content_region.width - 2)
        look = LOOKS[row.status]
        if width >= _ONE_LINE_FROM:
            return Content.assemble(
                (f"{look.glyph} ", look.style),
                safetext.column(_title(row, width - 39), width - 39),
                (f"  {look.word:<9}", look.style),
                f"{progress(row):>10}",
                f"{score(row):>8}",
                (f"  {safetext.fit(row.id, 6):<6}", "$muted"),
            )
        parts = [part for part in (progress(row), score(row)) if part]
        second = next((said for gap in (" · ", " ") if len(said := gap.join(parts)) <= width - 20), "".join(parts[:1]))
        return Content.assemble(
            (f"{look.glyph} ", look.style),
            safetext.fit(_title(row, width - 2), width - 2),
            (f"\n  {look.word:<10}", look.style),
            safetext.column(second, width - 20),
            (f"  {safetext.fit(row.id, 6):<6}", "$muted"),
        )


def _title(row: RunSummary, cells: int) -> str:
    """The title on one line; the usual data need no mention where room is short."""
    title = safetext.one_line(row.title)
    return title if safetext.width(title) <= cells else title.replace(f" · {DEFAULT_DATA}", "", 1)


def progress(row: RunSummary) -> str:
    """How far, and how long still, while it runs."""
    if row.status not in ("running", "paused"):
        return ""
    share = f"{row.fraction:.0%}".replace("%", " %")
    return f"{share} {_left(row.eta)}" if row.eta is not None and row.status == "running" else share


def _left(seconds: float) -> str:
    """At most five characters: 11:26, 1.2 h, 14 h."""
    hours = seconds / 3600
    return clock(seconds) if hours < 1 else f"{hours:.1f} h" if hours < 9.95 else f"{min(hours, 999):.0f} h"


def score(row: RunSummary) -> str:
    """The best accuracy known, of the test set at the end; a language model's perplexity."""
    if row.accuracy is None and row.perplexity is not None:
        return f"ppl {row.perplexity:.0f}"
    return "" if row.accuracy is None else percent(row.accuracy)
