"""The rows of Read: one a model, those of one task under its heading, and the examples beneath them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from core.api import Failed, Predicted
from tui.model_comparison import ComparedModel
from tui.read_tasks import group_tasks
from tui.widgets.read.era_row import EraRow, Room
from tui.widgets.read.examples import Examples
from tui.widgets.read.task_heading import TaskHeading


class EraRows(VerticalScroll):
    """Follows the comparison. With more tasks than one each has its own heading among the rows."""

    can_focus = False

    def __init__(self, comparison: list[ComparedModel]) -> None:
        super().__init__(id="rows")
        self._comparison = comparison
        self.own_only = False
        """Whether only the models that a person added are shown."""

    def compose(self) -> ComposeResult:
        """Rows, then examples."""
        yield from (EraRow(model) for model in self._comparison)
        yield Examples()

    def on_resize(self) -> None:
        """What stands above may take room away: the focused row stays in sight."""
        for row in self.all:
            if row.focused_row:
                self.call_after_refresh(row.scroll_visible, animate=False)

    @property
    def all(self) -> list[EraRow]:
        """Every row, also those that are hidden."""
        return list(self.query(EraRow))

    @property
    def shown(self) -> list[EraRow]:
        """The rows that can be seen."""
        return [row for row in self.all if row.display]

    async def line_up(self, comparison: list[ComparedModel], loading: bool) -> bool:
        """Show these models; whether there is one that was not shown before."""
        self._comparison = comparison
        rows = {row.model.key: row for row in self.all}
        for key in rows.keys() - {model.key for model in comparison}:
            await rows[key].remove()
        new = False
        before: EraRow | None = None
        for model in comparison:
            if (row := rows.get(model.key)) is not None:
                new = new or row.model != model
                row.replace(model)
            else:
                new, row = True, EraRow(model)
                row.loading_engine = loading
                await (self.mount(row, after=before) if before else self.mount(row, before=0))
            before = row
        self.hide_others(self.own_only)
        await self._head()
        return new

    def hide_others(self, own_only: bool) -> None:
        """Show only the models that a person added, while there are any, or all."""
        self.own_only = own_only and any(model.is_added for model in self._comparison)
        for row in self.all:
            row.display = row.model.is_added or not self.own_only
        for heading in self.query(TaskHeading):
            heading.display = self._is_shown(heading)

    def share_room(self, room: Room) -> None:
        """The taller the screen, the more each row shows."""
        self.set_class(room is Room.TIGHT, "-tight")
        for row in self.all:
            row.room = room

    def judge(self, truth: str) -> None:
        """Mark each row by whether its answer is the true one; not at all where that is not known."""
        for row in self.all:
            row.truth = truth

    def place(self, answer: Predicted | Failed) -> None:
        """Show an answer in the row of its model."""
        for row in self.all:
            if row.model.spec == answer.model:
                row.show(answer)

    def clear(self) -> None:
        """No row has an answer."""
        for row in self.all:
            row.show(None)

    def focus_row(self, key: str) -> ComparedModel | None:
        """Open the row with that key; its model, if there is such a row."""
        found = None
        for row in self.all:
            row.focused_row = row.model.key == key
            if row.focused_row:
                found = row.model
                self.call_after_refresh(row.scroll_visible, animate=False)
        return found

    async def _head(self) -> None:
        """A heading before the first row of each task, unless there is one task only, which the screen heads."""
        tasks = group_tasks(self._comparison)
        wanted = tasks if len(tasks) > 1 else []
        headings = list(self.query(TaskHeading))
        if [heading.over for heading in headings] == wanted:
            return
        await self.remove_children(TaskHeading)
        rows = {row.model.key: row for row in self.all}
        for task in wanted:
            heading = TaskHeading(task, classes="" if task is wanted[0] else "-further")
            heading.display = self._is_shown(heading)
            await self.mount(heading, before=rows[task.models[0].key])

    def _is_shown(self, heading: TaskHeading) -> bool:
        models = heading.over.models if heading.over else ()
        return not self.own_only or any(model.is_added for model in models)
