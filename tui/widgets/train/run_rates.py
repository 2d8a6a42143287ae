"""The learning rates of this moment in one line: of each group of parameters, or when it will join."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from core.runs import Group, RunView
from tui import safetext
from tui.widgets.train.run_charts import has_one_rate

_LONGEST_NAME = 16


class RunRates(Static):
    """One line, or none for a run without groups."""

    def show(self, view: RunView) -> None:
        """Show the rates that the latest events tell."""
        self.update(describe_rates(view), layout=False)


def describe_rates(view: RunView) -> Content:
    """For example: learning rate  W_o 0.0008 · W_e, W_h 0.0004 · C joins at epoch 2.4."""
    known = [group for group in view.groups if view.rates.get(group.name)]
    if not known:
        return Content("")
    title = Content.styled("learning rate  ", "$muted")
    if has_one_rate(view):
        return Content.assemble(title, _number(view.rates[known[0].name][-1][1]))
    return Content.assemble(title, Content.styled(" · ", "$faint").join([_group(view, group) for group in known]))


def _group(view: RunView, group: Group) -> Content:
    (reached, rate), name = view.rates[group.name][-1], safetext.fit(safetext.one_line(group.name), _LONGEST_NAME)
    if rate == 0 and reached < group.joins:
        return Content.styled(f"{name} joins at epoch {group.joins:.2g}", "$muted")
    return Content.assemble((f"{name} ", "$muted"), _number(rate))


def _number(rate: float) -> str:
    return f"{rate:.2g}" if rate >= 1e-4 or rate == 0 else f"{rate:.1e}".replace("e-0", "e-")
