"""What to do when a model has no index of occurrences yet, and how far its building has come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import ProgressBar, Static

from core.jobs import PHASES, IndexJob
from core.runs import GrowingView, RunDirectory, RunError, list_runs, start_run
from core.storage.paths import Home
from tui import safetext


class IndexBuilder(Vertical):
    """An invitation to build the index, then the run's progress; the run outlives the app.

    Beside places that are shown already it only waits for the key, and is seen while a run is at it.
    """

    @dataclass
    class Built(Message):
        """The index of that model is there."""

        model: str
        asked_for: bool = True
        """Whether somebody pressed the key for it."""

    def __init__(self) -> None:
        super().__init__()
        self._job = IndexJob(model="")
        self._run: RunDirectory | None = None
        self._growing: GrowingView | None = None
        self._beside = False  # whether places are shown already
        self._by_itself: set[IndexJob] = set()  # what was started without a key: once, also where it failed

    def compose(self) -> ComposeResult:
        """Words and a bar."""
        yield Static(id="index-words")
        yield ProgressBar(total=100, show_eta=False, id="index-bar")

    def on_mount(self) -> None:
        """Look at the run eight times a second, while there is one."""
        self._timer = self.set_interval(1 / 8, self._look, pause=True)
        self.query_one(ProgressBar).display = False

    async def offer(self, job: IndexJob, home: Home) -> None:
        """Offer to build an index, or show the run that is already at it."""
        self._stand(beside=False)
        await self._await(job, home)
        if self._run is not None:
            return
        named = safetext.fit(" ".join(filter(None, (job.model, job.layer, job.vectors))), 48)
        self._say(
            Content.assemble(
                ("No index for ", ""), (named, "bold"), " yet: press ", ("b", "bold $accent"),
                " (or ", ("ctrl+b", "bold $accent"), ") to build it, once, while you go on. ",
                ("It holds the model's state at 50,000 places in text: those most like yours are found among them.",
                 "$muted"),
            )
        )  # fmt: skip

    async def begin(self, job: IndexJob, home: Home) -> None:
        """Build an index without being asked to, unless a run is at it; once, also where it fails."""
        self._stand(beside=False)
        await self._await(job, home)
        if self._run is None and job not in self._by_itself:
            self._by_itself.add(job)
            await self.build()

    async def stand_beside(self, job: IndexJob | None, home: Home) -> None:
        """Wait for the key beside places that are shown; show a run that is already at it. None: there is nothing."""
        self._stand(beside=True)
        if job is not None:
            await self._await(job, home)
        elif self._run is None:
            self._job = IndexJob(model="")

    def _stand(self, beside: bool) -> None:
        self._beside = beside
        self.set_class(beside, "-beside")
        self.display = not beside or self._run is not None

    async def _await(self, job: IndexJob, home: Home) -> None:
        """Make this what the key builds, and follow the run that is at it."""
        if self._job == job and self._run is not None:
            return
        self._job, self._home, self._run = job, home, None
        self._timer.pause()
        self.display = not self._beside
        self.query_one(ProgressBar).display = False
        for run in await asyncio.to_thread(list_runs, home):
            if run.job == job and run.alive():
                self._follow(run)
                break

    async def build(self) -> None:
        """Start the run, unless one is at it."""
        at_it = self._run is not None and self._growing is not None and not self._growing.view.final
        if not self._job.model or at_it:
            return
        try:
            self._follow(await asyncio.to_thread(start_run, self._job, self._home))
        except RunError as error:
            self._say(Content.assemble(("✕ ", "bold $error"), safetext.content(str(error))))

    def _follow(self, run: RunDirectory) -> None:
        self._run, self._growing = run, GrowingView(run.events_path)
        self.display = True
        self.query_one(ProgressBar).display = True
        self.query_one(ProgressBar).update(total=None, progress=0)
        self._say(Content.styled("Starting…", "bold"))
        self._timer.resume()

    def _look(self) -> None:
        # Every view that lacks the index follows the run that builds it; the one that is seen tells of it.
        if self._run is None or self._growing is None or not self.region:
            return
        self._growing.read()
        view = self._growing.view
        status = self._run.status(view)
        if status in ("failed", "lost", "stopped"):
            self._end(safetext.visible(f"{view.message or 'The run ended without an index.'} {view.hint}"))
        elif status == "done":
            self._timer.pause()
            self._run = None
            self.display = not self._beside
            self.post_message(self.Built(self._job.model, self._job not in self._by_itself))
        else:
            # Until the first places are read nobody knows how far it is: a bar at nothing would look stuck.
            known = bool(view.fraction)
            self.query_one(ProgressBar).update(total=100 if known else None, progress=100 * (view.fraction or 0.0))
            doing = f"about {view.eta:.0f} s left" if view.eta is not None else PHASES.get(view.phase, "starting…")
            what = f"Reading {self._job.occurrences:,} places to {safetext.fit(self._job.model, 20)}"
            self._say(Content.assemble((what, "bold"), (f" · {doing}", "$muted")))

    def _end(self, why: str) -> None:
        self._timer.pause()
        self.query_one(ProgressBar).display = False
        self._run = None
        self._say(Content.assemble(("✕ ", "bold $error"), why, "\nPress ", ("b", "bold $accent"), " to try again."))

    def _say(self, words: Content) -> None:
        self.query_one("#index-words", Static).update(words)
