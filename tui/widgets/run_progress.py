"""How far a run is: a bar, and under it what is done, what is left, and how fast."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from core.runs import RunView
from core.runs.wording import PHASES, clock
from tui import safetext
from tui.widgets.run_status import LIVING, LOOKS

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
        return Content("\n").join([self._bar(), _figures(self._view, self._status)])

    def _bar(self) -> Content:
        fraction = 1.0 if self._status == "done" else self._view.fraction or 0.0
        percent = f" {fraction:4.0%}".replace("%", " %")
        cells = max(10, self.content_size.width - len(percent))
        halves = round(2 * cells * fraction)
        full = _FULL * (halves // 2) + _HALF * (halves % 2)
        empty = _EMPTY * (cells - len(full))
        return Content.assemble((full, LOOKS[self._status].style), (empty, "$faint"), (percent, "bold"))


def _figures(view: RunView, status: str) -> Content:
    living = status in LIVING
    parts: list[Content] = []
    if status == "waiting":
        parts.append(Content("starting…"))
    elif living and view.phase != "train":
        parts.append(safetext.content(PHASES.get(view.phase, view.phase or "training")))
    if view.epochs and view.epoch and view.phase != "score":
        parts.append(Content(f"epoch {view.epoch:g} of {view.epochs}"))
    if living and view.eta is not None and status == "running":
        parts.append(Content.assemble(clock(view.eta), (" left", "$muted")))
    if view.elapsed:
        parts.append(Content.assemble(clock(view.elapsed), (" so far" if living else " in all", "$muted")))
    if living and view.speed:
        parts.append(Content.assemble(f"{view.speed:,.0f} ", (safetext.visible(view.speed_unit), "$muted")))
    return Content.styled(" · ", "$faint").join(parts)
