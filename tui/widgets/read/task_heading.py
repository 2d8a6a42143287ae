"""The head of a task's rows: the names of the columns, and the classes that its models tell apart."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tui.model_scores import HEADING
from tui.read_tasks import Task
from tui.widgets.read import era_row

NARROWEST = 40
TWIN = "twin, ± pts"


class TaskHeading(Widget):
    """One line, aligned with the rows beneath it."""

    twinned = reactive(False)
    """Whether the answers to a twin stand where the scores do."""

    def __init__(self, over: Task | None = None, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.over = over

    def show(self, over: Task) -> None:
        """Stand over the rows of that task."""
        if over != self.over:
            self.over = over
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def render(self) -> Content:
        """Nothing where there is no room for columns."""
        width = self.content_size.width
        if self.over is None or width <= NARROWEST:
            return Content("")
        scored = TWIN if self.twinned else HEADING
        return era_row.heading(width, self.over.labels, self.over.data, self.over.majority, scored)
