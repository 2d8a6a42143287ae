"""How far a run is: a bar, and under it what is done, what is left, and how fast."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from core.jobs import PHASES
from core.runs import RunView
from core.runs.wording import clock, percent
from tui import safetext
from tui.widgets.train.run_status import LIVING, LOOKS

_FULL, _HALF, _EMPTY = "━", "╸", "─"


class RunProgress(Widget):
    """Two lines, made from the events alone, so that a run read again later reads the same."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._view = RunView()
        self._status = "waiting"

    def show(self, view: RunView, status: str) -> None:
        """Show the progress of a run in that status."""
        self._view, self._status = view, status
        self.refresh()

    def render(self) -> Content:
        """The bar as wide as there is room, and the figures."""
        return Content("\n").join([self._bar(), _figures(self._view, self._status, self.content_size.width)])

    def _bar(self) -> Content:
        # Early stopping leaves epochs undone: the bar does not say that they were.
        whole = self._status == "done" and not self._view.ended_early
        fraction = 1.0 if whole else self._view.fraction or 0.0
        percent = f" {fraction:4.0%}".replace("%", " %")
        cells = max(10, self.content_size.width - len(percent))
        halves = round(2 * cells * fraction)
        full = _FULL * (halves // 2) + _HALF * (halves % 2)
        empty = _EMPTY * (cells - len(full))
        return Content.assemble((full, LOOKS[self._status].style), (empty, "$faint"), (percent, "bold"))


def _figures(view: RunView, status: str, width: int) -> Content:
    """What is known of it; where the line is too short, the time so far, the probe and the speed give way."""
    living = status in LIVING
    parts: list[Content] = []
    if status == "waiting":
        parts.append(Content("starting…"))
    elif status == "queued":
        parts.append(safetext.content(f"waits for run {safetext.fit(safetext.one_line(view.queued), 32)}"))
    elif living and view.phase != "train":
        parts.append(safetext.content(PHASES.get(view.phase, view.phase or "training")))
    if view.phase == "ladder" or (view.phase == "intervals" and view.total):
        parts.append(Content.assemble(f"{view.step:,} of {view.total:,}", (" cells", "$muted")))
    if living and view.phase == "appraise":
        parts.append(Content.assemble(f"{view.step:,} of {view.total:,}", (" trainings", "$muted")))
    if view.epochs and view.epoch and view.phase != "score":
        parts.append(Content(f"epoch {view.epoch:g} of {view.epochs}"))
    if view.ended_early:
        parts.append(Content("early stopping"))
    perplexity, probe = _worth(view) if living else (None, None)
    left = view.eta if living and status == "running" else None
    speed = f"{view.speed:,.0f} " if living and view.speed else ""
    figures: list[Content | None] = [
        perplexity,
        probe,
        None if left is None else Content.assemble(clock(left), (" left", "$muted")),
        Content.assemble(clock(view.elapsed), (" so far" if living else " in all", "$muted")) if view.elapsed else None,
        Content.assemble(speed, (safetext.visible(view.speed_unit), "$muted")) if speed else None,
    ]
    for dropped in ((), (3,), (3, 1), (3, 1, 4)):
        kept = [figure for place, figure in enumerate(figures) if figure is not None and place not in dropped]
        line = Content.styled(" · ", "$faint").join([*parts, *kept])
        if line.cell_length <= width:
            break
    return line


def _worth(view: RunView) -> tuple[Content | None, Content | None]:
    """What a language model is worth so far: how well it guesses held-out words, and what its states tell a probe."""
    perplexity, probe = view.scores.get("held-out", {}).get("perplexity"), view.scores.get("probe", {}).get("accuracy")
    return (
        None if perplexity is None else Content.assemble(("perplexity ", "$muted"), f"{perplexity:.1f}"),
        None if probe is None else Content.assemble(("probe ", "$muted"), percent(probe)),
    )
