"""A new ladder, or more of one: what it is measured on, which rows, how many labels, how many seeds."""

from __future__ import annotations

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.benchmark.ladder_estimate import describe_estimate
from core.catalog.ladder import MeasuredLadder
from core.jobs import LadderJob, command
from tui import safetext
from tui.widgets.ladder.ladder_fields import FIELDS, read_job, type_job


class NewLadder(ModalScreen[LadderJob | None]):
    """Dismissed with the job to start, or None."""

    said = getters.query_one("#new-ladder-says", Static)

    TITLE = "New ladder"
    HELP = (
        "Every row is trained at every number of labels, with several seeds: a cell each, never twice. The cheapest "
        "come first, by an estimate of their seconds, so that the curves can be read early. What was measured before "
        "is taken as it is: the same ladder with more seeds measures only what is new. The run is a process of its "
        "own: close the app and it goes on."
    )
    BINDINGS = [
        Binding("ctrl+s", "start", "Start", id="new_ladder.start", priority=True),
        Binding("escape", "dismiss", "Close", id="new_ladder.close"),
    ]

    def __init__(self, before: LadderJob, measured: MeasuredLadder) -> None:
        super().__init__()
        self._before, self._measured = before, measured

    def compose(self) -> ComposeResult:
        """A line a field, then what is wrong, or the command and how long it takes."""
        with VerticalScroll(id="new-ladder", can_focus=False):
            for name, value in type_job(self._before).items():
                yield Static(Content.assemble((f"{name}  ", "bold"), (FIELDS[name], "$muted")))
                yield Input(value, compact=True, id=f"ladder-{name}")
            yield Static(id="new-ladder-says")

    def on_mount(self) -> None:
        """Titles are set here: they are no markup."""
        dialog = self.query_one("#new-ladder")
        dialog.border_title = "New ladder"
        dialog.border_subtitle = "Tab next · ctrl+s starts it · Esc closes"
        self._say()

    def _read(self) -> tuple[LadderJob | None, dict[str, str]]:
        return read_job({name: self.query_one(f"#ladder-{name}", Input).value for name in FIELDS}, self._before)

    @on(Input.Changed)
    def _say(self) -> None:
        job, wrong = self._read()
        for name in FIELDS:
            self.query_one(f"#ladder-{name}").set_class(name in wrong, "-invalid")
        if job is None:
            lines = [safetext.content(safetext.one_line(f"{name}: {said}."), "$error") for name, said in wrong.items()]
        else:
            lines = [
                Content.assemble(("$ ", "$muted"), safetext.content(safetext.one_line(command(job)))),
                safetext.content(describe_estimate(job, self._measured), "$muted"),
            ]
        self.said.update(Content("\n").join(lines))

    @on(Input.Submitted)
    def action_start(self) -> None:
        """Leave with the job, unless something is wrong with it."""
        job, wrong = self._read()
        if job is None:
            self.query_one(f"#ladder-{next(iter(wrong))}").focus()
        else:
            self.dismiss(job)
