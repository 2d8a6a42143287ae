"""What every screen with several runs over one another does: turn through what was measured, on either axis."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from core.runs import RunView
from tui.screens.own_workers import OwnWorkers
from tui.widgets.train.run_overlay import measures


class TurningMeasures(OwnWorkers):
    """`_measure` is what is drawn, one of those that the views have; `_log`: whether its values are logarithms."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Measure", key_display="←→", id="measure.previous", priority=True),
        Binding("right", "turn(1)", "Next measure", show=False, id="measure.next", priority=True),
        Binding("l", "log", "Log axis", id="measure.log"),
        Binding("escape", "leave", "Back", key_display="esc", id="measure.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._measure = ""
        self._log = False

    @abstractmethod
    def _views(self) -> Sequence[RunView]:
        """Of the runs that are drawn."""

    @abstractmethod
    def _show(self) -> None:
        """Draw them."""

    def _settle(self) -> list[str]:
        """What was measured of these runs; the measure is one of them afterwards, where there is any."""
        there = measures(self._views())
        if self._measure not in there:
            self._measure = there[0] if there else ""
        return there

    def action_turn(self, by: int) -> None:
        """Show the next of what was measured, or the one before."""
        if there := self._settle():
            self._measure = there[(there.index(self._measure) + by) % len(there)]
            self._show()

    def action_log(self) -> None:
        """Show values on a logarithmic axis, or on a plain one."""
        self._log = not self._log
        self._show()

    def action_leave(self) -> None:
        """Back to where it was opened."""
        self.dismiss()
