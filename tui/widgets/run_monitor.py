"""The selected run, live: how far it is, its curves, its last numbers, and what became of it."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from core.jobs import TrainJob
from core.runs import EventReader, RunDirectory, RunView
from tui import safetext
from tui.widgets.plot_curves import Curves, Picture
from tui.widgets.run_progress import RunProgress
from tui.widgets.run_status import LIVING, RESUMABLE, badge, outcome

_LOOKS_A_SECOND = 5
_SECONDS_A_LOOK = 0.03
"""How long one look may read: a flood of events waits for the next look, the keyboard does not."""
_EVENTS_AT_ONCE = 200
_WARNINGS_SHOWN = 3


class RunMonitor(Vertical):
    """Follows one run directory, whoever started it. Posts `Changed` when the run or its status is another."""

    class Changed(Message):
        """The run shown is another one, or has another status."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.run: RunDirectory | None = None
        self.view = RunView()
        self.status = "waiting"
        self.log_loss = False
        self._reader: EventReader | None = None

    def compose(self) -> ComposeResult:
        """Title and status, progress, the two plots, the last words."""
        with Horizontal(id="monitor-head"):
            yield Static(id="monitor-title")
            yield Static(id="monitor-status")
        yield RunProgress(id="monitor-progress")
        with Container(id="monitor-plots"):
            yield Curves("loss", id="plot-loss")
            yield Curves("accuracy", id="plot-accuracy")
        yield Static(id="monitor-wait")
        yield Static(id="monitor-words")

    def on_mount(self) -> None:
        """Look for new events a few times a second; drawing more often than that shows nobody anything."""
        self.set_interval(1 / _LOOKS_A_SECOND, self._look)

    @property
    def has_model(self) -> bool:
        """Whether the run left a classifier that can be used."""
        trains = self.run is not None and isinstance(self.run.job, TrainJob)
        return trains and self.status in ("done", "stopped") and self.view.has_model

    def follow(self, run: RunDirectory) -> None:
        """Show that run from its first event on."""
        if self.run is not None and run.path == self.run.path:
            return
        self.run = run
        self.view = RunView()
        self.status = "waiting"
        self._reader = EventReader(run.events_path)
        self._read()
        self._show(run)
        self.post_message(self.Changed())

    def recheck(self) -> None:
        """Look whether the worker still lives: a dead one says nothing more."""
        if self.run is not None and self.run.status(self.view) != self.status:
            self._show(self.run)

    def toggle_log(self) -> None:
        """Show the loss on a logarithmic axis, or on a plain one again."""
        self.log_loss = not self.log_loss
        if self.run is not None:
            self._show(self.run)

    def _look(self) -> None:
        if self.run is not None and self.screen.is_active and self._read():
            self._show(self.run)

    def _read(self) -> bool:
        """Take in new events, for a moment at most; whether there were any."""
        until = time.monotonic() + _SECONDS_A_LOOK
        seen = False
        while self._reader is not None and time.monotonic() < until:
            events = self._reader.read(_EVENTS_AT_ONCE)
            if not events:
                break
            self.view.apply(events)
            seen = True
        return seen

    def _show(self, run: RunDirectory) -> None:
        view = self.view
        before, self.status = self.status, run.status(view)
        self.query_one("#monitor-title", Static).update(safetext.content(safetext.one_line(run.title), "bold"))
        self.query_one("#monitor-status", Static).update(badge(self.status))
        self.query_one(RunProgress).show(view, self.status)
        loss, accuracy = self._pictures()
        drawn = any(loss.curves.values()) or any(accuracy.curves.values())
        self.query_one("#monitor-plots").display = drawn
        self.query_one("#plot-loss", Curves).show(loss)
        plot = self.query_one("#plot-accuracy", Curves)
        plot.display = bool(accuracy.curves)
        plot.show(accuracy)
        wait = self.query_one("#monitor-wait", Static)
        wait.display = not drawn
        wait.update(_waiting(self.status))
        words = self.query_one("#monitor-words", Static)
        said = self._words()
        words.display = bool(said.plain)
        words.update(said)
        if self.status != before:
            self.post_message(self.Changed())

    def _pictures(self) -> tuple[Picture, Picture]:
        """What the two plots show; no accuracy for a run that learns vectors."""
        view = self.view
        finished = self.status not in LIVING
        best = view.best or {}

        def marked(name: str) -> tuple[float, float] | None:
            return (best["epoch"], best[name]) if "epoch" in best and name in best else None

        def curves(name: str) -> dict[str, tuple[tuple[float, float], ...]]:
            found = {split: tuple(view.series.get(f"{split} {name}", ())) for split in ("train", "validation")}
            return found if any(found.values()) else {}

        single = tuple(view.series.get("loss", ()))
        losses = {"word2vec": single} if single else curves("loss")
        loss = Picture("loss", losses, marked("loss"), view.epochs, finished, log=self.log_loss)
        accuracy = Picture("accuracy", curves("accuracy"), marked("accuracy"), view.epochs, finished, percent=True)
        return loss, accuracy

    def _words(self) -> Content:
        """The final sentence, what went wrong, and what was warned of."""
        view, lines = self.view, []
        if self.status == "failed":
            lines.append(
                Content.assemble(("✗ ", "$error"), safetext.content(view.message or "The run failed.", "bold"))
            )
            if view.hint:
                lines.append(Content.assemble(("  ", ""), safetext.content(view.hint, "$muted")))
        elif self.status == "lost":
            lines.append(Content.styled("? The run's process ended without a word.", "bold"))
            lines.append(Content.styled("  r goes on from the last checkpoint; nothing before it is lost.", "$muted"))
        elif said := outcome(view):
            lines.append(safetext.content(said, "bold"))
        if self.status == "paused":
            lines.append(Content.styled("Paused: p goes on.", "$warning"))
        if self.has_model:
            lines.append(Content.styled("u uses this model in Read.", "$muted"))
        elif self.status in RESUMABLE and self.status != "lost":
            indent = "  " if self.status == "failed" else ""
            lines.append(Content.styled(f"{indent}r goes on from the last checkpoint.", "$muted"))
        warned = [Content.assemble(("! ", "$warning"), safetext.content(text)) for text in view.warnings]
        if len(warned) > _WARNINGS_SHOWN:
            more = Content.styled(f"  and {len(warned) - _WARNINGS_SHOWN} warnings before", "$muted")
            warned = [*warned[-_WARNINGS_SHOWN:], more]
        return Content("\n").join([*warned, *lines])


def _waiting(status: str) -> Content:
    if status in LIVING:
        return Content.styled("starting…  The first numbers come when the data has been read.", "$muted")
    return Content.styled("This run ended before its first number.", "$muted")
